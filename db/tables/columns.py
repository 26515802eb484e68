"""The few kinds of columns there are: the same on SQLite and PostgreSQL.

Times are BIGINT microseconds UTC, states and keys TEXT, bytes are what we wrote ourselves. No Enum, no JSONB, no zoned
columns. `personal` marks what retention must empty. There are no foreign keys: a window holds only the rows that it may
see, so a reference may well point to a row that lives elsewhere.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import BigInteger, Index, Integer, false, text
from sqlmodel import Field

WITHOUT_ROWID = {"sqlite_with_rowid": False}
"""For a table whose rows are little more than their key: SQLite keeps them in the key's tree alone."""


def partial_index(name: str, *columns: str, where: str) -> Index:
    """An index of the rows that are asked for by it and no others: each write then changes fewer pages."""
    return Index(name, *columns, sqlite_where=text(where), postgresql_where=text(where))


def primary_key() -> Any:
    """Part of the primary key."""
    return Field(primary_key=True)


def bigint(*, is_primary_key: bool = False, index: bool = False) -> Any:
    """A BIGINT: a time in microseconds UTC, or a running number."""
    return Field(sa_type=BigInteger, primary_key=is_primary_key, index=index)


def rowid_key() -> Any:
    """A BIGINT key that counts the rows: SQLite's own row number, which needs no index beside the table."""
    return Field(sa_type=BigInteger().with_variant(Integer(), "sqlite"), primary_key=True)


def optional_bigint(*, index: bool = False) -> Any:
    """A BIGINT that may be missing."""
    return Field(default=None, sa_type=BigInteger, index=index)


def added_text() -> Any:
    """A TEXT that later versions added: empty in the rows that were there before, and where nobody says more."""
    return Field(default="", sa_column_kwargs={"server_default": text("''")})


def added_bool() -> Any:
    """A BOOLEAN that later versions added: false unless somebody says otherwise."""
    return Field(default=False, sa_column_kwargs={"server_default": false()})


def personal_data() -> Any:
    """Something about a person: None after retention has emptied it."""
    return Field(default=None, sa_column_kwargs={"info": {"personal": True}})
