"""Materials have the findings of the pre-review that were set aside, each with its reason."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0067"
down_revision = "0066"


def upgrade() -> None:
    """Add the column."""
    op.add_column("materials", sa.Column("overruled", sa.String(), nullable=False, server_default=sa.text("''")))
