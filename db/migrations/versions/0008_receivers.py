"""Deliveries store the role of the receiver, and how the clerk knew the receiver."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"


def upgrade() -> None:
    """Add the columns."""
    for name in ("role", "known_by"):
        op.add_column("deliveries", sa.Column(name, sa.Text(), nullable=False, server_default=sa.text("''")))
