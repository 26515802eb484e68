"""The floors of `online`: a server that receives the same rows over the same kind of HTTP and writes them raw.

The signed one also verifies each request and entry, and signs its responses, like a center.

On SQLite one thread writes all waiting requests in one transaction (group commit). On PostgreSQL sixteen connections
write, with one transaction per request.
"""

from __future__ import annotations

import asyncio
import queue
import sqlite3
import sys
import threading
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from hashlib import sha256
from pathlib import Path
from typing import Any

import msgspec
import psycopg
import uvicorn
from fastapi import FastAPI
from starlette.requests import Request
from starlette.responses import Response

from benchmarks.sync_center import ServerProcess
from benchmarks.sync_city import seat_key
from benchmarks.sync_signing import CENTER_KEY
from clerk_app.ledger.machine_keys import PublicKey
from clerk_app.ledger.replication.http_signatures import RequestHead, parse_request, sign_response

_MAX_GROUP = 64  # requests in a transaction
_CONNECTIONS = 16
_CREATE_TABLE = "CREATE TABLE win (id TEXT PRIMARY KEY, last_seq BIGINT NOT NULL)"
_SELECT_LAST = "SELECT last_seq FROM win WHERE id = ?"
_INSERT_WINDOW = "INSERT INTO win VALUES (?, 0)"
_UPDATE_LAST = "UPDATE win SET last_seq = ? WHERE id = ?"
_SELECT_FEED = "SELECT version, document FROM feed WHERE scope = ? AND version > ? ORDER BY version LIMIT 2000"


class FloorRequest(msgspec.Struct):
    """One case: the sequence number at its window, and its rows by the statement that inserts them."""

    window: str
    seq: int
    scope: str
    cursor: int
    rows: dict[str, list[list[Any]]]
    statement: bytes = b""
    signature: bytes = b""  # of the statement, by the window's key


class FloorResponse(msgspec.Struct):
    """Response, sent when the rows are durable."""

    last: int
    feed: list[tuple[int, str]]


class SqliteGroupWriter:
    """One thread that writes all waiting requests in one transaction."""

    def __init__(self, where: str, flush: float) -> None:
        self._flush = flush
        self._connection = sqlite3.connect(where, isolation_level=None, check_same_thread=False)
        for setting in ("journal_mode=WAL", "synchronous=FULL", "cache_size=-65536"):
            self._connection.execute(f"PRAGMA {setting}")
        self._connection.execute(_CREATE_TABLE)
        self._waiting: queue.SimpleQueue[
            tuple[FloorRequest, asyncio.AbstractEventLoop, asyncio.Future[FloorResponse]]
        ] = queue.SimpleQueue()
        threading.Thread(target=self._write, daemon=True).start()

    async def store_rows(self, request: FloorRequest) -> FloorResponse:
        """Write the rows; return when they are durable."""
        loop = asyncio.get_running_loop()
        response: asyncio.Future[FloorResponse] = loop.create_future()
        self._waiting.put((request, loop, response))
        return await response

    def _write(self) -> None:
        while True:
            group = [self._waiting.get()]
            while len(group) < _MAX_GROUP:
                try:
                    group.append(self._waiting.get_nowait())
                except queue.Empty:
                    break
            self._connection.execute("BEGIN IMMEDIATE")
            results = [self._apply(request) for request, _loop, _response in group]
            self._connection.execute("COMMIT")
            time.sleep(self._flush)
            for (_request, loop, response), result in zip(group, results, strict=True):
                loop.call_soon_threadsafe(response.set_result, result)

    def _apply(self, request: FloorRequest) -> FloorResponse:
        execute = self._connection.execute
        row = (
            execute(_SELECT_LAST, (request.window,)).fetchone()
            or execute(_INSERT_WINDOW, (request.window,)).fetchone()
            or (0,)
        )
        if request.seq == row[0] + 1:
            for text, rows in request.rows.items():
                self._connection.executemany(text, rows)
            execute(_UPDATE_LAST, (request.seq, request.window))
        return FloorResponse(request.seq, execute(_SELECT_FEED, (request.scope, request.cursor)).fetchall())


