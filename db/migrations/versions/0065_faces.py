"""Visits have the outcome of the last comparison of face and photo."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0065"
down_revision = "0064"


def upgrade() -> None:
    """Add the column; who was confirmed counts as compared."""
    op.add_column("visits", sa.Column("face", sa.String(), nullable=False, server_default=sa.text("''")))
    op.execute("UPDATE visits SET face = 'same' WHERE confirmed")
