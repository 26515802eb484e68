"""State, badge and due PIN of staff; wrong attempts by subject and machine."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"


def upgrade() -> None:
    """Add the columns and the table; an inactive staff member of an earlier version is suspended."""
    for name in ("state", "badge"):
        op.add_column("staff", sa.Column(name, sa.Text(), nullable=False, server_default=sa.text("''")))
    op.add_column("staff", sa.Column("pin_due", sa.Boolean(), nullable=False, server_default=sa.false()))
    staff = sa.table("staff", sa.column("active", sa.Boolean()), sa.column("state"))
    op.execute(sa.update(staff).where(sa.not_(staff.c.active)).values(state="suspended"))
    op.create_table(
        "pin_tries",
        sa.Column("staff", sa.Text(), nullable=False),
        sa.Column("machine", sa.Text(), nullable=False),
        sa.Column("failures", sa.Integer(), nullable=False),
        sa.Column("until", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("staff", "machine"),
        sqlite_with_rowid=False,
    )
