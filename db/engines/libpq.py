"""Sends statements directly through libpq in pipeline mode, because psycopg doubles the cost of a statement.

Each statement is prepared once per connection. Values and columns are sent as text; only the types in `db.tables` are
supported. Results are awaited only when rows are needed or the transaction ends, so that many statements share one
round trip; the first error among them is raised then.
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
# an INSERT whose placeholders are all in VALUES
_INSERT_ROW = re.compile(r"(INSERT INTO [^:?]+ VALUES )(\([^()]*\))([^:?]*)")
_MAX_INSERT_ROWS = 64  # rows in one INSERT
_MAX_PENDING = 100  # statements sent before results are read, so that neither side's buffers fill up
Parameters = Mapping[str, Any] | tuple[Any, ...]
"""Values of `:name` placeholders, or of `?` placeholders."""


def _decode_bytea(text: bytes) -> bytes:
    return bytes.fromhex(text[2:].decode())


# decoders by oid in pg_type: bool, bytea, int8, int2, int4, numeric (a sum of BIGINT); every other type is text
_DECODERS: dict[int, Callable[[bytes], Any]] = {
    16: lambda text: text == b"t", 17: _decode_bytea, 20: int, 21: int, 23: int, 1700: int,
}  # fmt: skip


# encoders of values as text, by Python type; the server accepts "True" for a bool
_ENCODERS: dict[type[Any], Callable[[Any], bytes | None]] = {
    type(None): lambda _: None,
    str: str.encode,
    bytes: lambda value: b"\\x" + value.hex().encode(),
}


def _encode_value(value: Any) -> bytes | None:
    encode = _ENCODERS.get(type(value))
    return encode(value) if encode else str(value).encode()


def _encode_values(placeholders: list[str], values: Parameters) -> list[bytes | None]:
    """Return the encoded values in the order of the placeholders; `placeholders` are the names for a mapping."""
    if isinstance(values, tuple):
        return [_encode_value(value) for value in values]
    return [_encode_value(values[place]) for place in placeholders]


@dataclass(slots=True)
class _PreparedStatement:
    """Prepared statement: its name at the server, its placeholders, and its columns once known."""

    name: bytes
    placeholders: list[str]  # empty for `?` placeholders
    columns: list[tuple[int, str, Callable[[bytes], Any]]] | None = None

    def describe_columns(self, result: PGresult) -> list[tuple[int, str, Callable[[bytes], Any]]]:
        """Return index, name and decoder of each column.

        They are read once, because the server rejects a prepared statement whose columns have changed.
        """
        if self.columns is None:
            self.columns = [
                (index, (result.fname(index) or b"").decode(), _DECODERS.get(result.ftype(index), bytes.decode))
                for index in range(result.nfields)
            ]
        return self.columns


class PendingResult:
    """Result of a statement, awaited when its rows are read."""

    __slots__ = ("_connection", "_prepared", "result")

    def __init__(self, connection: PipelineConnection, prepared: _PreparedStatement) -> None:
        self._connection = connection
        self._prepared = prepared
        self.result: PGresult | None = None

    def fetchone(self) -> Row | None:
        """Return the first row, or None."""
        rows = self._decode_rows(1)
        return rows[0] if rows else None

    def fetchall(self) -> list[Row]:
        """Return every row."""
        return self._decode_rows(None)

    def _decode_rows(self, limit: int | None) -> list[Row]:
        if self.result is None:
            self._connection.wait_for_results()
        result = self.result
        if result is None:
            raise RuntimeError("the statement was not executed, because one before it failed")
        columns = self._prepared.describe_columns(result)
        get_value = result.get_value
        row_count = result.ntuples if limit is None else min(limit, result.ntuples)
        return [
            {name: None if (text := get_value(row, index)) is None else decode(text) for index, name, decode in columns}
            for row in range(row_count)
        ]


class PipelineConnection:
    """A psycopg connection whose statements bypass psycopg. Placeholders are written `:name` or `?`."""

    def __init__(self, connection: psycopg.Connection[Any], on_statement: Callable[[str], None] | None) -> None:
        self.connection = connection
        self._transaction_open = False
        self._pq = connection.pgconn
        self._pq.enter_pipeline_mode()
        self._readable, self._sendable = poll(), poll()  # unlike select(), for file descriptors beyond 1023
        self._readable.register(self._pq.socket, POLLIN)
        self._sendable.register(self._pq.socket, POLLIN | POLLOUT)
        self._on_statement = on_statement
        self._prepared: dict[str, _PreparedStatement] = {}
        self._statement_numbers = count()
        # in order of sending: a PendingResult for each statement, the SQL text for each preparation
        self._pending: list[PendingResult | str] = []

    @property
    def in_transaction(self) -> bool:
        """Whether a transaction is open on a connection that still works."""
        return self._transaction_open and bool(self._pq.status == ConnStatus.OK)

    def execute(self, sql: str, parameters: Parameters | None = None, /) -> PendingResult:
        """Send a statement; COMMIT and ROLLBACK wait for all results.

        Raises psycopg's errors, also those of statements that were sent before.
        """
        if self._on_statement:
            self._on_statement(sql)
        prepared = self._prepared.get(sql) or self._prepare(sql, *_number_placeholders(sql))
        result = self._send(prepared, _encode_values(prepared.placeholders, parameters) if parameters else None)
        if sql in ("COMMIT", "ROLLBACK"):
            self._transaction_open = False
            self._sync_pipeline()
        elif sql.startswith("BEGIN"):
            self._transaction_open = True
        return result

    def executemany(self, sql: str, parameters: Sequence[Parameters], /) -> None:
        """Send a statement once for each item of `parameters`. INSERTs are combined, so their keys must differ."""
        start = 0
        while start < len(parameters):
            remaining = min(_MAX_INSERT_ROWS, len(parameters) - start) if _INSERT_ROW.fullmatch(sql) else 1
            row_count = 1 << remaining.bit_length() - 1  # 1, 2, 4, ...: few different statements are prepared
            if row_count == 1:
                self.execute(sql, parameters[start])
            else:
                self._insert_rows(sql, parameters[start : start + row_count])
            start += row_count

    def _insert_rows(self, sql: str, rows: Sequence[Parameters]) -> None:
        if self._on_statement:
            self._on_statement(sql)
        text, placeholders = _number_insert_placeholders(sql, len(rows))
        prepared = self._prepared.get(text) or self._prepare(text, text.encode(), placeholders)
        self._send(prepared, [text for row in rows for text in _encode_values(placeholders, row)])

    def _send(self, prepared: _PreparedStatement, values: list[bytes | None] | None) -> PendingResult:
        self._pq.send_query_prepared(prepared.name, values)
        answer = PendingResult(self, prepared)
        self._pending.append(answer)
        if len(self._pending) >= _MAX_PENDING:
            self.wait_for_results()
        return answer

    def wait_for_results(self) -> None:
        """Wait for the results of all statements sent. Raises the first error among them."""
        self._pq.send_flush_request()
        failed = self._collect_results()
        if failed is not None:
            self._sync_pipeline()
            raise failed

    def is_alive(self) -> bool:
        """Return whether the connection still works. Makes a round trip only if the server sent unrequested data."""
        if self._pq.status == ConnStatus.OK and not self._pending and self._readable.poll(0):
            try:
                self._sync_pipeline()
            except psycopg.Error:
                return False
        return bool(self._pq.status == ConnStatus.OK)

    def close(self) -> None:
        """Close the connection."""
        self.connection.close()

    def _prepare(self, sql: str, text: bytes, placeholders: list[str]) -> _PreparedStatement:
        prepared = self._prepared[sql] = _PreparedStatement(b"clerk_%d" % next(self._statement_numbers), placeholders)
        self._pq.send_prepare(prepared.name, text)
        self._pending.append(sql)
        return prepared

    def _sync_pipeline(self) -> None:
        """End the pipeline segment: after an error, the server accepts statements again. Raises the first error."""
        self._pq.pipeline_sync()
        failed = self._collect_results()
        while self._next_result().status != ExecStatus.PIPELINE_SYNC:
            pass
        # not IDLE if the COMMIT was skipped because a statement before it failed
        self._transaction_open = self._pq.transaction_status != TransactionStatus.IDLE
        if failed is not None:
            raise failed

    def _collect_results(self) -> psycopg.Error | None:
        """Read the results of all statements sent; return the first error, after which the server skipped the rest."""
        failed: psycopg.Error | None = None
        for pending in self._pending:
            result = self._next_result()
            if result.status not in _SUCCESS:
                failed = failed or error_from_result(result)
                if isinstance(pending, str):  # the preparation failed
                    del self._prepared[pending]
            elif isinstance(pending, PendingResult):
                pending.result = result
            self._pq.get_result()  # None: the end of this result
        self._pending.clear()
        return failed

    def _next_result(self) -> PGresult:
        """Wait for the next result; other threads run meanwhile. Raises OperationalError when the server is gone."""
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
            self._pq.finish()  # a late result would be taken for that of another statement
            raise psycopg.OperationalError(result.get_error_message() if result else "the server is gone")
        return result


@lru_cache(maxsize=1024)
def _number_placeholders(sql: str) -> tuple[bytes, list[str]]:
    """Return a statement with `$1` placeholders, and the names of its `:name` placeholders in that order."""
    names: list[str] = []
    unnamed = count(1)

    def number(match: re.Match[str]) -> str:
        name = match.group(1)
        if name is None:
            return f"${next(unnamed)}"
        if name not in names:
            names.append(name)
        return f"${names.index(name) + 1}"

    return _PLACEHOLDER.sub(number, sql).encode(), names


@lru_cache(maxsize=1024)
def _number_insert_placeholders(sql: str, row_count: int) -> tuple[str, list[str]]:
    """Return an INSERT of several rows with `$1` placeholders, and the placeholder names of one row."""
    match = _INSERT_ROW.fullmatch(sql)
    if match is None:
        raise ValueError(f"not an INSERT of one row: {sql}")
    head, row, tail = match.groups()
    names: list[str] = [name for name in _PLACEHOLDER.findall(row) if name]
    numbers = count(1)
    rows = ", ".join(_PLACEHOLDER.sub(lambda _: f"${next(numbers)}", row) for _ in range(row_count))
    return f"{head}{rows}{tail}", names
