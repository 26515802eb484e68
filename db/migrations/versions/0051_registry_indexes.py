"""Indexes of the registry: batches, open corrections, and what a case relies on."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0051"
down_revision = "0050"

_PARTIAL = (
    (
        "registry_corrections_open",
        "registry_corrections",
        ("asked_at", "id"),
        "state IN ('requested', 'overtaken') OR (state = 'approved' AND conflict <> '')",
    ),
    ("materials_licence", "materials", ("licence",), "licence IS NOT NULL"),
    ("materials_origin", "materials", ("origin",), "origin <> ''"),
    ("result_licences_licence", "result_licences", ("licence",), "licence <> ''"),
    ("visits_shown_licence", "visits", ("shown_licence",), "shown_licence IS NOT NULL"),
    ("parties_without_subject", "parties", ("number",), "subject IS NULL AND number IS NOT NULL"),
)


def upgrade() -> None:
    """Create the indexes."""
    op.create_index("registry_batches_at", "registry_batches", ["at", "source", "serial"])
    op.create_index("registry_batches_kind", "registry_batches", ["source", "kind", "serial"])
    for name, table, columns, condition in _PARTIAL:
        where = sa.text(condition)
        op.create_index(name, table, list(columns), sqlite_where=where, postgresql_where=where)
