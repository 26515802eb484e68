"""Windows have a lease; tickets being served are found by their window."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    """Add the end of a window's lease, and the index of the tickets being served."""
    op.add_column("windows", sa.Column("lease_until", sa.BigInteger(), nullable=True))
    served = sa.text("state = 'serving'")
    op.create_index(
        "tickets_serving", "tickets", ["window_id"], unique=False, sqlite_where=served, postgresql_where=served
    )
