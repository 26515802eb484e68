"""HTTP connections of the center with time limits, which the HTTP server itself has only between two requests.

A connection is closed when a request does not arrive in time, its headers are too long, or its client does not read the
response. Connections without an authenticated request are limited in number: a new one closes the oldest.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, MutableMapping
from time import monotonic
from typing import Any

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol, RequestResponseCycle

from clerk_app.center.metrics import Metrics

IDLE_SECONDS = 20.0  # from the connection to its first request
HEADER_SECONDS = 15.0  # from the first byte of a request to the end of its headers
REST_SECONDS = 60.0  # from a response that was sent before the request had arrived to the end of the request
SLOW_READER_SECONDS = 60.0  # without any progress in sending a response
MAX_HEADER_BYTES = 32 * 1024  # of the request line and all headers together; of the trailers after a body
MAX_UNPROVEN_CONNECTIONS = 512
_SCOPE_KEY = "clerk.connection"


class ConnectionTable:
    """The open connections of one server, and the limits that hold for them."""

    def __init__(
        self,
        metrics: Metrics,
        *,
        max_unproven: int = MAX_UNPROVEN_CONNECTIONS,
        monotonic_seconds: Callable[[], float] = monotonic,
    ) -> None:
        self.monotonic = monotonic_seconds
        self._metrics = metrics
        self.max_unproven = max_unproven
        self._open: set[Connection] = set()
        self._unproven: dict[Connection, None] = {}  # without an authenticated request; the oldest comes first

    def add(self, connection: Connection) -> None:
        """Add a new connection. Closes the oldest unproven one if there are too many."""
        self._open.add(connection)
        self._unproven[connection] = None
        if len(self._unproven) > self.max_unproven:
            self.close(next(iter(self._unproven)), "connections")

    def remove(self, connection: Connection) -> None:
        """Remove a connection that has ended."""
        self._open.discard(connection)
        self._unproven.pop(connection, None)

    def mark_proven(self, scope: MutableMapping[str, Any]) -> None:
        """Exempt the connection of an authenticated request from the limit on their number."""
        connection = (scope.get("extensions") or {}).get(_SCOPE_KEY)
        if isinstance(connection, Connection):
            self._unproven.pop(connection, None)

    def close(self, connection: Connection, limit: str) -> None:
        """Close a connection at once, and count the limit that it reached."""
        self._metrics.count_limit(limit)
        self.remove(connection)
        connection.transport.abort()

    def close_expired(self) -> None:
        """Close the connections whose time is over. Called about once a second."""
        now = self.monotonic()
        for connection in [connection for connection in self._open if connection.deadline < now]:
            self.close(connection, "time")


class _ResponseTransport(asyncio.Transport):
    """Writes one response: its head together with the first part of its body.

    uvicorn writes them one after the other, which are two packets and two system calls.
    """

    def __init__(self, cycle: RequestResponseCycle) -> None:
        super().__init__()
        self._cycle = cycle
        self._transport = cycle.transport
        self._head: bytes | None = None
        self._is_head_sent = False

    def write(self, data: bytes | bytearray | memoryview) -> None:
        if self._head is not None:
            self._transport.writelines((self._head, data))
            self._head, self._is_head_sent = None, True
        elif self._is_head_sent or not self._cycle.response_started:  # before the response: 100 Continue
            self._transport.write(data)
        else:
            self._head = bytes(data)

    def close(self) -> None:
        if self._head is not None:
            self.write(b"")
        self._transport.close()

    def is_closing(self) -> bool:
        return self._transport.is_closing()


class Connection(HttpToolsProtocol):
    """One connection. `deadline` is the monotonic time at which it is closed."""

    def __init__(self, *args: Any, table: ConnectionTable, **options: Any) -> None:
        super().__init__(*args, **options)
        self._table = table
        self._arrival_deadline = table.monotonic() + IDLE_SECONDS
        self._writing_deadline = float("inf")
        self._is_reading_head = False  # bytes of a request have arrived, and not all of its headers
        self._is_reading_body = False
        self._head_bytes = 0
        self._received_bytes = 0  # of the piece that is being parsed
        self._bytes_without_body = 0  # since the last bytes of a body: headers, extensions of a chunk, trailers

    @property
    def deadline(self) -> float:
        """The earlier of the deadlines for the rest of a request and for progress of a response."""
        return min(self._arrival_deadline, self._writing_deadline)

    def connection_made(self, transport: Any) -> None:
        super().connection_made(transport)
        self._table.add(self)

    def connection_lost(self, exc: Exception | None) -> None:
        self._table.remove(self)
        super().connection_lost(exc)
        if self.timeout_keep_alive_task is not None:  # uvicorn keeps it after a reset, and with it the connection
            self.timeout_keep_alive_task.cancel()
            self.timeout_keep_alive_task = None

    def data_received(self, data: bytes) -> None:
        if not self._is_reading_body and not self._is_reading_head:
            self._is_reading_head, self._head_bytes = True, 0
            self._arrival_deadline = self._table.monotonic() + HEADER_SECONDS
        self._received_bytes = len(data)
        self._bytes_without_body += len(data)
        super().data_received(data)
        if self._is_reading_body and self._bytes_without_body > MAX_HEADER_BYTES:
            self._table.close(self, "header_bytes")
        if self._is_reading_head:
            self._head_bytes += len(data)
            if self._head_bytes > MAX_HEADER_BYTES:
                self._table.close(self, "header_bytes")

    def on_message_begin(self) -> None:
        super().on_message_begin()
        self._bytes_without_body = self._received_bytes
        self.scope["extensions"] = {_SCOPE_KEY: self}  # type: ignore[dict-item]  # an extension of our own

    def on_headers_complete(self) -> None:
        self._is_reading_head, self._is_reading_body = False, True
        self._arrival_deadline = float("inf")  # the handler limits the time of the body
        super().on_headers_complete()
        if self.scope["method"] != "HEAD":  # such a response is its head alone
            self.cycle.transport = _ResponseTransport(self.cycle)

    def on_header(self, name: bytes, value: bytes) -> None:
        if not self._is_reading_body:  # trailers are not used, and would be kept until the end of the request
            super().on_header(name, value)

    def on_body(self, body: bytes) -> None:
        self._bytes_without_body = 0
        super().on_body(body)

    def on_message_complete(self) -> None:
        self._is_reading_body = False
        self._arrival_deadline = float("inf")
        super().on_message_complete()

    def on_response_complete(self) -> None:
        if self._is_reading_body:
            self._arrival_deadline = self._table.monotonic() + REST_SECONDS
        super().on_response_complete()

    def pause_writing(self) -> None:
        self._writing_deadline = self._table.monotonic() + SLOW_READER_SECONDS
        super().pause_writing()

    def resume_writing(self) -> None:
        self._writing_deadline = float("inf")
        super().resume_writing()
