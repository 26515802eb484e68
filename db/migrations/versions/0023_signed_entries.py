"""Signatures of entries, and the sessions whose keys sign them."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0023"
down_revision = "0022"


def upgrade() -> None:
    """Add the columns and the table; earlier entries are not signed."""
    op.add_column("ledger_entries", sa.Column("session", sa.String(), nullable=True))
    op.add_column("ledger_entries", sa.Column("statement", sa.LargeBinary(), nullable=True))
    op.add_column("ledger_entries", sa.Column("signature", sa.LargeBinary(), nullable=True))
    signed = sa.text("signature IS NOT NULL")
    op.create_index("entries_signed", "ledger_entries", ["signature"], sqlite_where=signed, postgresql_where=signed)
    op.create_table(
        "staff_sessions",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("ticket", sa.LargeBinary(), nullable=False),
        sa.Column("token", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
        sqlite_with_rowid=False,
    )
