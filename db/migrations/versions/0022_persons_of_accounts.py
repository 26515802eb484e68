"""The natural person of each account, so that four eyes are those of two persons."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0022"
down_revision = "0021"


def upgrade() -> None:
    """Add the column; each existing account is the only one of its person."""
    op.add_column("staff", sa.Column("person", sa.String(), nullable=False, server_default=sa.text("''")))
