"""Statements straight through libpq: what psycopg does around one costs as much as the statement itself.

Each is prepared once a connection; values and columns travel as text, of the few kinds that `db.tables` has.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from functools import lru_cache
from typing import Any

import psycopg
from psycopg.errors import error_from_result
from psycopg.pq import ConnStatus, ExecStatus
from psycopg.pq.abc import PGresult

from db.engines.backend import Row

_PLACE = re.compile(r"(?<!:):([a-z_]+)")
_WELL = (ExecStatus.TUPLES_OK, ExecStatus.COMMAND_OK)


def _to_bytes(text: bytes) -> bytes:
    return bytes.fromhex(text[2:].decode())


# by the number of their type in pg_type: bool, bytea, int8, int2, int4, numeric (a sum of BIGINT); all else is text
_READ: dict[int, Callable[[bytes], Any]] = {
    16: lambda text: text == b"t", 17: _to_bytes, 20: int, 21: int, 23: int, 1700: int,
}  # fmt: skip


def _sent(value: Any) -> bytes | None:
    """A value as text for the server."""
    if value is None:
        return None
    if isinstance(value, str):
        return value.encode()
    if isinstance(value, bytes):
        return b"\\x" + value.hex().encode()
    return str(value).encode()  # a bool is written True, which the server reads


class Rows:
    """What a statement gave."""

    def __init__(self, result: PGresult) -> None:
        self._result = result
        self._columns = [
            (place, (result.fname(place) or b"").decode(), _READ.get(result.ftype(place), bytes.decode))
            for place in range(result.nfields)
        ]

    def fetchone(self) -> Row | None:
        """The first row."""
        return self._row(0) if self._result.ntuples else None

    def fetchall(self) -> list[Row]:
        """Every row."""
        return [self._row(number) for number in range(self._result.ntuples)]

    def _row(self, number: int) -> Row:
        value = self._result.get_value
        return {
            name: None if (text := value(number, place)) is None else read(text) for place, name, read in self._columns
        }


class DirectConnection:
    """A psycopg connection whose statements go past it. Their places are written `:name`."""

    def __init__(self, connection: psycopg.Connection[Any], on_statement: Callable[[str], None] | None) -> None:
        self.connection = connection
        self._pq = connection.pgconn
        self._told = on_statement
        self._prepared: dict[str, tuple[bytes, list[str]]] = {}

    def execute(self, sql: str, parameters: Mapping[str, Any] | None = None, /) -> Rows:
        """Performs a statement; raises psycopg's errors."""
        if self._told:
            self._told(sql)
        if parameters is None:
            return self._checked(self._pq.exec_(sql.encode()))
        name, places = self._prepared.get(sql) or self._prepare(sql)
        values: list[Any] = [_sent(parameters[place]) for place in places]
        return self._checked(self._pq.exec_prepared(name, values))

    def close(self) -> None:
        """Ends the connection."""
        self.connection.close()

    def _prepare(self, sql: str) -> tuple[bytes, list[str]]:
        text, places = _numbered(sql)
        name = f"clerk_{len(self._prepared)}".encode()
        self._checked(self._pq.prepare(name, text))
        self._prepared[sql] = name, places
        return name, places

    def _checked(self, result: PGresult) -> Rows:
        if result.status in _WELL:
            return Rows(result)
        if self._pq.status != ConnStatus.OK:
            raise psycopg.OperationalError(result.get_error_message())
        raise error_from_result(result)


@lru_cache(maxsize=1024)
def _numbered(sql: str) -> tuple[bytes, list[str]]:
    """A statement with `$1` places, and the names that they had."""
    places: list[str] = []

    def number(found: re.Match[str]) -> str:
        name = found.group(1)
        if name not in places:
            places.append(name)
        return f"${places.index(name) + 1}"

    return _PLACE.sub(number, sql).encode(), places
