"""Similar applications that were named for a task, and how they were settled."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0078"
down_revision = "0077"


def upgrade() -> None:
    """Add the table."""
    op.create_table(
        "similar_findings",
        sa.Column("task", sa.String(), nullable=False, primary_key=True),
        sa.Column("other", sa.String(), nullable=False, primary_key=True),
        sa.Column("case_number", sa.String(), nullable=False),
        sa.Column("text", sa.Integer(), nullable=False),
        sa.Column("meaning", sa.Integer(), nullable=False),
        sa.Column("leader", sa.Boolean(), nullable=False),
        sa.Column("enterprise", sa.Boolean(), nullable=False),
        sa.Column("passages", sa.String(), nullable=False),
        sa.Column("found_at", sa.BigInteger(), nullable=False),
        sa.Column("code", sa.String(), nullable=False),
        sa.Column("note", sa.String(), nullable=False),
        sa.Column("settled_by", sa.String(), nullable=False),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_similar_findings_case_number", "similar_findings", ["case_number"])
