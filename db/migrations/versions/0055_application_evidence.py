"""The signed request with which a portal sent an application.

Revision ID: 9999
"""

import sqlalchemy as sa
from alembic import op

revision = "0055"
down_revision = "0054"


def upgrade() -> None:
    """Add the evidence; applications that were received before have none."""
    op.add_column("applications", sa.Column("evidence", sa.LargeBinary(), nullable=True))
