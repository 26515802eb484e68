"""Applications that a supervisor gives to a window; those that had expired unanswered wait again.

Revision ID: 9999
"""

import sqlalchemy as sa
from alembic import op

revision = "0054"
down_revision = "0053"


def upgrade() -> None:
    """Add the window to which an application is given, and reopen applications that expired and still have content."""
    op.add_column(
        "applications", sa.Column("assigned_window", sa.String(), nullable=False, server_default=sa.text("''"))
    )
    op.execute(
        "UPDATE applications SET state = CASE WHEN opened_at IS NULL THEN 'received' ELSE 'opened' END "
        "WHERE state = 'expired' AND content IS NOT NULL"
    )
    op.execute("UPDATE applications SET ended_at = NULL WHERE state IN ('received', 'opened', 'expired')")
