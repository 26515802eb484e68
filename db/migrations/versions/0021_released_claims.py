"""Which claims of a licence were released with a consent, and whether its picture was."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0021"
down_revision = "0020"


def upgrade() -> None:
    """Add the columns; licences that are released now keep their pictures until the visit ends."""
    op.add_column("consents", sa.Column("released_claims", sa.String(), nullable=False, server_default=sa.text("''")))
    op.add_column("consents", sa.Column("picture", sa.Boolean(), nullable=False, server_default=sa.false()))
    op.execute("UPDATE consents SET released_claims = '[]'")
    op.execute("UPDATE consents SET picture = TRUE WHERE released_at IS NOT NULL")
