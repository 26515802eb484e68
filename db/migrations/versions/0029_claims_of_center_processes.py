"""What the processes of a center claim for a moment: nonces of requests, sign-ins, comparisons of PINs."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0029"
down_revision = "0028"


def upgrade() -> None:
    """Create the table. On PostgreSQL it is not logged, so a claim waits for no disk."""
    op.create_table(
        "center_claims",
        sa.Column("node", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("until", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("node", "name"),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_center_claims_until", "center_claims", ["until"])
    if op.get_bind().dialect.name == "postgresql":
        op.execute("ALTER TABLE center_claims SET UNLOGGED")
