"""Supplements store the materials that their matter does not require, and the legal basis of the demand."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0062"
down_revision = "0061"


def upgrade() -> None:
    """Add the columns."""
    for name in ("outside_materials", "legal_basis"):
        op.add_column("supplements", sa.Column(name, sa.Text(), nullable=False, server_default=sa.text("''")))
    op.execute(sa.update(sa.table("supplements", sa.column("outside_materials"))).values(outside_materials="[]"))
