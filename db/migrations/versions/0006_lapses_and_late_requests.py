"""Tasks store the cause of a lapse, supplements the reason of a late request; an index finds duplicate cases."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"


def upgrade() -> None:
    """Add the columns and the index."""
    for table, name in (
        ("tasks", "caused_by"),
        ("supplements", "late_materials"),
        ("supplements", "late_code"),
        ("supplements", "late_reason"),
    ):
        op.add_column(table, sa.Column(name, sa.Text(), nullable=False, server_default=sa.text("''")))
    op.execute("UPDATE supplements SET late_materials = '[]'")
    op.create_index("cases_applicant_number", "cases", ["applicant_number", "one_thing"], unique=False)
