"""A task names the organ from which it moved, when the place was corrected that decides its organ."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0082"
down_revision = "0081"


def upgrade() -> None:
    """Add the column."""
    op.add_column("tasks", sa.Column("moved_from", sa.String(), nullable=False, server_default=sa.text("''")))
