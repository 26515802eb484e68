"""Persons who act for an absent party, and co-signatures."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0047"
down_revision = "0046"


def _keys(*names: str) -> list[sa.Column[str]]:
    return [sa.Column(name, sa.String(), primary_key=True) for name in names]


def _texts(*names: str) -> list[sa.Column[str]]:
    return [sa.Column(name, sa.String(), nullable=False) for name in names]


def upgrade() -> None:
    """Create the tables; matters of earlier cases needed no co-signature."""
    op.create_table(
        "visit_representations",
        *_keys("visit", "principal"),
        *_texts("agent", "basis", "relation", "acts", "valid_to"),
        sa.Column("shown_at", sa.BigInteger(), nullable=False),
        sqlite_with_rowid=False,
    )
    op.create_index("visit_representations_principal", "visit_representations", ["principal"])
    op.create_table(
        "representations",
        *_keys("case_number", "role"),
        *_texts("agent"),
        sa.Column("agent_name", sa.String()),
        sa.Column("agent_number", sa.String()),
        *_texts("basis", "relation", "acts", "valid_to"),
    )
    op.create_index("ix_representations_agent", "representations", ["agent"])
    op.create_table(
        "co_signatures",
        *_keys("visit", "purpose", "role"),
        *_texts("person", "how"),
        sa.Column("sheet", sa.String(), nullable=False, server_default=sa.text("''")),
        sa.Column("signed_at", sa.BigInteger(), nullable=False),
        sqlite_with_rowid=False,
    )
    op.add_column("matters", sa.Column("co_signature", sa.String(), nullable=False, server_default=sa.text("''")))
