"""Ratings and complaints of citizens."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0085"
down_revision = "0084"


def _columns(key: str, texts: tuple[str, ...], times: tuple[str, ...]) -> list[sa.Column[str] | sa.Column[int]]:
    return [
        *(sa.Column(name, sa.String(), nullable=False, primary_key=name == key) for name in texts),
        *(sa.Column(name, sa.BigInteger(), nullable=False) for name in times),
        sa.Column("erased_at", sa.BigInteger(), nullable=True),
    ]


def upgrade() -> None:
    """Add the tables."""
    op.create_table(
        "ratings",
        *_columns(
            "id",
            ("id", "visit", "hall", "ticket", "case_number", "window_id", "reasons", "node"),
            ("given_at", "changed_at"),
        ),
        sa.Column("score", sa.Integer(), nullable=False),
        sa.Column("person", sa.String(), nullable=True),
    )
    op.create_index("ratings_visit", "ratings", ["visit"], unique=True)
    op.create_table(
        "complaints",
        *_columns(
            "number", ("number", "hall", "category", "case_number", "ticket", "state", "node"), ("filed_at", "due_at")
        ),
        *(sa.Column(name, sa.String(), nullable=True) for name in ("text", "contact", "person")),
        sa.Column("due_expected", sa.Boolean(), nullable=False),
    )
    kept, unanswered = sa.text("erased_at IS NULL"), sa.text("state = 'open'")
    for name, table, columns, where in (
        ("ratings_to_erase", "ratings", ["changed_at", "id"], kept),
        ("complaints_to_erase", "complaints", ["due_at", "number"], kept),
        ("complaints_open", "complaints", ["hall", "due_at", "number"], unanswered),
    ):
        op.create_index(name, table, columns, sqlite_where=where, postgresql_where=where)