class PostgresWriterPool:
    """Writes each request in its own transaction, on connections that stay open."""

    def __init__(self, where: str, flush: float) -> None:
        self._where = where
        self._flush = flush
        self._thread_local = threading.local()
        self._threads = ThreadPoolExecutor(_CONNECTIONS)
        with psycopg.connect(where) as connection:
            connection.execute(_CREATE_TABLE)

    async def store_rows(self, request: FloorRequest) -> FloorResponse:
        """Write the rows; return when they are durable."""
        return await asyncio.get_running_loop().run_in_executor(self._threads, self._apply, request)

    def _apply(self, request: FloorRequest) -> FloorResponse:
        connection: psycopg.Connection[Any] | None = getattr(self._thread_local, "connection", None)
        if connection is None:
            connection = self._thread_local.connection = psycopg.connect(self._where)
            connection.prepare_threshold = 0
        cursor = connection.cursor()
        cursor.execute("INSERT INTO win VALUES (%s, 0) ON CONFLICT DO NOTHING", (request.window,))
        row = cursor.execute("SELECT last_seq FROM win WHERE id = %s FOR UPDATE", (request.window,)).fetchone()
        if row is not None and request.seq == row[0] + 1:
            for text, rows in request.rows.items():
                cursor.executemany(text.encode(), [_encode_row(values) for values in rows])
            cursor.execute(_UPDATE_LAST.replace("?", "%s").encode(), (request.seq, request.window))
        feed = cursor.execute(_SELECT_FEED.replace("?", "%s").encode(), (request.scope, request.cursor)).fetchall()
        connection.commit()
        time.sleep(self._flush)
        return FloorResponse(request.seq, [(version, document) for version, document in feed])


def _encode_row(row: list[Any]) -> list[Any]:
    """Return the row with bytes values, which the message carries as a list of one text."""
    return [value[0].encode() if isinstance(value, list) else value for value in row]


class SignatureChecks:
    """The signatures of requests, entries and responses."""

    def __init__(self) -> None:
        self._keys: dict[str, PublicKey] = {}
        self._nonces: set[str] = set()

    def are_valid(self, request: Request, body: bytes, message: FloorRequest) -> bool:
        """Return whether request and entry are signed by the window, and the request is new."""
        head = parse_request(request.method, request.url.path, request.headers)
        if head is None or head.nonce in self._nonces:
            return False
        self._nonces.add(head.nonce)
        if head.node not in self._keys:
            self._keys[head.node] = seat_key(head.node).public
        key = self._keys[head.node]
        return head.is_signed_by(key) and head.matches(body) and key.verifies(message.signature, message.statement)

    def sign(self, request: Request, body: bytes) -> dict[str, str]:
        """Return the headers that sign a response."""
        head = RequestHead.from_headers(request.method, request.url.path, request.headers)
        return sign_response(CENTER_KEY, "floor.1", 200, sha256(body).digest(), head)


def start_floor(location: str, flush_ms: float, log: Path, *, is_signed: bool) -> ServerProcess:
    """Start the floor server in its own process."""
    return ServerProcess(__name__, location, str(flush_ms), *(["signed"] if is_signed else []), log=log)


def main(argv: Sequence[str]) -> None:
    """Serve until the process is terminated."""
    location, flush = argv[0], float(argv[1]) / 1000
    checks = SignatureChecks() if "signed" in argv[2:] else None
    on_server = location.startswith("postgresql:")
    writer = PostgresWriterPool(location, flush) if on_server else SqliteGroupWriter(location, flush)
    app = FastAPI()
    decoder = msgspec.json.Decoder(FloorRequest)

    async def push(request: Request) -> Response:
        body = await request.body()
        message = decoder.decode(body)
        if checks is not None and not checks.are_valid(request, body, message):
            return Response(status_code=401)
        content = msgspec.json.encode(await writer.store_rows(message))
        headers = checks.sign(request, content) if checks is not None else None
        return Response(content, media_type="application/json", headers=headers)

    app.add_api_route("/push", push, methods=["POST"])
    config = uvicorn.Config(app, host="127.0.0.1", port=0, log_level="error", access_log=False)
    server = uvicorn.Server(config)
    bound = config.bind_socket()
    sys.stderr.write(f'{{"address": "http://127.0.0.1:{bound.getsockname()[1]}"}}\n')
    sys.stderr.flush()
    server.run(sockets=[bound])


if __name__ == "__main__":
    main(sys.argv[1:])
