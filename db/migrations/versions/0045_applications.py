"""Applications from outside, and the scans sent with them."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0045"
down_revision = "0044"
_OPEN = sa.text("state IN ('received', 'opened')")
_WITH_CONTENT = sa.text("content IS NOT NULL")


def _texts(*names: str) -> list[sa.Column[str]]:
    return [sa.Column(name, sa.String(), nullable=False) for name in names]


def _times(*names: str, nullable: bool = False) -> list[sa.Column[int]]:
    return [sa.Column(name, sa.BigInteger(), nullable=nullable) for name in names]


def upgrade() -> None:
    """Create the tables."""
    op.create_table(
        "applications",
        sa.Column("number", sa.String(), primary_key=True),
        *_texts("source", "portal", "reference", "one_thing", "catalogue"),
        sa.Column("catalogue_version", sa.Integer(), nullable=False),
        *_texts("state", "received_on"),
        *_times("arrived_at", "due_at"),
        sa.Column("due_expected", sa.Boolean(), nullable=False),
        *_texts("report"),
        sa.Column("content", sa.LargeBinary(), nullable=True),
        *_times("opened_at", nullable=True),
        *_texts("opened_node", "opened_by", "purpose", "case_number"),
        *_times("ended_at", nullable=True),
        *_texts("outcome", "reason", "reason_codes", "missing"),
    )
    op.create_index("applications_reference", "applications", ["portal", "reference"], unique=True)
    op.create_index("applications_portal", "applications", ["portal", "arrived_at"])
    op.create_index("applications_case", "applications", ["case_number"])
    op.create_index(
        "applications_due", "applications", ["due_at", "number"], sqlite_where=_OPEN, postgresql_where=_OPEN
    )
    op.create_index(
        "applications_content",
        "applications",
        ["ended_at", "number"],
        sqlite_where=_WITH_CONTENT,
        postgresql_where=_WITH_CONTENT,
    )
    op.create_table(
        "application_attachments",
        sa.Column("application", sa.String(), primary_key=True),
        sa.Column("material", sa.String(), primary_key=True),
        *_texts("content", "media_type"),
    )
    op.create_index("application_attachments_content", "application_attachments", ["content"])
