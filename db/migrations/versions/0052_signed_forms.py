"""What a co-signature covers, and the co-signatures of a case."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0052"
down_revision = "0051"


def upgrade() -> None:
    """Add the column, empty for earlier signatures, and create the table."""
    op.add_column("co_signatures", sa.Column("form", sa.String()))
    op.create_table(
        "case_co_signatures",
        sa.Column("case_number", sa.String(), primary_key=True),
        sa.Column("role", sa.String(), primary_key=True),
        sa.Column("how", sa.String(), nullable=False),
        sa.Column("sheet", sa.String(), nullable=False),
        sa.Column("signed_at", sa.BigInteger(), nullable=False),
    )
