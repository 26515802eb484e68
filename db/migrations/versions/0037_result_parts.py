"""Results handed over in parts, e-licences of results, collection by an agent, and the internal hand-over log."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0037"
down_revision = "0036"


def _key(name: str) -> sa.Column[str]:
    return sa.Column(name, sa.Text(), primary_key=True)


def _text(*names: str) -> list[sa.Column[str]]:
    return [sa.Column(name, sa.Text(), nullable=False) for name in names]


def _time(name: str) -> sa.Column[int]:
    return sa.Column(name, sa.BigInteger())


def upgrade() -> None:
    """Add the columns and tables; results of earlier versions were handed over together."""
    for table, column in (("issuances", "task"), ("deliveries", "agent"), ("deliveries", "cause")):
        op.add_column(table, sa.Column(column, sa.Text(), nullable=False, server_default=sa.text("''")))
    for table in ("issuances", "deliveries"):
        op.add_column(table, sa.Column("part", sa.Integer(), nullable=False, server_default=sa.text("0")))
    op.add_column("issuances", _time("delivered_at"))
    op.execute(
        "UPDATE issuances SET delivered_at = (SELECT at FROM deliveries"
        " WHERE deliveries.case_number = issuances.case_number)"
    )
    _change_key("issuances", "number")
    _change_key("deliveries", "part")
    op.create_index("deliveries_window", "deliveries", ["window_id", "at"])
    op.create_table(
        "result_licences",
        _key("task"),
        sa.Column("product", sa.Integer(), primary_key=True, autoincrement=False),
        *_text("case_number", "matter", "state", "licence", "number", "valid_from", "valid_to", "reason"),
        sa.Column("code", sa.Text()),
        _time("issued_at"),
        _time("revoked_at"),
    )
    op.create_index("ix_result_licences_case_number", "result_licences", ["case_number"])
    is_due = sa.text("state IN ('due', 'revoking')")
    op.create_index(
        "result_licences_due", "result_licences", ["case_number", "task"], sqlite_where=is_due, postgresql_where=is_due
    )
    op.create_table(
        "consignments",
        _key("id"),
        *_text("sender", "receiver", "window_id", "courier", "state", "given_by", "received_by", "note"),
        sa.Column("given_at", sa.BigInteger(), nullable=False),
        _time("received_at"),
    )
    op.create_index("consignments_sender", "consignments", ["sender", "given_at"])
    op.create_index("consignments_receiver", "consignments", ["receiver", "given_at"])
    op.create_table(
        "consignment_items",
        _key("consignment"),
        sa.Column("position", sa.Integer(), primary_key=True, autoincrement=False),
        *_text("kind", "case_number", "item", "state"),
        sa.Column("version", sa.BigInteger(), nullable=False),
    )
    op.create_index("ix_consignment_items_case_number", "consignment_items", ["case_number"])


def _change_key(table: str, column: str) -> None:
    """Make case number and `column` the primary key of a table; SQLite needs a new table for that."""
    if op.get_bind().dialect.name == "postgresql":
        op.drop_constraint(f"{table}_pkey", table)
        op.create_primary_key(f"{table}_pkey", table, ["case_number", column])
        if table == "deliveries":
            op.drop_index("deliveries_window", table)
        return
    columns = sa.inspect(op.get_bind()).get_columns(table)
    names = ", ".join(found["name"] for found in columns)
    op.create_table(
        f"new_{table}",
        *(
            sa.Column(
                found["name"],
                found["type"],
                nullable=found["nullable"],
                server_default=sa.text(found["default"]) if found["default"] is not None else None,
            )
            for found in columns
        ),
        sa.PrimaryKeyConstraint("case_number", column),
    )
    op.execute(f"INSERT INTO new_{table} ({names}) SELECT {names} FROM {table}")  # noqa: S608
    op.drop_table(table)
    op.rename_table(f"new_{table}", table)
