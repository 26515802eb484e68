"""Cases have messages between window, organs and citizen; a decision may be made by the lapse of time."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0075"
down_revision = "0074"


def upgrade() -> None:
    """Add the table, the column and the indexes."""
    op.create_table(
        "case_messages",
        *(
            sa.Column(name, sa.String(), nullable=False, primary_key=name == "id")
            for name in ("id", "case_number", "sender", "sender_organ", "sent_by")
        ),
        sa.Column("sent_at", sa.BigInteger(), nullable=False),
        sa.Column("addressee", sa.String(), nullable=False),
        sa.Column("organ", sa.String(), nullable=False),
        sa.Column("text", sa.String(), nullable=True),
        sa.Column("read_at", sa.BigInteger(), nullable=True),
        sa.Column("read_by", sa.String(), nullable=False),
    )
    op.create_index("ix_case_messages_case_number", "case_messages", ["case_number"])
    op.add_column("decisions", sa.Column("paper_due_at", sa.BigInteger(), nullable=True))
    deemed, under_way = sa.text("paper_due_at IS NOT NULL"), sa.text("ended_at IS NULL")
    op.create_index("decisions_deemed", "decisions", ["paper_due_at"], sqlite_where=deemed, postgresql_where=deemed)
    op.create_index(
        "tasks_statutory", "tasks", ["statutory_at", "id"], sqlite_where=under_way, postgresql_where=under_way
    )
