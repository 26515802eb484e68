"""Service days of halls, and the order of issue of tickets in their service day."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    """Add the table of service days, and the serial of tickets; older tickets have the serial 0."""
    op.create_table(
        "service_days",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("hall", sa.Text(), nullable=False),
        sa.Column("day", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("opened_at", sa.BigInteger(), nullable=False),
        sa.Column("opened_by", sa.Text(), nullable=False),
        sa.Column("ends_at", sa.BigInteger(), nullable=False),
        sa.Column("closed_at", sa.BigInteger(), nullable=True),
        sa.Column("closed_by", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("service_days_hall", "service_days", ["hall", "state"], unique=False)
    op.create_index("ix_service_days_closed_at", "service_days", ["closed_at"], unique=False)
    op.add_column("tickets", sa.Column("serial", sa.Integer(), nullable=False, server_default=sa.text("0")))
    op.create_index("tickets_serial", "tickets", ["hall", "day", "serial"], unique=False)
