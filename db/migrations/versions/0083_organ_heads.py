"""A member of staff can be the head of an organ; referrals are found by the organ that made them."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0083"
down_revision = "0082"


def upgrade() -> None:
    """Add the column and the index."""
    op.add_column("staff", sa.Column("head", sa.Boolean(), nullable=False, server_default=sa.false()))
    op.create_index("referrals_organ", "referrals", ["organ", "referred_at"])
