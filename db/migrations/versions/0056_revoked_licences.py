"""Index of the revoked licences, by the time of their revocation."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0056"
down_revision = "0055"


def upgrade() -> None:
    """Create the index."""
    is_revoked = sa.text("state = 'revoked'")
    op.create_index(
        "licences_revoked", "licences", ["updated_at"], sqlite_where=is_revoked, postgresql_where=is_revoked
    )
