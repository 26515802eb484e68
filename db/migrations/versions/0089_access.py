"""Calls of citizens at a kiosk for a member of staff."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0089"
down_revision = "0088"


def upgrade() -> None:
    """Add the table."""
    op.create_table(
        "kiosk_calls",
        sa.Column("id", sa.String(), primary_key=True),
        sa.Column("hall", sa.String(), nullable=False),
        sa.Column("kiosk", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("called_at", sa.BigInteger(), nullable=False),
        sa.Column("seen_at", sa.BigInteger(), nullable=True),
        sa.Column("seen_by", sa.String(), nullable=False),
    )
    op.create_index("kiosk_calls_hall", "kiosk_calls", ["hall", "called_at"])
