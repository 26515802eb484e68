"""Tasks are referred to the superior organ, and wait for offices outside; a supplement row may be such a wait."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0071"
down_revision = "0070"

_EMPTY = sa.text("''")


def upgrade() -> None:
    """Add the tables, and the columns that refer to them."""
    op.create_table(
        "referrals",
        *(
            sa.Column(name, sa.String(), nullable=False, primary_key=name == "task")
            for name in ("task", "case_number", "organ", "superior", "successor", "opinion", "referred_by")
        ),
        sa.Column("referred_at", sa.BigInteger(), nullable=False),
        sa.Column("review_due_at", sa.BigInteger(), nullable=True),
        sa.Column("notice", sa.String(), nullable=False),
        sa.Column("returned_by", sa.String(), nullable=False),
        sa.Column("returned_at", sa.BigInteger(), nullable=True),
        sa.Column("return_reason", sa.String(), nullable=False),
        sa.Column("return_task", sa.String(), nullable=False),
    )
    for name in ("case_number", "successor"):
        op.create_index(f"ix_referrals_{name}", "referrals", [name])
    op.create_table(
        "external_waits",
        *(
            sa.Column(name, sa.String(), nullable=False, primary_key=name == "id")
            for name in ("id", "task", "case_number", "organ", "office", "document")
        ),
        sa.Column("due_at", sa.BigInteger(), nullable=False),
        sa.Column("due_expected", sa.Boolean(), nullable=False),
        sa.Column("letter", sa.String(), nullable=False),
        sa.Column("reminders", sa.Integer(), nullable=False),
        sa.Column("reminded_at", sa.BigInteger(), nullable=True),
        sa.Column("extended_days", sa.Integer(), nullable=False),
        sa.Column("extension_reason", sa.String(), nullable=False),
        sa.Column("outcome", sa.String(), nullable=False),
        sa.Column("ended_by", sa.String(), nullable=False),
        sa.Column("ended_at", sa.BigInteger(), nullable=True),
        sa.Column("note", sa.String(), nullable=False),
    )
    for name in ("task", "case_number"):
        op.create_index(f"ix_external_waits_{name}", "external_waits", [name])
    is_open = sa.text("outcome = ''")
    op.create_index(
        "external_waits_due", "external_waits", ["organ", "due_at"], sqlite_where=is_open, postgresql_where=is_open
    )
    op.add_column("tasks", sa.Column("referred_from", sa.String(), nullable=False, server_default=_EMPTY))
    is_waiting = sa.text("state = 'external'")
    op.create_index(
        "tasks_external", "tasks", ["organ", "rank", "id"], sqlite_where=is_waiting, postgresql_where=is_waiting
    )
    op.add_column("supplements", sa.Column("counted", sa.Boolean(), nullable=False, server_default=sa.false()))
