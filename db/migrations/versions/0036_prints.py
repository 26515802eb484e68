"""Prints of the papers of a case."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0036"
down_revision = "0035"


def _texts(*names: str) -> list[sa.Column[str]]:
    return [sa.Column(name, sa.String(), nullable=False) for name in names]


def upgrade() -> None:
    """Create the table. Papers that were printed before have no rows: `notices.prints` counts them."""
    op.create_table(
        "prints",
        sa.Column("id", sa.String(), primary_key=True),
        *_texts("case_number", "paper", "kind"),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        *_texts("source", "window_id", "staff", "printer", "device", "template", "language"),
        sa.Column("begun_at", sa.BigInteger(), nullable=False),
        *_texts("outcome"),
        sa.Column("ended_at", sa.BigInteger(), nullable=True),
        *_texts("ended_by"),
        sa.Column("deadline_at", sa.BigInteger(), nullable=True),
        sa.Column("content", sa.String(), nullable=True),
    )
    op.create_index("ix_prints_case_number", "prints", ["case_number"])
    where = sa.text("outcome IN ('printing', 'unknown')")
    op.create_index("prints_open", "prints", ["window_id"], sqlite_where=where, postgresql_where=where)
