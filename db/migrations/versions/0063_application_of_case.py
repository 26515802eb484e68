"""Cases have the number of the application from outside that they answer."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0063"
down_revision = "0062"


def upgrade() -> None:
    """Add the column, filled in for the cases that ended an application."""
    op.add_column("cases", sa.Column("application", sa.String(), nullable=False, server_default=sa.text("''")))
    op.execute(
        "UPDATE cases SET application = (SELECT number FROM applications WHERE case_number = cases.number)"
        " WHERE number IN (SELECT case_number FROM applications WHERE case_number <> '')"
    )
    where = sa.text("application <> ''")
    op.create_index("cases_application", "cases", ["application"], sqlite_where=where, postgresql_where=where)
