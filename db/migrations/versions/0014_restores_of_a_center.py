"""Epoch and last position before the last restore of a center: it takes over only decisions lost in this restore."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"


def upgrade() -> None:
    """Add the columns; a center restored by an earlier version takes no lost decision over."""
    op.add_column("nodes", sa.Column("previous_epoch", sa.String(), nullable=False, server_default=sa.text("''")))
    op.add_column("nodes", sa.Column("restored_after", sa.BigInteger(), nullable=False, server_default=sa.text("0")))
