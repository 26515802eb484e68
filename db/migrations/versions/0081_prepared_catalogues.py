"""The digest of the content from which the rows of a catalogue were written, so that they can be prepared before it."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0081"
down_revision = "0080"


def upgrade() -> None:
    """Add the column."""
    op.add_column("catalogue_indexes", sa.Column("digest", sa.String(), nullable=False, server_default=""))
