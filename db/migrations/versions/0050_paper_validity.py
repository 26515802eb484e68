"""Date of issue of papers; earlier materials that are too old to be used again."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0050"
down_revision = "0049"


def upgrade() -> None:
    """Add the columns."""
    for table in ("materials", "earlier_materials"):
        op.add_column(table, sa.Column("issued_on", sa.String(), nullable=False, server_default=""))
    op.add_column("earlier_materials", sa.Column("too_old", sa.Boolean(), nullable=False, server_default=sa.false()))
