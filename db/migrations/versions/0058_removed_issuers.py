"""Issuers that were removed from the trust list."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0058"
down_revision = "0057"


def upgrade() -> None:
    """Create the table."""
    op.create_table(
        "removed_issuers",
        sa.Column("issuer_code", sa.String(), primary_key=True),
        sa.Column("since", sa.BigInteger(), nullable=False),
        *(sa.Column(name, sa.String(), nullable=False) for name in ("name_zh", "name_en")),
        sa.Column("reported_at", sa.BigInteger(), nullable=True),
        sa.Column("reported_cases", sa.Integer(), nullable=False),
        sqlite_with_rowid=False,
    )
