"""The index of long texts of cases."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0073"
down_revision = "0072"


def upgrade() -> None:
    """Create the tables."""
    op.create_table(
        "case_texts",
        sa.Column("case_number", sa.String(), primary_key=True),
        sa.Column("field", sa.String(), primary_key=True),
        sa.Column("topic", sa.String(), nullable=False),
        sa.Column("grams", sa.LargeBinary(), nullable=False),
    )
    op.create_index("case_texts_topic", "case_texts", ["topic", "case_number"])
    op.create_table(
        "text_fingerprints",
        sa.Column("topic", sa.String(), primary_key=True),
        sa.Column("fingerprint", sa.BigInteger(), primary_key=True),
        sa.Column("case_number", sa.String(), primary_key=True),
        sa.Column("field", sa.String(), primary_key=True),
        sqlite_with_rowid=False,
    )
