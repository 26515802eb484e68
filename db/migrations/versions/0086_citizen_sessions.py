"""Sessions of citizens at kiosks."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0086"
down_revision = "0085"


def upgrade() -> None:
    """Add the table and its indexes."""
    op.create_table(
        "citizen_sessions",
        sa.Column("id", sa.String(), nullable=False, primary_key=True),
        sa.Column("node", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("person", sa.String(), nullable=False),
        sa.Column("case_number", sa.String(), nullable=False),
        sa.Column("code_key", sa.String(), nullable=False),
        sa.Column("opened_at", sa.BigInteger(), nullable=False),
        sa.Column("used_at", sa.BigInteger(), nullable=False),
        sa.Column("ends_at", sa.BigInteger(), nullable=False),
        sa.Column("ended_at", sa.BigInteger(), nullable=True),
        sa.Column("ended_how", sa.String(), nullable=False),
        sqlite_with_rowid=False,
    )
    is_open = sa.text("ended_at IS NULL")
    op.create_index(
        "citizen_sessions_open", "citizen_sessions", ["node"], sqlite_where=is_open, postgresql_where=is_open
    )
    op.create_index("citizen_sessions_code", "citizen_sessions", ["code_key"])
