"""Who signed an entry of an excluded machine, so that a thief's entries displace none of a person."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0028"
down_revision = "0027"


def upgrade() -> None:
    """Add the column; entries that were kept before count as those of persons."""
    op.add_column("kept_entries", sa.Column("signer", sa.String(), nullable=False, server_default=sa.text("''")))
    op.execute("UPDATE kept_entries SET signer = 'person'")
