"""Materials have the findings on a photo that were overruled, and the reason."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0068"
down_revision = "0067"


def upgrade() -> None:
    """Add the columns."""
    for name in ("photo_findings", "photo_code", "photo_reason"):
        op.add_column("materials", sa.Column(name, sa.String(), nullable=False, server_default=sa.text("''")))
