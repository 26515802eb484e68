"""Licences that outlive their erased case."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0060"
down_revision = "0059"


def upgrade() -> None:
    """Create the table, and add the licences of the cases that were erased before."""
    op.create_table(
        "kept_licences",
        sa.Column("licence", sa.String(), nullable=False),
        sa.Column("case_number", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("licence"),
    )
    op.execute(
        "INSERT INTO kept_licences (licence, case_number) SELECT licences.id, cases.number FROM cases "
        "JOIN result_licences ON result_licences.case_number = cases.number AND result_licences.licence <> '' "
        "JOIN licences ON licences.id = result_licences.licence "
        "WHERE cases.applicant_name IS NULL AND licences.claims IS NOT NULL"
    )
