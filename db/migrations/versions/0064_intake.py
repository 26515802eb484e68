"""Files of papers: media type and pages, and the digest of the file as it came."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0064"
down_revision = "0063"


def upgrade() -> None:
    """Add the columns."""
    op.add_column("materials", sa.Column("media_type", sa.String(), nullable=False, server_default=sa.text("''")))
    op.add_column("materials", sa.Column("pages", sa.Integer(), nullable=False, server_default=sa.text("0")))
    op.add_column("materials", sa.Column("source", sa.String(), nullable=True))
