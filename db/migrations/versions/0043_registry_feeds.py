"""Which sources and types of rows the machine of an issuing organ may write."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0043"
down_revision = "0042"


def upgrade() -> None:
    """Create the table."""
    op.create_table(
        "registry_feeds",
        sa.Column("node", sa.String(), primary_key=True),
        *(sa.Column(name, sa.String(), nullable=False) for name in ("source", "kinds", "licence_types", "issuer_code")),
        sa.Column("admitted_at", sa.BigInteger(), nullable=False),
        sqlite_with_rowid=False,
    )
