"""Values of the form that differ from their source."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0044"
down_revision = "0043"


def upgrade() -> None:
    """Create the table of differences."""
    op.create_table(
        "field_differences",
        sa.Column("case_number", sa.String(), nullable=False),
        sa.Column("field", sa.String(), nullable=False),
        sa.Column("source", sa.String(), nullable=False),
        sa.Column("known", sa.String(), nullable=True),
        sa.Column("reason", sa.String(), nullable=True),
        sa.PrimaryKeyConstraint("case_number", "field", "source"),
        sqlite_with_rowid=False,
    )
