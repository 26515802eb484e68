"""Tables of promises at an acceptance and of those that proved false."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0070"
down_revision = "0069"

_TEXTS = ("kind", "subject", "matters", "organ", "site", "one_thing", "catalogue")
_OPEN = sa.text("state IN ('open', 'reported')")


def upgrade() -> None:
    """Create the tables and their indexes."""
    op.create_table(
        "promises",
        sa.Column("id", sa.String(), primary_key=True),
        sa.Column("case_number", sa.String(), nullable=False),
        *(sa.Column(name, sa.String(), nullable=False) for name in _TEXTS),
        sa.Column("catalogue_version", sa.Integer(), nullable=False),
        sa.Column("applicant_name", sa.String(), nullable=True),
        sa.Column("sheet", sa.String(), nullable=False),
        sa.Column("signed_at", sa.BigInteger(), nullable=False),
        sa.Column("seen_by", sa.String(), nullable=False),
        sa.Column("made_at", sa.BigInteger(), nullable=False),
        sa.Column("due_at", sa.BigInteger(), nullable=False),
        sa.Column("expected", sa.Boolean(), nullable=False),
        sa.Column("extended_days", sa.Integer(), nullable=False),
        sa.Column("extended_reason", sa.String(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("reported_by", sa.String(), nullable=False),
        sa.Column("reported_at", sa.BigInteger(), nullable=True),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("evidence", sa.String(), nullable=False),
        sa.Column("settled_by", sa.String(), nullable=False),
        sa.Column("settled_at", sa.BigInteger(), nullable=True),
        sa.Column("note", sa.String(), nullable=False),
    )
    for name, columns in (("promises_due", ["due_at", "id"]), ("promises_organ", ["organ", "due_at"])):
        op.create_index(name, "promises", columns, sqlite_where=_OPEN, postgresql_where=_OPEN)
    op.create_index("ix_promises_case_number", "promises", ["case_number"])
    op.create_table(
        "broken_promises",
        sa.Column("promise", sa.String(), primary_key=True),
        sa.Column("case_number", sa.String(), nullable=False),
        sa.Column("subject", sa.String(), nullable=False),
        sa.Column("organ", sa.String(), nullable=False),
        sa.Column("recorded_at", sa.BigInteger(), nullable=False),
        sa.Column("counts_until", sa.BigInteger(), nullable=False),
        sa.Column("repair_asked_by", sa.String(), nullable=False),
        sa.Column("repaired_at", sa.BigInteger(), nullable=True),
        sa.Column("repaired_by", sa.String(), nullable=False),
        sa.Column("repair_reason", sa.String(), nullable=False),
    )
    known = sa.text("subject <> ''")
    op.create_index(
        "broken_promises_subject", "broken_promises", ["subject"], sqlite_where=known, postgresql_where=known
    )
    op.create_index("ix_broken_promises_counts_until", "broken_promises", ["counts_until"])
    op.create_index("ix_broken_promises_case_number", "broken_promises", ["case_number"])
