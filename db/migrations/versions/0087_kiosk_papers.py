"""Files that kiosks have announced."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0087"
down_revision = "0086"


def upgrade() -> None:
    """Add the table and its indexes."""
    op.create_table(
        "kiosk_papers",
        sa.Column("visit", sa.String(), nullable=False, primary_key=True),
        sa.Column("content", sa.String(), nullable=False, primary_key=True),
        sa.Column("node", sa.String(), nullable=False),
        sa.Column("case_number", sa.String(), nullable=False),
        sa.Column("material", sa.String(), nullable=False),
        sa.Column("media_type", sa.String(), nullable=False),
        sa.Column("pages", sa.Integer(), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("announced_at", sa.BigInteger(), nullable=False),
        sqlite_with_rowid=False,
    )
    op.create_index("kiosk_papers_content", "kiosk_papers", ["content"])
    op.create_index("kiosk_papers_announced", "kiosk_papers", ["announced_at"])
