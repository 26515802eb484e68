"""An index of the open tasks whose papers were not brought in time."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"


def upgrade() -> None:
    """Create the index: the supervisor's screen counts these tasks each second."""
    overdue = sa.text("papers_overdue AND ended_at IS NULL")
    op.create_index("tasks_papers_overdue", "tasks", ["organ"], sqlite_where=overdue, postgresql_where=overdue)
