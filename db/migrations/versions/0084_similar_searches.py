"""For which text similar applications were searched before a task is decided."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0084"
down_revision = "0083"


def upgrade() -> None:
    """Add the table."""
    op.create_table(
        "similar_searches",
        sa.Column("task", sa.String(), nullable=False, primary_key=True),
        sa.Column("case_number", sa.String(), nullable=False),
        sa.Column("digest", sa.String(), nullable=False),
        sa.Column("searched_at", sa.BigInteger(), nullable=False),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_similar_searches_case_number", "similar_searches", ["case_number"])
