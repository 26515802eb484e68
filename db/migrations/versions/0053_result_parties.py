"""Parties of results: registered, or with a number that may be registered later."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0053"
down_revision = "0052"


def upgrade() -> None:
    """Create the table, and add the party of a licence of a result."""
    op.create_table(
        "result_parties",
        sa.Column("case_number", sa.String(), nullable=False),
        sa.Column("role", sa.String(), nullable=False),
        sa.Column("subject", sa.String(), nullable=False),
        sa.Column("number", sa.String(), nullable=True),
        sa.PrimaryKeyConstraint("case_number", "role"),
        sqlite_with_rowid=False,
    )
    for column, where in (("subject", "subject <> ''"), ("number", "number IS NOT NULL")):
        is_indexed = sa.text(where)
        op.create_index(
            f"result_parties_{column}", "result_parties", [column],
            sqlite_where=is_indexed, postgresql_where=is_indexed,
        )  # fmt: skip
    has_no_holder = sa.text("state = 'not_issued' AND reason = 'holder'")
    op.create_index(
        "result_licences_no_holder", "result_licences", ["case_number"],
        sqlite_where=has_no_holder, postgresql_where=has_no_holder,
    )  # fmt: skip
    op.add_column("result_licences", sa.Column("role", sa.String(), nullable=False, server_default=sa.text("''")))
