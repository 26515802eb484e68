"""The licence whose code a citizen showed, so that the center can object if it had been revoked."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0031"
down_revision = "0030"


def upgrade() -> None:
    """Add the column; visits of earlier versions have no licence."""
    op.add_column("visits", sa.Column("shown_licence", sa.Text(), nullable=True))
