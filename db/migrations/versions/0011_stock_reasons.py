"""Ids of the stock reasons of decisions, requests for papers and cases that were not accepted."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"


def upgrade() -> None:
    """Add the columns; existing rows have their reasons as text only."""
    for table in ("cases", "decisions", "supplements"):
        op.add_column(table, sa.Column("reason_codes", sa.String(), nullable=False, server_default=""))
        op.execute(sa.update(sa.table(table, sa.column("reason_codes"))).values(reason_codes="[]"))
