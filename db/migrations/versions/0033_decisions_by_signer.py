"""An index of the decisions by the officer who signed them."""

from __future__ import annotations

from alembic import op

revision = "0033"
down_revision = "0032"


def upgrade() -> None:
    """Create the index: an officer's screen lists the decisions of the day."""
    op.create_index("decisions_signer", "decisions", ["signer", "at"])
