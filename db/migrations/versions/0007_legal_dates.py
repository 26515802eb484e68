"""Legal dates: the version of their calendar, whether the statutory date is expected, the first promised date."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"


def upgrade() -> None:
    """Add the columns; the date on the receipt of an existing case is its promised date."""
    for table in ("cases", "tasks"):
        op.add_column(table, sa.Column("statutory_expected", sa.Boolean(), nullable=False, server_default=sa.false()))
        op.add_column(table, sa.Column("calendar", sa.Text(), nullable=False, server_default=sa.text("''")))
    op.add_column("cases", sa.Column("first_promised_at", sa.BigInteger(), nullable=True))
    op.execute("UPDATE cases SET first_promised_at = promised_at")
    accepted = sa.text("state = 'accepted'")
    op.create_index("cases_calendar", "cases", ["calendar", "number"], sqlite_where=accepted, postgresql_where=accepted)
