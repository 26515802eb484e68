"""An index by which the cases finished in a period are found."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0077"
down_revision = "0076"


def upgrade() -> None:
    """Add the index."""
    is_delivered = sa.text("delivered_at IS NOT NULL")
    op.create_index(
        "cases_delivered", "cases", ["delivered_at"], sqlite_where=is_delivered, postgresql_where=is_delivered
    )
