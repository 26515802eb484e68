"""Column types that behave the same on SQLite and PostgreSQL.

Times are BIGINT microseconds UTC; states and keys are TEXT; structured values are bytes that this program encodes.
Enum, JSONB and timestamps with time zone are not used. There are no foreign keys, because a window stores only the rows
that it may see: a referenced row may exist only on another node.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import BigInteger, Index, Integer, false, text
from sqlmodel import Field

WITHOUT_ROWID = {"sqlite_with_rowid": False}
"""WITHOUT ROWID, for tables whose rows are little more than their key: SQLite stores the rows in the key's index."""


def partial_index(name: str, *columns: str, where: str) -> Index:
    """Return a partial index of the rows that match `where`, so that writes of other rows do not update the index."""
    return Index(name, *columns, sqlite_where=text(where), postgresql_where=text(where))


def primary_key() -> Any:
    """Return a TEXT or INTEGER column of the primary key."""
    return Field(primary_key=True)


def bigint(*, is_primary_key: bool = False, index: bool = False) -> Any:
    """Return a BIGINT column: a time in microseconds UTC, or a running number."""
    return Field(sa_type=BigInteger, primary_key=is_primary_key, index=index)


def rowid_key() -> Any:
    """Return a BIGINT primary key that is SQLite's rowid, which needs no separate index."""
    return Field(sa_type=BigInteger().with_variant(Integer(), "sqlite"), primary_key=True)


def optional_bigint(*, index: bool = False) -> Any:
    """Return a nullable BIGINT column."""
    return Field(default=None, sa_type=BigInteger, index=index)


def added_text() -> Any:
    """Return a TEXT column that a later version added: '' by default and in older rows."""
    return Field(default="", sa_column_kwargs={"server_default": text("''")})


def added_integer() -> Any:
    """Return an INTEGER column that a later version added: 0 by default and in older rows."""
    return Field(default=0, sa_column_kwargs={"server_default": text("0")})


def json_list(*, is_added: bool = False) -> Any:
    """Return a TEXT column with a list of texts, to be written and read by `db.json_lists`.

    With `is_added`, a later version added the column: it is '', an empty list, by default and in older rows.
    """
    added: dict[str, Any] = {"server_default": text("''")} if is_added else {}
    return Field(sa_column_kwargs={"info": {"json_list": True}, **added})


def added_bool() -> Any:
    """Return a BOOLEAN column that a later version added: false by default and in older rows."""
    return Field(default=False, sa_column_kwargs={"server_default": false()})


def added_bigint() -> Any:
    """Return a BIGINT column that a later version added: 0 by default and in older rows."""
    return Field(default=0, sa_type=BigInteger, sa_column_kwargs={"server_default": text("0")})


def personal_data() -> Any:
    """Return a nullable column with personal data, which retention sets to NULL."""
    return Field(default=None, sa_column_kwargs={"info": {"personal": True}})
