"""Papers that the reception scans for a ticket."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0066"
down_revision = "0065"


def upgrade() -> None:
    """Create the table."""
    op.create_table(
        "ticket_papers",
        sa.Column("id", sa.String(), primary_key=True),
        sa.Column("ticket", sa.String(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("content", sa.String(), nullable=False),
        sa.Column("media_type", sa.String(), nullable=False),
        sa.Column("pages", sa.Integer(), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("source", sa.String(), nullable=False),
        sa.Column("taken_at", sa.BigInteger(), nullable=False),
        sa.Column("taken_by", sa.String(), nullable=False),
        sa.Column("node", sa.String(), nullable=False),
    )
    op.create_index("ix_ticket_papers_ticket", "ticket_papers", ["ticket"])
    op.create_index("ix_ticket_papers_content", "ticket_papers", ["content"])
