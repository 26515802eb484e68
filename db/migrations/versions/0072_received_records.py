"""Applications that were received and are not accepted yet have a record."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0072"
down_revision = "0071"


def upgrade() -> None:
    """Create the table."""
    op.create_table(
        "received_records",
        sa.Column("case_number", sa.String(), primary_key=True),
        sa.Column("site", sa.String(), nullable=False),
        sa.Column("received_node", sa.String(), nullable=False),
        sa.Column("received_at", sa.BigInteger(), nullable=False),
        sa.Column("answer_due_at", sa.BigInteger(), nullable=False),
        sa.Column("answer_expected", sa.Boolean(), nullable=False),
        sa.Column("missing", sa.String(), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=True),
        sa.Column("consents", sa.String(), nullable=False),
        sa.Column("notified_at", sa.BigInteger(), nullable=True),
        sa.Column("bring_until", sa.BigInteger(), nullable=True),
        sa.Column("bring_expected", sa.Boolean(), nullable=False),
        sa.Column("extended_reason", sa.String(), nullable=False),
        sa.Column("notices", sa.Integer(), nullable=False),
        sa.Column("opened_node", sa.String(), nullable=False),
        sa.Column("opened_by", sa.String(), nullable=False),
        sa.Column("opened_window", sa.String(), nullable=False),
        sa.Column("lease_until", sa.BigInteger(), nullable=True),
    )
    due, bring = sa.text("notified_at IS NULL"), sa.text("bring_until IS NOT NULL")
    op.create_index(
        "received_records_due",
        "received_records",
        ["answer_due_at", "case_number"],
        sqlite_where=due,
        postgresql_where=due,
    )
    op.create_index(
        "received_records_bring",
        "received_records",
        ["bring_until", "case_number"],
        sqlite_where=bring,
        postgresql_where=bring,
    )
