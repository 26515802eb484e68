"""Lists in columns become JSON arrays; before, items were joined by a comma, a newline or nothing."""

from __future__ import annotations

import json
from collections.abc import Callable

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    """Store each list as a JSON array in the same column."""
    for table, key, column in (
        ("nodes", "id", "organs"),
        ("invitations", "digest", "organs"),
        ("supplements", "id", "materials"),
    ):
        _convert_lists(table, key, column, lambda text: text.split(","))
    _convert_lists("windows", "id", "categories", list)
    _convert_lists("visits", "id", "check_notes", lambda text: text.split("\n"))


def _convert_lists(table: str, key: str, column: str, split: Callable[[str], list[str]]) -> None:
    store = op.get_bind()
    lists = sa.table(table, sa.column(key, sa.Text()), sa.column(column, sa.Text()))
    row_key, text = lists.c[key], lists.c[column]
    rows = store.execute(sa.select(row_key, text).where(text != "")).all()
    if rows:
        store.execute(
            lists.update().where(row_key == sa.bindparam("row_key")).values({column: sa.bindparam("new_text")}),
            [{"row_key": found, "new_text": _encode_list(split(joined))} for found, joined in rows],
        )
    store.execute(lists.update().where(text == "").values({column: "[]"}))


def _encode_list(values: list[str]) -> str:
    return json.dumps(values, ensure_ascii=False, separators=(",", ":"))
