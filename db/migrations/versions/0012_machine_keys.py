"""Public keys of nodes and of the center, and the last contact with each node."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"


def upgrade() -> None:
    """Add the columns and tables; existing nodes have no public key."""
    for table in ("nodes", "center_lines"):
        op.add_column(table, sa.Column("public_key", sa.String(), nullable=False, server_default=sa.text("''")))
        op.add_column(table, sa.Column("key_number", sa.Integer(), nullable=False, server_default=sa.text("0")))
    op.create_table(
        "node_keys",
        sa.Column("node", sa.String(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("public_key", sa.String(), nullable=False),
        sa.Column("endorsement", sa.String(), nullable=False),
        sa.Column("added_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("node", "number"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "node_contacts",
        sa.Column("node", sa.String(), nullable=False),
        sa.Column("version", sa.String(), nullable=False),
        sa.Column("seen_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("node"),
        sqlite_with_rowid=False,
    )
