"""The objects of cases, by which an application for the same object is found."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0079"
down_revision = "0078"


def upgrade() -> None:
    """Add the table."""
    op.create_table(
        "case_objects",
        sa.Column("case_number", sa.String(), nullable=False, primary_key=True),
        sa.Column("matter", sa.String(), nullable=False, primary_key=True),
        sa.Column("digest", sa.String(), nullable=False),
        sqlite_with_rowid=False,
    )
    op.create_index("case_objects_digest", "case_objects", ["matter", "digest"])
