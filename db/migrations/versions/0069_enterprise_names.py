"""The register of enterprise names: names and their keys, pool, checks, reservations."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0069"
down_revision = "0068"


def upgrade() -> None:
    """Create the tables."""
    op.create_table(
        "enterprise_names",
        sa.Column("id", sa.BigInteger(), primary_key=True, autoincrement=False),
        *(sa.Column(name, sa.String(), nullable=False) for name in _NAME_COLUMNS),
        sa.Column("until", sa.BigInteger(), nullable=False),
    )
    op.create_table(
        "enterprise_name_keys",
        sa.Column("key", sa.String(), primary_key=True),
        sa.Column("trade", sa.String(), primary_key=True),
        sa.Column("name", sa.BigInteger(), primary_key=True),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "pooled_cores",
        sa.Column("core", sa.String(), primary_key=True),
        sa.Column("source", sa.String(), nullable=False),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "name_checks",
        sa.Column("draft", sa.String(), primary_key=True),
        sa.Column("field", sa.String(), primary_key=True),
        *(sa.Column(name, sa.String(), nullable=False) for name in ("name", "severity", "findings")),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "name_reservations",
        sa.Column("id", sa.String(), primary_key=True),
        *(sa.Column(name, sa.String(), nullable=False) for name in _RESERVATION_COLUMNS),
        sa.Column("reserved_at", sa.BigInteger(), nullable=False),
        sa.Column("until", sa.BigInteger(), nullable=False),
    )
    for column in ("until", "draft"):
        name = "name_reservations_held" if column == "until" else "name_reservations_draft"
        held = sa.text("state = 'held'")
        op.create_index(name, "name_reservations", [column], sqlite_where=held, postgresql_where=held)
    op.create_table(
        "name_claims",
        sa.Column("claim", sa.String(), primary_key=True),
        sa.Column("reservation", sa.String(), nullable=False),
        sqlite_with_rowid=False,
    )


_NAME_COLUMNS = ("source", "identifier", "name", "state", "ended_on", "credit_code", "core", "trade", "digest")
_RESERVATION_COLUMNS = ("draft", "field", "case_number", "name", "reason", "findings", "state")
