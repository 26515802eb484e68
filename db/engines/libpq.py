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

_PLACEHOLDER = re.compile(r"(?<!:):([a-z_]+)|\?")
_SUCCESS = (ExecStatus.TUPLES_OK, ExecStatus.COMMAND_OK)
_INSERT_ROW = re.compile(
    r"(INSERT INTO [^:?]+ VALUES )(\([^()]*\))([^:?]*)"
)  # a row whose places are all in its VALUES
_MAX_INSERT_ROWS = 64  # in one INSERT
_MAX_PENDING = 100  # before answers are read: neither side may fill the other's buffers
Parameters = Mapping[str, Any] | tuple[Any, ...]
"""For `:name` places, or for `?` places."""


def _decode_bytea(text: bytes) -> bytes:
    return bytes.fromhex(text[2:].decode())


# by the number of their type in pg_type: bool, bytea, int8, int2, int4, numeric (a sum of BIGINT); all else is text
_DECODERS: dict[int, Callable[[bytes], Any]] = {
    16: lambda text: text == b"t", 17: _decode_bytea, 20: int, 21: int, 23: int, 1700: int,
}  # fmt: skip


# values as text for the server; a bool is written True, which it reads
_ENCODERS: dict[type[Any], Callable[[Any], bytes | None]] = {
    type(None): lambda _: None,
    str: str.encode,
    bytes: lambda value: b"\\x" + value.hex().encode(),
}


def _encode_value(value: Any) -> bytes | None:
    write = _ENCODERS.get(type(value))
    return write(value) if write else str(value).encode()


def _encode_values(placeholders: list[str], values: Parameters) -> list[bytes | None]:
    """In the order of the places, which are named where the values are."""
    if isinstance(values, tuple):
        return [_encode_value(value) for value in values]
    return [_encode_value(values[place]) for place in placeholders]


@dataclass(slots=True)
class _PreparedStatement:
    """A statement that the server knows under a name, its places, and the columns of what it gives, once known."""

    name: bytes
    placeholders: list[str]  # none where they have no names
    columns: list[tuple[int, str, Callable[[bytes], Any]]] | None = None

    def describe_columns(self, result: PGresult) -> list[tuple[int, str, Callable[[bytes], Any]]]:
        """Place, name and reader of each: the server refuses a prepared statement that would give others."""
        if self.columns is None:
            self.columns = [
                (place, (result.fname(place) or b"").decode(), _DECODERS.get(result.ftype(place), bytes.decode))
                for place in range(result.nfields)
            ]
        return self.columns


class PendingResult:
    """What a statement gives, waited for when it is asked for."""

    __slots__ = ("_connection", "_prepared", "result")

    def __init__(self, connection: PipelineConnection, prepared: _PreparedStatement) -> None:
        self._connection = connection
        self._prepared = prepared
        self.result: PGresult | None = None

    def fetchone(self) -> Row | None:
        """The first row."""
        rows = self._decode_rows(1)
        return rows[0] if rows else None

    def fetchall(self) -> list[Row]:
        """Every row."""
        return self._decode_rows(None)

    def _decode_rows(self, limit: int | None) -> list[Row]:
        if self.result is None:
            self._connection.wait_for_results()
        result = self.result
        assert result is not None
        columns = self._prepared.describe_columns(result)
        value = result.get_value
        many = result.ntuples if limit is None else min(limit, result.ntuples)
        return [
            {name: None if (text := value(row, place)) is None else read(text) for place, name, read in columns}
            for row in range(many)
        ]


