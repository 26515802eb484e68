"""Overdue tasks are escalated along a chain of those who have to act."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0076"
down_revision = "0075"


def upgrade() -> None:
    """Add the table."""
    op.create_table(
        "escalations",
        sa.Column("id", sa.String(), nullable=False, primary_key=True),
        sa.Column("task", sa.String(), nullable=False),
        sa.Column("case_number", sa.String(), nullable=False),
        sa.Column("step", sa.Integer(), nullable=False),
        sa.Column("organ", sa.String(), nullable=False),
        sa.Column("addressee", sa.String(), nullable=False),
        sa.Column("passed_at", sa.BigInteger(), nullable=False),
        sa.Column("raised_at", sa.BigInteger(), nullable=False),
        sa.Column("closed_at", sa.BigInteger(), nullable=True),
        sa.Column("answered_by", sa.String(), nullable=False),
        sa.Column("note", sa.String(), nullable=False),
    )
    op.create_index("ix_escalations_task", "escalations", ["task"])
    is_open, under_way = sa.text("closed_at IS NULL"), sa.text("ended_at IS NULL")
    op.create_index("tasks_past_due", "tasks", ["due_at", "id"], sqlite_where=under_way, postgresql_where=under_way)
    op.create_index("escalations_open", "escalations", ["addressee"], sqlite_where=is_open, postgresql_where=is_open)
