"""Index of the printed consent lists by their person, for the report of who saw the data of a person."""

from __future__ import annotations

from alembic import op

revision = "0061"
down_revision = "0060"


def upgrade() -> None:
    """Create the index."""
    op.create_index("consent_lists_person", "consent_lists", ["person"])
