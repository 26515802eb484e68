"""Cases with messages that were not read are listed at their window."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0080"
down_revision = "0079"


def upgrade() -> None:
    """Add the index of messages that were not read."""
    is_unread = sa.text("read_at IS NULL")
    op.create_index(
        "case_messages_unread",
        "case_messages",
        ["addressee", "case_number"],
        sqlite_where=is_unread,
        postgresql_where=is_unread,
    )
