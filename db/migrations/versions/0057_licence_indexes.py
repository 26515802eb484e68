"""Indexes for status lists of issuers and for the codes that were used in a visit."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0057"
down_revision = "0056"


def upgrade() -> None:
    """Add the indexes."""
    marked = sa.text("state <> 'valid'")
    op.create_index(
        "licences_marked",
        "licences",
        ["issuer_code", "status_index"],
        sqlite_where=marked,
        postgresql_where=marked,
    )
    op.create_index("licences_status_index", "licences", ["issuer_code", "status_index"])
    op.create_index("dynamic_codes_used_by", "dynamic_codes", ["used_by"])
