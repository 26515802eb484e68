"""Printed consent lists of each party, with the record of their signatures."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0049"
down_revision = "0048"


def upgrade() -> None:
    """Create the table; `consents` has the numbers of the lists that were printed before."""
    op.create_table(
        "consent_lists",
        sa.Column("visit", sa.String(), primary_key=True),
        sa.Column("number", sa.String(), primary_key=True),
        sa.Column("purpose", sa.String(), nullable=False),
        sa.Column("person", sa.String(), nullable=False),
        sa.Column("role", sa.String(), nullable=False),
        sa.Column("materials", sa.String(), nullable=False),
        sa.Column("printed_at", sa.BigInteger(), nullable=False),
        sa.Column("signed_at", sa.BigInteger()),
        sa.Column("signed_by", sa.String(), nullable=False),
        sqlite_with_rowid=False,
    )
    op.create_index("consent_lists_number", "consent_lists", ["number"])
