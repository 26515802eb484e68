"""Content of the results of earlier cases that are used again."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0046"
down_revision = "0045"


def upgrade() -> None:
    """Add the column."""
    op.add_column("earlier_materials", sa.Column("claims", sa.LargeBinary(), nullable=True))
