"""Centers and windows: scopes of nodes, unanswered documents, rejected work."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    """Keep each document once in the feed, store the place of nodes, and add the tables of windows."""

    for name in ("hall", "window_id", "organs", "epoch", "key_digest"):
        op.add_column("nodes", sa.Column(name, sa.Text(), nullable=False, server_default=sa.text("''")))
    op.add_column("nodes", sa.Column("shut", sa.Boolean(), nullable=False, server_default=sa.false()))
    op.create_index("nodes_here", "nodes", ["here", "id", "incarnation"], unique=False)
    for name in ("hall", "organ"):
        op.add_column("windows", sa.Column(name, sa.Text(), nullable=False, server_default=sa.text("''")))
    op.add_column("cases", sa.Column("centre", sa.Text(), nullable=False, server_default=sa.text("''")))
    op.add_column("ledger_entries", sa.Column("answer", sa.LargeBinary(), nullable=True))

    op.drop_table("feed")  # it had no readers before there were centers
    op.execute("DELETE FROM scopes")
    op.create_table(
        "feed",
        sa.Column("scope", sa.Text(), nullable=False),
        sa.Column("document", sa.Text(), nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("scope", "document"),
        sqlite_with_rowid=False,
    )
    op.create_index("feed_version", "feed", ["scope", "version"], unique=False)

    op.create_table(
        "objections",
        sa.Column("case_number", sa.Text(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("sentence", sa.Text(), nullable=False),
        sa.Column("facts", sa.LargeBinary(), nullable=False),
        sa.Column("raised_at", sa.BigInteger(), nullable=False),
        sa.Column("settled_at", sa.BigInteger(), nullable=True),
        sa.Column("settled_by", sa.Text(), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("case_number", "number"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "invitations",
        sa.Column("digest", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("hall", sa.Text(), nullable=False),
        sa.Column("window_id", sa.Text(), nullable=False),
        sa.Column("organs", sa.Text(), nullable=False),
        sa.Column("made_at", sa.BigInteger(), nullable=False),
        sa.Column("expires_at", sa.BigInteger(), nullable=False),
        sa.Column("used_at", sa.BigInteger(), nullable=True),
        sa.Column("node", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("digest"),
    )
    _at_windows()


def _at_windows() -> None:
    op.create_table(
        "unanswered",
        sa.Column("document", sa.Text(), nullable=False),
        sa.Column("position", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("document", "position"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "bases",
        sa.Column("document", sa.Text(), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=True),
        sa.PrimaryKeyConstraint("document"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "cursors",
        sa.Column("scope", sa.Text(), nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("scope"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "center_lines",
        sa.Column("center", sa.Text(), nullable=False),
        sa.Column("url", sa.Text(), nullable=False),
        sa.Column("epoch", sa.Text(), nullable=False),
        sa.Column("clock_offset", sa.BigInteger(), nullable=False),
        sa.Column("measured_at", sa.BigInteger(), nullable=True),
        sa.Column("reached_at", sa.BigInteger(), nullable=True),
        sa.Column("lost_at", sa.BigInteger(), nullable=True),
        sa.Column("safe", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("center"),
    )
    op.create_table(
        "refusals",
        sa.Column("position", sa.BigInteger(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("sentence", sa.Text(), nullable=False),
        sa.Column("facts", sa.LargeBinary(), nullable=False),
        sa.Column("told_at", sa.BigInteger(), nullable=False),
        sa.Column("settled_at", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("position"),
    )
    op.create_table(
        "histories",
        sa.Column("case_number", sa.Text(), nullable=False),
        sa.Column("revision", sa.BigInteger(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("actor", sa.Text(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("command", sa.LargeBinary(), nullable=False),
        sa.Column("decision", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("case_number", "revision"),
        sqlite_with_rowid=False,
    )
