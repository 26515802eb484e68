"""An index of the open cases by the promised date."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0020"
down_revision = "0019"


def upgrade() -> None:
    """Create the index: the supervisor's screen counts the cases past that date each second."""
    accepted = sa.text("state = 'accepted'")
    op.create_index("cases_promised", "cases", ["promised_at"], sqlite_where=accepted, postgresql_where=accepted)
