"""Requested papers: the time of the written notice, until when they can be brought, and whether that term has ended."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"


def upgrade() -> None:
    """Add the columns; the pauses of existing requests began when the organ asked."""
    op.add_column("supplements", sa.Column("notified_at", sa.BigInteger(), nullable=True))
    op.add_column("supplements", sa.Column("deadline_at", sa.BigInteger(), nullable=True))
    for table, column in (
        ("supplements", "deadline_expected"),
        ("supplements", "term_ended"),
        ("tasks", "papers_overdue"),
    ):
        op.add_column(table, sa.Column(column, sa.Boolean(), nullable=False, server_default=sa.false()))
    op.execute("UPDATE supplements SET notified_at = asked_at")
    unanswered = sa.text("answered_at IS NULL")
    op.create_index(
        "supplements_open", "supplements", ["deadline_at", "id"], sqlite_where=unanswered, postgresql_where=unanswered
    )
