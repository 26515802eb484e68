"""The printed list with which the consent to the use of a licence was, or can be, signed."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0026"
down_revision = "0025"


def upgrade() -> None:
    """Add the column; consents given before have no printed list."""
    op.add_column("consents", sa.Column("list_number", sa.String(), nullable=False, server_default=sa.text("''")))
