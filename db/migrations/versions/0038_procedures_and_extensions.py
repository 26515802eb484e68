"""Special procedures as a kind of supplement, extensions of periods, and an index for tasks in a procedure."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0038"
down_revision = "0037"


def upgrade() -> None:
    """Add columns to supplements and tasks, create the table of extensions and the index."""
    op.add_column("supplements", sa.Column("kind", sa.String(), nullable=False, server_default=sa.text("''")))
    op.add_column("supplements", sa.Column("working_days", sa.Integer(), nullable=False, server_default=sa.text("0")))
    op.add_column("tasks", sa.Column("extended_days", sa.Integer(), nullable=False, server_default=sa.text("0")))
    where = sa.text("state = 'procedure'")
    op.create_index("tasks_procedure", "tasks", ["organ", "rank", "id"], sqlite_where=where, postgresql_where=where)
    op.create_table(
        "extensions",
        sa.Column("task", sa.String(), primary_key=True),
        sa.Column("case_number", sa.String(), nullable=False),
        sa.Column("working_days", sa.Integer(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("asked_by", sa.String(), nullable=False),
        sa.Column("asked_at", sa.BigInteger(), nullable=False),
        sa.Column("outcome", sa.String(), nullable=False),
        sa.Column("decided_by", sa.String(), nullable=False),
        sa.Column("decided_at", sa.BigInteger(), nullable=True),
        sa.Column("note", sa.String(), nullable=False),
        sa.Column("notice", sa.String(), nullable=False),
    )
    op.create_index("ix_extensions_case_number", "extensions", ["case_number"])
