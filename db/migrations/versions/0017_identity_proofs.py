"""Proofs of identity by the authority; how a consent was confirmed, and since when a licence may be shown."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0017"
down_revision = "0016"


def upgrade() -> None:
    """Add table and columns; licences of visits that are open now are released again after a proof."""
    op.create_table(
        "identity_proofs",
        sa.Column("visit", sa.String(), nullable=False),
        sa.Column("person", sa.String(), nullable=False),
        sa.Column("level", sa.String(), nullable=False),
        sa.Column("code_key", sa.String(), nullable=False),
        sa.Column("proved_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("visit", "person"),
        sqlite_with_rowid=False,
    )
    op.create_index("identity_proofs_code", "identity_proofs", ["code_key"])
    op.add_column("consents", sa.Column("how", sa.String(), nullable=False, server_default=sa.text("''")))
    op.add_column("consents", sa.Column("released_at", sa.BigInteger(), nullable=True))
