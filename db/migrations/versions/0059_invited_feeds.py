"""Feeds to which machines are admitted by their invitation."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0059"
down_revision = "0058"


def upgrade() -> None:
    """Create the table."""
    op.create_table(
        "invited_feeds",
        sa.Column("invitation", sa.String(), primary_key=True),
        *(
            sa.Column(name, sa.String(), nullable=False)
            for name in ("source", "kinds", "licence_types", "issuer_codes")
        ),
        sa.Column("any_issuer", sa.Boolean(), nullable=False),
        sqlite_with_rowid=False,
    )
