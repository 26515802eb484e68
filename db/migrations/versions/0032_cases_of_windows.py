"""Indexes for the cases of a window on a day, and of a person by the birth date."""

from __future__ import annotations

from alembic import op

revision = "0032"
down_revision = "0031"


def upgrade() -> None:
    """Create the indexes."""
    op.create_index("cases_window", "cases", ["window_id", "accepted_at"])
    op.create_index("notices_made", "notices", ["window_id", "made_at"])
    op.create_index("deliveries_window", "deliveries", ["window_id", "at"])
    op.create_index("ix_persons_born", "persons", ["born"])
