"""Materials of earlier cases that are used again, and why paper was taken for a held licence."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0041"
down_revision = "0040"


def upgrade() -> None:
    """Create the table and add the columns."""
    op.create_table(
        "earlier_materials",
        sa.Column("visit", sa.String(), primary_key=True),
        sa.Column("id", sa.String(), primary_key=True),
        sa.Column("holder", sa.String(), nullable=False),
        sa.Column("case_number", sa.String(), nullable=False),
        sa.Column("material", sa.String(), nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.Column("how", sa.String(), nullable=False),
        sa.Column("issuer", sa.String(), nullable=False),
        sa.Column("valid_to", sa.String(), nullable=False),
        sa.Column("grade", sa.String(), nullable=False),
        sa.Column("learnt_at", sa.BigInteger(), nullable=False),
        sa.Column("content", sa.String(), nullable=True),
        sqlite_with_rowid=False,
    )
    op.create_index("earlier_materials_case", "earlier_materials", ["case_number"])
    has_content = sa.text("content IS NOT NULL")
    op.create_index(
        "earlier_materials_content",
        "earlier_materials",
        ["content"],
        sqlite_where=has_content,
        postgresql_where=has_content,
    )
    for name in ("origin", "paper_code", "paper_reason"):
        op.add_column("materials", sa.Column(name, sa.String(), nullable=False, server_default=""))
    op.add_column("materials", sa.Column("learnt_at", sa.BigInteger(), nullable=True))
