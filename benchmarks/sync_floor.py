"""The floor under online commands: the same rows over the same kind of HTTP, raw, and nothing of ours around them.

As the measurements that the design was chosen by: on SQLite a thread writes everything that waits in one transaction
(group commit), on PostgreSQL sixteen connections commit each for itself.
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
from pathlib import Path
from typing import Any

import msgspec
import psycopg
import uvicorn
from fastapi import FastAPI
from starlette.requests import Request
from starlette.responses import Response

from benchmarks.sync_center import ServerProcess

_MAX_GROUP = 64  # requests in a group
_CONNECTIONS = 16
_CREATE_TABLE = "CREATE TABLE win (id TEXT PRIMARY KEY, last_seq BIGINT NOT NULL)"
_SELECT_LAST = "SELECT last_seq FROM win WHERE id = ?"
_INSERT_WINDOW = "INSERT INTO win VALUES (?, 0)"
_UPDATE_LAST = "UPDATE win SET last_seq = ? WHERE id = ?"
_SELECT_FEED = "SELECT version, document FROM feed WHERE scope = ? AND version > ? ORDER BY version LIMIT 2000"


class FloorRequest(msgspec.Struct):
    """One case: the number that its window gave it, and its rows by the statement that inserts them."""

    window: str
    seq: int
    scope: str
    cursor: int
    rows: dict[str, list[list[Any]]]


class FloorResponse(msgspec.Struct):
    """It is on disk."""

    last: int
    feed: list[tuple[int, str]]


class SqliteGroupWriter:
    """One thread, and a transaction for everything that has come meanwhile."""

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

    async def store_rows(self, put: FloorRequest) -> FloorResponse:
        """Returns when it is durable."""
        loop = asyncio.get_running_loop()
        kept: asyncio.Future[FloorResponse] = loop.create_future()
        self._waiting.put((put, loop, kept))
        return await kept

    def _write(self) -> None:
        while True:
            group = [self._waiting.get()]
            while len(group) < _MAX_GROUP:
                try:
                    group.append(self._waiting.get_nowait())
                except queue.Empty:
                    break
            self._connection.execute("BEGIN IMMEDIATE")
            answers = [self._apply(put) for put, _loop, _kept in group]
            self._connection.execute("COMMIT")
            time.sleep(self._flush)
            for (_put, loop, kept), answer in zip(group, answers, strict=True):
                loop.call_soon_threadsafe(kept.set_result, answer)

    def _apply(self, put: FloorRequest) -> FloorResponse:
        run = self._connection.execute
        row = run(_SELECT_LAST, (put.window,)).fetchone() or run(_INSERT_WINDOW, (put.window,)).fetchone() or (0,)
        if put.seq == row[0] + 1:
            for text, rows in put.rows.items():
                self._connection.executemany(text, rows)
            run(_UPDATE_LAST, (put.seq, put.window))
        return FloorResponse(put.seq, run(_SELECT_FEED, (put.scope, put.cursor)).fetchall())


class PostgresWriterPool:
    """A transaction for each request, on connections that are kept open."""

    def __init__(self, where: str, flush: float) -> None:
        self._where = where
        self._flush = flush
        self._thread_local = threading.local()
        self._threads = ThreadPoolExecutor(_CONNECTIONS)
        with psycopg.connect(where) as connection:
            connection.execute(_CREATE_TABLE)

    async def store_rows(self, put: FloorRequest) -> FloorResponse:
        """Returns when it is durable."""
        return await asyncio.get_running_loop().run_in_executor(self._threads, self._apply, put)

    def _apply(self, put: FloorRequest) -> FloorResponse:
        connection: psycopg.Connection[Any] | None = getattr(self._thread_local, "connection", None)
        if connection is None:
            connection = self._thread_local.connection = psycopg.connect(self._where)
            connection.prepare_threshold = 0
        run = connection.cursor()
        run.execute("INSERT INTO win VALUES (%s, 0) ON CONFLICT DO NOTHING", (put.window,))
        row = run.execute("SELECT last_seq FROM win WHERE id = %s FOR UPDATE", (put.window,)).fetchone()
        if row is not None and put.seq == row[0] + 1:
            for text, rows in put.rows.items():
                run.executemany(text.encode(), [_encode_row(one) for one in rows])
            run.execute(_UPDATE_LAST.replace("?", "%s").encode(), (put.seq, put.window))
        feed = run.execute(_SELECT_FEED.replace("?", "%s").encode(), (put.scope, put.cursor)).fetchall()
        connection.commit()
        time.sleep(self._flush)
        return FloorResponse(put.seq, [(version, document) for version, document in feed])


def _encode_row(row: list[Any]) -> list[Any]:
    """Bytes are told as a list of one text, where the engine tells bytes from text."""
    return [one[0].encode() if isinstance(one, list) else one for one in row]


def start_floor(where: str, flush_ms: float, log: Path) -> ServerProcess:
    """The server, in a process of its own."""
    return ServerProcess(__name__, where, str(flush_ms), log=log)


def main(words: Sequence[str]) -> None:
    """Serves until it is told to stop."""
    where, flush = words[0], float(words[1]) / 1000
    on_server = where.startswith("postgresql:")
    writer = PostgresWriterPool(where, flush) if on_server else SqliteGroupWriter(where, flush)
    app = FastAPI()
    decoder = msgspec.json.Decoder(FloorRequest)

    async def push(request: Request) -> Response:
        kept = await writer.store_rows(decoder.decode(await request.body()))
        return Response(msgspec.json.encode(kept), media_type="application/json")

    app.add_api_route("/push", push, methods=["POST"])
    config = uvicorn.Config(app, host="127.0.0.1", port=0, log_level="error", access_log=False)
    server = uvicorn.Server(config)
    bound = config.bind_socket()
    sys.stderr.write(f'{{"address": "http://127.0.0.1:{bound.getsockname()[1]}"}}\n')
    sys.stderr.flush()
    server.run(sockets=[bound])


if __name__ == "__main__":
    main(sys.argv[1:])