class PipelineConnection:
    """A psycopg connection whose statements go past it. Their places are written `:name`, or `?`."""

    def __init__(self, connection: psycopg.Connection[Any], on_statement: Callable[[str], None] | None) -> None:
        self.connection = connection
        self._transaction_open = False
        self._pq = connection.pgconn
        self._pq.enter_pipeline_mode()
        self._readable, self._sendable = poll(), poll()  # unlike select(), for any number of open connections
        self._readable.register(self._pq.socket, POLLIN)
        self._sendable.register(self._pq.socket, POLLIN | POLLOUT)
        self._on_statement = on_statement
        self._prepared: dict[str, _PreparedStatement] = {}
        self._statement_numbers = count()
        self._pending: list[
            PendingResult | str
        ] = []  # what has not been answered, in order; for a preparation its statement

    @property
    def in_transaction(self) -> bool:
        """Whether one is open that the server still knows."""
        return self._transaction_open and bool(self._pq.status == ConnStatus.OK)

    def execute(self, sql: str, parameters: Parameters | None = None, /) -> PendingResult:
        """Sends a statement; BEGIN, COMMIT and ROLLBACK have none. Raises psycopg's errors, of earlier ones too."""
        if self._on_statement:
            self._on_statement(sql)
        prepared = self._prepared.get(sql) or self._prepare(sql, *_number_placeholders(sql))
        answer = self._send(prepared, _encode_values(prepared.placeholders, parameters) if parameters else None)
        if sql in ("COMMIT", "ROLLBACK"):
            self._transaction_open = False
            self._sync_pipeline()
        elif sql.startswith("BEGIN"):
            self._transaction_open = True
        return answer

    def executemany(self, sql: str, parameters: Sequence[Parameters], /) -> None:
        """The same statement with each of these values; several rows go into one INSERT, and must have unlike keys."""
        at = 0
        while at < len(parameters):
            left = min(_MAX_INSERT_ROWS, len(parameters) - at) if _INSERT_ROW.fullmatch(sql) else 1
            many = 1 << left.bit_length() - 1  # 1, 2, 4, ...: so few wordings are prepared
            if many == 1:
                self.execute(sql, parameters[at])
            else:
                self._insert_rows(sql, parameters[at : at + many])
            at += many

    def _insert_rows(self, sql: str, rows: Sequence[Parameters]) -> None:
        if self._on_statement:
            self._on_statement(sql)
        text, places = _number_insert_placeholders(sql, len(rows))
        prepared = self._prepared.get(text) or self._prepare(text, text.encode(), places)
        self._send(prepared, [text for row in rows for text in _encode_values(places, row)])

    def _send(self, prepared: _PreparedStatement, values: list[bytes | None] | None) -> PendingResult:
        self._pq.send_query_prepared(prepared.name, values)
        answer = PendingResult(self, prepared)
        self._pending.append(answer)
        if len(self._pending) >= _MAX_PENDING:
            self.wait_for_results()
        return answer

    def wait_for_results(self) -> None:
        """Waits for the answers to all that was sent. Raises the first error among them."""
        self._pq.send_flush_request()
        failed = self._collect_results()
        if failed is not None:
            self._sync_pipeline()
            raise failed

    def is_alive(self) -> bool:
        """Whether the server is still there. Only one that has said something unasked is asked: that it hung up."""
        if self._pq.status == ConnStatus.OK and not self._pending and self._readable.poll(0):
            try:
                self._sync_pipeline()
            except psycopg.Error:
                return False
        return bool(self._pq.status == ConnStatus.OK)

    def close(self) -> None:
        """Ends the connection."""
        self.connection.close()

    def _prepare(self, sql: str, text: bytes, placeholders: list[str]) -> _PreparedStatement:
        prepared = self._prepared[sql] = _PreparedStatement(b"clerk_%d" % next(self._statement_numbers), placeholders)
        self._pq.send_prepare(prepared.name, text)
        self._pending.append(sql)
        return prepared

    def _sync_pipeline(self) -> None:
        """The end of what hangs together: after it the server listens again, whatever has failed before."""
        self._pq.pipeline_sync()
        failed = self._collect_results()
        while self._next_result().status != ExecStatus.PIPELINE_SYNC:
            pass
        self._transaction_open = (
            self._pq.transaction_status != TransactionStatus.IDLE
        )  # a COMMIT behind an error is none
        if failed is not None:
            raise failed

    def _collect_results(self) -> psycopg.Error | None:
        """The answers to all that was sent; the first error, behind which none counts."""
        failed: psycopg.Error | None = None
        for answer in self._pending:
            result = self._next_result()
            if result.status not in _SUCCESS:
                failed = failed or error_from_result(result)
                if isinstance(answer, str):  # it was not prepared
                    del self._prepared[answer]
            elif isinstance(answer, PendingResult):
                answer.result = result
            self._pq.get_result()  # nothing: the end of this answer
        self._pending.clear()
        return failed

    def _next_result(self) -> PGresult:
        """The next result. Others may work while it is waited for. Raises OperationalError when the server is gone."""
        pq = self._pq
        if pq.is_busy():
            unsent = pq.flush()
            while pq.is_busy():
                (self._sendable if unsent else self._readable).poll()
                pq.consume_input()
                unsent = unsent and pq.flush()
        result = pq.get_result()
        if result is None or (result.status not in _SUCCESS and pq.status != ConnStatus.OK):
            self._pending.clear()
            self._pq.finish()  # whatever else it has to say would be taken for an answer to something else
            raise psycopg.OperationalError(result.get_error_message() if result else "the server is gone")
        return result


@lru_cache(maxsize=1024)
def _number_placeholders(sql: str) -> tuple[bytes, list[str]]:
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

    return _PLACEHOLDER.sub(number, sql).encode(), places


@lru_cache(maxsize=1024)
def _number_insert_placeholders(sql: str, row_count: int) -> tuple[str, list[str]]:
    """An INSERT of so many rows at once, with `$1` places, and the names of those of one row."""
    found = _INSERT_ROW.fullmatch(sql)
    assert found is not None
    head, row, tail = found.groups()
    places: list[str] = [name for name in _PLACEHOLDER.findall(row) if name]
    numbers = count(1)
    rows = ", ".join(_PLACEHOLDER.sub(lambda _: f"${next(numbers)}", row) for _ in range(row_count))
    return f"{head}{rows}{tail}", places
