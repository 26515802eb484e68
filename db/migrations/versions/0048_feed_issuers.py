"""Issuers whose licences a feed may write, in place of the one whose status lists it may replace."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0048"
down_revision = "0047"


def upgrade() -> None:
    """Replace the column; a feed keeps the issuer that it has."""
    op.add_column(
        "registry_feeds", sa.Column("issuer_codes", sa.String(), nullable=False, server_default=sa.text("''"))
    )
    op.add_column("registry_feeds", sa.Column("any_issuer", sa.Boolean(), nullable=False, server_default=sa.false()))
    op.execute("UPDATE registry_feeds SET issuer_codes = '[\"' || issuer_code || '\"]' WHERE issuer_code <> ''")
    op.execute("UPDATE registry_feeds SET issuer_codes = '[]' WHERE issuer_code = ''")
    op.drop_column("registry_feeds", "issuer_code")
