"""Rows of other registers, the personal parts of their entries, and relations."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0039"
down_revision = "0038"


def _keys(*names: str) -> list[sa.Column[str]]:
    return [sa.Column(name, sa.String(), primary_key=True) for name in names]


def _texts(*names: str) -> list[sa.Column[str]]:
    return [sa.Column(name, sa.String(), nullable=False) for name in names]


def upgrade() -> None:
    """Create the tables."""
    op.create_table(
        "registry_items",
        *_keys("source", "kind", "identifier"),
        *_texts("subject", "digest", "changed_on"),
        sqlite_with_rowid=False,
    )
    op.create_index("registry_items_subject", "registry_items", ["subject"])
    op.create_table(
        "registry_parts",
        *_keys("subject", "node"),
        sa.Column("incarnation", sa.Integer(), primary_key=True, autoincrement=False),
        sa.Column("number", sa.BigInteger(), primary_key=True, autoincrement=False),
        sa.Column("part", sa.Integer(), primary_key=True, autoincrement=False),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "relations",
        *_keys("id"),
        *_texts("subject", "other", "relation", "valid_from", "valid_to"),
        sa.Column("updated_at", sa.BigInteger(), nullable=False),
    )
    op.create_index("ix_relations_subject", "relations", ["subject"])
    op.create_index("ix_relations_other", "relations", ["other"])
    op.create_table(
        "issuer_status_indexes",
        *_keys("issuer_code"),
        sa.Column("last", sa.BigInteger(), nullable=False),
        sqlite_with_rowid=False,
    )
