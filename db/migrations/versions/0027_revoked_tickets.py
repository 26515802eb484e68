"""When the tickets of a person were last revoked: by a new PIN, a suspension, a readmission or a dismissal."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0027"
down_revision = "0026"


def upgrade() -> None:
    """Add the column, and fill it from the log."""
    op.add_column("staff", sa.Column("revoked_at", sa.BigInteger(), nullable=False, server_default=sa.text("0")))
    op.execute(
        "UPDATE staff SET revoked_at = coalesce((SELECT max(decided_at) FROM ledger_entries"
        " WHERE stream = 'staff/' || staff.id AND outcome = 'done'"
        " AND kind IN ('ResetPin', 'ChangePin', 'SetStaffState')), 0)"
    )
