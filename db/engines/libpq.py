"""Statements straight through libpq, one behind the other: what psycopg does around one costs as much as the statement.

Each is prepared once a connection; values and columns travel as text, of the few kinds that `db.tables` has. A
statement is sent and not waited for until rows are wanted or the transaction ends (libpq's pipeline mode): on a round
trip hang many, and what failed among them is raised at its end.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import count
from select import POLLIN, POLLOUT, poll
from typing import Any

import psycopg
from psycopg.errors import error_from_result
from psycopg.pq import ConnStatus, ExecStatus, TransactionStatus
from psycopg.pq.abc import PGresult

from db.engines.backend import Row

_PLACE = re.compile(r"(?<!:):([a-z_]+)|\?")
_WELL = (ExecStatus.TUPLES_OK, ExecStatus.COMMAND_OK)
_ROW = re.compile(r"(INSERT INTO [^:?]+ VALUES )(\([^()]*\))([^:?]*)")  # a row whose places are all in its VALUES
_MOST_ROWS = 64  # in one INSERT
_MOST_SENT = 100  # before answers are read: neither side may fill the other's buffers
Values = Mapping[str, Any] | tuple[Any, ...]
"""For `:name` places, or for `?` places."""


def _to_bytes(text: bytes) -> bytes:
    return bytes.fromhex(text[2:].decode())


# by the number of their type in pg_type: bool, bytea, int8, int2, int4, numeric (a sum of BIGINT); all else is text
_READ: dict[int, Callable[[bytes], Any]] = {
    16: lambda text: text == b"t", 17: _to_bytes, 20: int, 21: int, 23: int, 1700: int,
}  # fmt: skip


# values as text for the server; a bool is written True, which it reads
_WRITE: dict[type[Any], Callable[[Any], bytes | None]] = {
    type(None): lambda _: None,
    str: str.encode,
    bytes: lambda value: b"\\x" + value.hex().encode(),
}


def _text(value: Any) -> bytes | None:
    write = _WRITE.get(type(value))
    return write(value) if write else str(value).encode()


def _texts(places: list[str], values: Values) -> list[bytes | None]:
    """In the order of the places, which are named where the values are."""
    if isinstance(values, tuple):
        return [_text(value) for value in values]
    return [_text(values[place]) for place in places]


@dataclass(slots=True)
class _Prepared:
    """A statement that the server knows under a name, its places, and the columns of what it gives, once known."""

    name: bytes
    places: list[str]  # none where they have no names
    columns: list[tuple[int, str, Callable[[bytes], Any]]] | None = None

    def columns_of(self, result: PGresult) -> list[tuple[int, str, Callable[[bytes], Any]]]:
        """Place, name and reader of each: the server refuses a prepared statement that would give others."""
        if self.columns is None:
            self.columns = [
                (place, (result.fname(place) or b"").decode(), _READ.get(result.ftype(place), bytes.decode))
                for place in range(result.nfields)
            ]
        return self.columns


class Answer:
    """What a statement gives, waited for when it is asked for."""

    __slots__ = ("_connection", "_prepared", "result")

    def __init__(self, connection: DirectConnection, prepared: _Prepared) -> None:
        self._connection = connection
        self._prepared = prepared
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
        columns = self._prepared.columns_of(result)
        value = result.get_value
        many = result.ntuples if most is None else min(most, result.ntuples)
        return [
            {name: None if (text := value(row, place)) is None else read(text) for place, name, read in columns}
            for row in range(many)
        ]


class DirectConnection:
    """A psycopg connection whose statements go past it. Their places are written `:name`, or `?`."""

    def __init__(self, connection: psycopg.Connection[Any], on_statement: Callable[[str], None] | None) -> None:
        self.connection = connection
        self._begun = False
        self._pq = connection.pgconn
        self._pq.enter_pipeline_mode()
        self._readable, self._sendable = poll(), poll()  # unlike select(), for any number of open connections
        self._readable.register(self._pq.socket, POLLIN)
        self._sendable.register(self._pq.socket, POLLIN | POLLOUT)
        self._told = on_statement
        self._prepared: dict[str, _Prepared] = {}
        self._names = count()
        self._sent: list[Answer | str] = []  # what has not been answered, in order; for a preparation its statement

    @property
    def in_transaction(self) -> bool:
        """Whether one is open that the server still knows."""
        return self._begun and bool(self._pq.status == ConnStatus.OK)

    def execute(self, sql: str, parameters: Values | None = None, /) -> Answer:
        """Sends a statement; BEGIN, COMMIT and ROLLBACK have none. Raises psycopg's errors, of earlier ones too."""
        if self._told:
            self._told(sql)
        prepared = self._prepared.get(sql) or self._prepare(sql, *_numbered(sql))
        answer = self._send(prepared, _texts(prepared.places, parameters) if parameters else None)
        if sql in ("COMMIT", "ROLLBACK"):
            self._begun = False
            self._synchronise()
        elif sql.startswith("BEGIN"):
            self._begun = True
        return answer

    def executemany(self, sql: str, parameters: Sequence[Values], /) -> None:
        """The same statement with each of these values; several rows go into one INSERT, and must have unlike keys."""
        at = 0
        while at < len(parameters):
            left = min(_MOST_ROWS, len(parameters) - at) if _ROW.fullmatch(sql) else 1
            many = 1 << left.bit_length() - 1  # 1, 2, 4, ...: so few wordings are prepared
            if many == 1:
                self.execute(sql, parameters[at])
            else:
                self._insert(sql, parameters[at : at + many])
            at += many

    def _insert(self, sql: str, rows: Sequence[Values]) -> None:
        if self._told:
            self._told(sql)
        text, places = _numbered_rows(sql, len(rows))
        prepared = self._prepared.get(text) or self._prepare(text, text.encode(), places)
        self._send(prepared, [text for row in rows for text in _texts(places, row)])

    def _send(self, prepared: _Prepared, values: list[bytes | None] | None) -> Answer:
        self._pq.send_query_prepared(prepared.name, values)
        answer = Answer(self, prepared)
        self._sent.append(answer)
        if len(self._sent) >= _MOST_SENT:
            self.settle()
        return answer

    def settle(self) -> None:
        """Waits for the answers to all that was sent. Raises the first error among them."""
        self._pq.send_flush_request()
        failed = self._collect()
        if failed is not None:
            self._synchronise()
            raise failed

    def alive(self) -> bool:
        """Whether the server is still there. Only one that has said something unasked is asked: that it hung up."""
        if self._pq.status == ConnStatus.OK and not self._sent and self._readable.poll(0):
            try:
                self._synchronise()
            except psycopg.Error:
                return False
        return bool(self._pq.status == ConnStatus.OK)

    def close(self) -> None:
        """Ends the connection."""
        self.connection.close()

    def _prepare(self, sql: str, text: bytes, places: list[str]) -> _Prepared:
        prepared = self._prepared[sql] = _Prepared(b"clerk_%d" % next(self._names), places)
        self._pq.send_prepare(prepared.name, text)
        self._sent.append(sql)
        return prepared

    def _synchronise(self) -> None:
        """The end of what hangs together: after it the server listens again, whatever has failed before."""
        self._pq.pipeline_sync()
        failed = self._collect()
        while self._result().status != ExecStatus.PIPELINE_SYNC:
            pass
        self._begun = self._pq.transaction_status != TransactionStatus.IDLE  # a COMMIT behind an error is none
        if failed is not None:
            raise failed

    def _collect(self) -> psycopg.Error | None:
        """The answers to all that was sent; the first error, behind which none counts."""
        failed: psycopg.Error | None = None
        for answer in self._sent:
            result = self._result()
            if result.status not in _WELL:
                failed = failed or error_from_result(result)
                if isinstance(answer, str):  # it was not prepared
                    del self._prepared[answer]
            elif isinstance(answer, Answer):
                answer.result = result
            self._pq.get_result()  # nothing: the end of this answer
        self._sent.clear()
        return failed

    def _result(self) -> PGresult:
        """The next result. Others may work while it is waited for. Raises OperationalError when the server is gone."""
        pq = self._pq
        if pq.is_busy():
            unsent = pq.flush()
            while pq.is_busy():
                (self._sendable if unsent else self._readable).poll()
                pq.consume_input()
                unsent = unsent and pq.flush()
        result = pq.get_result()
        if result is None or (result.status not in _WELL and pq.status != ConnStatus.OK):
            self._sent.clear()
            self._pq.finish()  # whatever else it has to say would be taken for an answer to something else
            raise psycopg.OperationalError(result.get_error_message() if result else "the server is gone")
        return result


@lru_cache(maxsize=1024)
def _numbered(sql: str) -> tuple[bytes, list[str]]:
    """A statement with `$1` places, and the names that they had."""
    places: list[str] = []

    unnamed = count(1)

    def number(found: re.Match[str]) -> str:
        name = found.group(1)
        if name is None:
            return f"${next(unnamed)}"
        if name not in places:
            places.append(name)
        return f"${places.index(name) + 1}"

    return _PLACE.sub(number, sql).encode(), places


@lru_cache(maxsize=1024)
def _numbered_rows(sql: str, many: int) -> tuple[str, list[str]]:
    """An INSERT of so many rows at once, with `$1` places, and the names of those of one row."""
    found = _ROW.fullmatch(sql)
    assert found is not None
    head, row, tail = found.groups()
    places: list[str] = [name for name in _PLACE.findall(row) if name]
    numbers = count(1)
    rows = ", ".join(_PLACE.sub(lambda _: f"${next(numbers)}", row) for _ in range(many))
    return f"{head}{rows}{tail}", places
