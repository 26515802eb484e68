"""Index for the tasks of an organ that ended on a day."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0034"
down_revision = "0033"


def upgrade() -> None:
    """Create the index."""
    where = sa.text("ended_at IS NOT NULL")
    op.create_index("tasks_ended", "tasks", ["organ", "ended_at"], sqlite_where=where, postgresql_where=where)
