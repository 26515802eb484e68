"""Which searches for another case of an applicant found a case, for the report of who saw its data."""

from __future__ import annotations

import json

import sqlalchemy as sa
from alembic import op

revision = "0030"
down_revision = "0029"


def upgrade() -> None:
    """Create the table, with the searches of the log."""
    table = op.create_table(
        "case_searches",
        sa.Column("case_number", sa.String(), nullable=False),
        sa.Column("node", sa.String(), nullable=False),
        sa.Column("incarnation", sa.Integer(), nullable=False),
        sa.Column("number", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("case_number", "node", "incarnation", "number"),
        sqlite_with_rowid=False,
    )
    entries = op.get_bind().execute(
        sa.text(
            "SELECT node, incarnation, number, decision FROM ledger_entries "
            "WHERE kind = 'FindDuplicates' AND outcome = 'done'"
        )
    )
    rows = [
        {"case_number": number, "node": entry[0], "incarnation": entry[1], "number": entry[2]}
        for entry in entries.fetchall()
        for number in sorted({case["number"] for case in json.loads(entry[3])["cases"]})
    ]
    if rows:
        op.bulk_insert(table, rows)
