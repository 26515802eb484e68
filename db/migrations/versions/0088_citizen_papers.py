"""Copies of licences and requests for signed codes at kiosks."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0088"
down_revision = "0087"


def _columns(
    key: str, texts: tuple[str, ...], times: tuple[str, ...], numbers: tuple[str, ...] = ()
) -> list[sa.Column[str] | sa.Column[int]]:
    return [
        *(sa.Column(name, sa.String(), nullable=False, primary_key=name == key) for name in texts),
        *(sa.Column(name, sa.BigInteger(), nullable=False) for name in times),
        *(sa.Column(name, sa.Integer(), nullable=False) for name in numbers),
    ]


def upgrade() -> None:
    """Add the tables."""
    op.create_table(
        "licence_copies",
        *_columns(
            "number",
            ("number", "code", "licence", "purpose", "session", "node", "outcome"),
            ("made_at", "expires_at"),
            ("count", "printed", "prints"),
        ),
    )
    op.create_table(
        "code_requests",
        *_columns(
            "id",
            ("id", "hall", "number", "node", "session", "licence", "state", "answered_by"),
            ("asked_at", "ends_at"),
        ),
    )
    op.create_index("code_requests_hall", "code_requests", ["hall", "state", "ends_at"])
