"""Statements straight through libpq, one behind the other: what psycopg does around one costs as much as the statement.

Each is prepared once a connection; values and columns travel as text, of the few kinds that `db.tables` has. A
statement is sent and not waited for until rows are wanted or the transaction ends (libpq's pipeline mode): on a round
trip hang many, and what failed among them is raised at its end.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from functools import lru_cache
from select import select
from time import monotonic
from typing import Any

import psycopg
from psycopg.errors import error_from_result
from psycopg.pq import ConnStatus, ExecStatus
from psycopg.pq.abc import PGresult

from db.engines.backend import Row

_PLACE = re.compile(r"(?<!:):([a-z_]+)")
_WELL = (ExecStatus.TUPLES_OK, ExecStatus.COMMAND_OK)
_RESTED = 0.001  # seconds without a statement
_MOST_SENT = 100  # before answers are read: neither side may fill the other's buffers


def _to_bytes(text: bytes) -> bytes:
    return bytes.fromhex(text[2:].decode())


# by the number of their type in pg_type: bool, bytea, int8, int2, int4, numeric (a sum of BIGINT); all else is text
_READ: dict[int, Callable[[bytes], Any]] = {
    16: lambda text: text == b"t", 17: _to_bytes, 20: int, 21: int, 23: int, 1700: int,
}  # fmt: skip


def _text(value: Any) -> bytes | None:
    """A value as text for the server."""
    if value is None:
        return None
    if isinstance(value, str):
        return value.encode()
    if isinstance(value, bytes):
        return b"\\x" + value.hex().encode()
    return str(value).encode()  # a bool is written True, which the server reads


class Answer:
    """What a statement gives, waited for when it is asked for."""

    def __init__(self, connection: DirectConnection) -> None:
        self._connection = connection
        self.result: PGresult | None = None

    def fetchone(self) -> Row | None:
        """The first row."""
        rows = self._rows(1)
        return rows[0] if rows else None

    def fetchall(self) -> list[Row]:
        """Every row."""
        return self._rows(None)

    def _rows(self, most: int | None) -> list[Row]:
        if self.result is None:
            self._connection.settle()
        result = self.result
        assert result is not None
        columns = [
            (place, (result.fname(place) or b"").decode(), _READ.get(result.ftype(place), bytes.decode))
            for place in range(result.nfields)
        ]
        value = result.get_value
        many = result.ntuples if most is None else min(most, result.ntuples)
        return [
            {name: None if (text := value(row, place)) is None else read(text) for place, name, read in columns}
            for row in range(many)
        ]


class DirectConnection:
    """A psycopg connection whose statements go past it. Their places are written `:name`."""

    def __init__(self, connection: psycopg.Connection[Any], on_statement: Callable[[str], None] | None) -> None:
        self.connection = connection
        self.in_transaction = False
        self._used = 0.0
        self._pq = connection.pgconn
        self._pq.enter_pipeline_mode()
        self._told = on_statement
        self._prepared: dict[str, tuple[bytes, list[str]]] = {}
        self._sent: list[Answer | None] = []  # what has not been answered, in order; None for a preparation

    def execute(self, sql: str, parameters: Mapping[str, Any] | None = None, /) -> Answer:
        """Sends a statement; BEGIN, COMMIT and ROLLBACK have none. Raises psycopg's errors, of earlier ones too."""
        if self._told:
            self._told(sql)
        answer = Answer(self)
        if parameters is None:
            self._pq.send_query_params(sql.encode(), None)
        else:
            name, places = self._prepared.get(sql) or self._prepare(sql)
            values: list[Any] = [_text(parameters[place]) for place in places]
            self._pq.send_query_prepared(name, values)
        self._sent.append(answer)
        if sql in ("COMMIT", "ROLLBACK"):
            self.in_transaction = False
            self._synchronise()
        elif sql.startswith("BEGIN"):
            self.in_transaction = True
        elif len(self._sent) >= _MOST_SENT:
            self.settle()
        return answer

    def executemany(self, sql: str, parameters: Sequence[Mapping[str, Any]], /) -> None:
        """The same statement with each of these values, sent one behind the other."""
        for values in parameters:
            self.execute(sql, values)

    def settle(self) -> None:
        """Waits for the answers to all that was sent. Raises the first error among them."""
        self._pq.send_flush_request()
        failed = self._collect()
        if failed is not None:
            self._synchronise()
            raise failed

    def alive(self) -> bool:
        """Whether the server is still there. It is asked when the connection has rested: servers hang up on such."""
        if not self._sent and monotonic() - self._used > _RESTED:
            try:
                self._synchronise()
            except psycopg.Error:
                return False
        return bool(self._pq.status == ConnStatus.OK)

    def close(self) -> None:
        """Ends the connection."""
        self.connection.close()

    def _prepare(self, sql: str) -> tuple[bytes, list[str]]:
        text, places = _numbered(sql)
        name = f"clerk_{len(self._prepared)}".encode()
        self._pq.send_prepare(name, text)
        self._sent.append(None)
        self._prepared[sql] = name, places
        return name, places

    def _synchronise(self) -> None:
        """The end of what hangs together: after it the server listens again, whatever has failed before."""
        self._pq.pipeline_sync()
        failed = self._collect()
        while self._result().status != ExecStatus.PIPELINE_SYNC:
            pass
        self._used = monotonic()
        if failed is not None:
            raise failed

    def _collect(self) -> psycopg.Error | None:
        """The answers to all that was sent; the first error, behind which none counts."""
        failed: psycopg.Error | None = None
        for answer in self._sent:
            result = self._result()
            if result.status not in _WELL:
                failed = failed or error_from_result(result)
                if answer is None:  # it was not prepared, nor was anything that came after it
                    self._prepared.clear()
            elif answer is not None:
                answer.result = result
            self._pq.get_result()  # nothing: the end of this answer
        self._sent.clear()
        return failed

    def _result(self) -> PGresult:
        """The next result. Others may work while it is waited for. Raises OperationalError when the server is gone."""
        while True:
            unsent = self._pq.flush()
            if not self._pq.is_busy():
                break
            select([self._pq.socket], [self._pq.socket] if unsent else [], [])
            self._pq.consume_input()
        result = self._pq.get_result()
        if result is None or self._pq.status != ConnStatus.OK:
            self._sent.clear()
            raise psycopg.OperationalError(result.get_error_message() if result else "the server is gone")
        return result


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
