"""Corrections of the registry, the searches that found a person or organisation, organisations by name."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0042"
down_revision = "0041"


def _texts(*names: str, nullable: bool = False) -> list[sa.Column[str]]:
    return [sa.Column(name, sa.String(), nullable=nullable) for name in names]


def upgrade() -> None:
    """Create the tables and the index."""
    op.create_table(
        "registry_corrections",
        sa.Column("id", sa.String(), primary_key=True),
        *_texts("kind", "subject", "owner", "field"),
        *_texts("value", "base", "source_value", nullable=True),
        *_texts("reason", "state", "asked_by"),
        sa.Column("asked_at", sa.BigInteger(), nullable=False),
        *_texts("decided_by"),
        sa.Column("decided_at", sa.BigInteger(), nullable=True),
        *_texts("decided_on"),
        sa.Column("alone", sa.Boolean(), nullable=False),
        *_texts("note", "conflict", "source", "source_changed_on"),
        sa.Column("source_at", sa.BigInteger(), nullable=True),
        sa.Column("reported_at", sa.BigInteger(), nullable=True),
        sa.Column("reported_cases", sa.Integer(), nullable=False),
    )
    op.create_index("registry_corrections_subject", "registry_corrections", ["subject"])
    op.create_index("registry_corrections_owner", "registry_corrections", ["owner"])
    unreported = sa.text("state = 'approved' AND reported_at IS NULL")
    op.create_index(
        "registry_corrections_unreported",
        "registry_corrections",
        ["id"],
        sqlite_where=unreported,
        postgresql_where=unreported,
    )
    op.create_table(
        "registry_searches",
        sa.Column("subject", sa.String(), primary_key=True),
        sa.Column("node", sa.String(), primary_key=True),
        sa.Column("incarnation", sa.Integer(), primary_key=True, autoincrement=False),
        sa.Column("number", sa.BigInteger(), primary_key=True, autoincrement=False),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_organisations_name", "organisations", ["name"])
