"""Index for the visits in which a person showed a code."""

from __future__ import annotations

from alembic import op

revision = "0025"
down_revision = "0024"


def upgrade() -> None:
    """Create the index."""
    op.create_index("identity_proofs_person", "identity_proofs", ["person"])
