"""Published catalogues as rows, which a program writes when it opens the store."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0074"
down_revision = "0073"


def upgrade() -> None:
    """Create the tables."""
    op.create_table(
        "catalogue_entries",
        *_version(),
        sa.Column("section", sa.String(), primary_key=True),
        sa.Column("id", sa.String(), primary_key=True),
        sa.Column("place", sa.Integer(), nullable=False),
        sa.Column("refers_to", sa.String(), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
    )
    op.create_table(
        "catalogue_names",
        *_version(),
        sa.Column("place", sa.Integer(), primary_key=True, autoincrement=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
    )
    op.create_table(
        "catalogue_grams",
        *_version(),
        sa.Column("gram", sa.String(), primary_key=True),
        sa.Column("places", sa.LargeBinary(), nullable=False),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "catalogue_indexes",
        *_version(),
        *(sa.Column(name, sa.Integer(), nullable=False) for name in ("form", "one_things", "names")),
        sqlite_with_rowid=False,
    )


def _version() -> tuple[sa.Column[str], sa.Column[int]]:
    return (
        sa.Column("catalogue", sa.String(), primary_key=True),
        sa.Column("version", sa.BigInteger(), primary_key=True, autoincrement=False),
    )
