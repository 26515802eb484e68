"""Batches that sources sent, and the rows of them that were refused."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0040"
down_revision = "0039"


def _keys() -> list[sa.Column[object]]:
    return [
        sa.Column("source", sa.String(), primary_key=True),
        sa.Column("serial", sa.Integer(), primary_key=True, autoincrement=False),
    ]


def _texts(*names: str) -> list[sa.Column[str]]:
    return [sa.Column(name, sa.String(), nullable=False) for name in names]


def _numbers(*names: str) -> list[sa.Column[int]]:
    return [sa.Column(name, sa.Integer(), nullable=False) for name in names]


def upgrade() -> None:
    """Create the tables."""
    op.create_table(
        "registry_batches",
        *_keys(),
        *_texts("kind", "way", "machine"),
        sa.Column("at", sa.BigInteger(), nullable=False),
        *_numbers("new_rows", "changed_rows", "unchanged_rows", "refused_rows"),
        *_texts("changed_on"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "registry_refusals",
        *_keys(),
        sa.Column("row_number", sa.BigInteger(), primary_key=True, autoincrement=False),
        *_texts("field", "code"),
        sa.Column("facts", sa.LargeBinary(), nullable=False),
        sqlite_with_rowid=False,
    )
