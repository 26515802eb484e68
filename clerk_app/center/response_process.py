"""A child process that builds responses in parallel with the center's main process, which performs commands.

Threads would not run in parallel because of the GIL. The child only reads the store, so it may be killed at any time:
the next request starts a new child. The child exits when its input pipe is closed.
"""

from __future__ import annotations

import gc
import os
import select
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO

import msgspec

from clerk_app.center.bodies import EncodedBody, encode_body
from clerk_app.center.durable_watermark import DurableWatermark
from clerk_app.center.response_builder import ResponseBuilder, ResponseContext
from clerk_app.errors import ClerkError, OutOfReach
from clerk_app.ledger.replication.documents import DocumentTypes
from clerk_app.locales import mark
from clerk_app.log import log_exception, open_log
from db.engines import Store, sqlite_library
from db.errors import StoreError

PROGRAM_MODULE = "clerk_app.center"
RESPONSE_TIMEOUT = 60.0  # seconds
NO_RESPONSE = mark("The center has no answer just now. It will be asked again.")
_LENGTH_BYTES = 4  # size of the big-endian length before each frame


class ProcessStart(msgspec.Struct, frozen=True):
    """The first frame to the child; it names the store to read."""

    store: str  # a path or URL
    folder: str  # the center's folder
    store_key: str = ""  # of an encrypted store; it is sent through the pipe


class ResponseOrder(msgspec.Struct, frozen=True):
    """A request to build one response; `compressed` allows a compressed body."""

    context: ResponseContext
    compressed: bool


class ResponseFailure(msgspec.Struct, frozen=True, tag=True):
    """Replaces a body that could not be built."""

    sentence: str


_start_decoder = msgspec.msgpack.Decoder(ProcessStart)
_orders_decoder = msgspec.msgpack.Decoder(tuple[ResponseOrder, ...])
_bodies_decoder = msgspec.msgpack.Decoder(tuple[EncodedBody | ResponseFailure, ...])


class ResponseProcess:
    """The parent's side of the child process. Thread-safe."""

    def __init__(self, store: str, folder: Path) -> None:
        """Start the process. Raises OutOfReach when it cannot open the store."""
        self._start = ProcessStart(store, str(folder), sqlite_library.store_key())
        self._lock = threading.Lock()
        self._start_process()

    @property
    def pid(self) -> int:
        """Process id of the current child."""
        return self._process.pid

    def build_bodies(self, orders: Sequence[ResponseOrder]) -> list[EncodedBody | Exception]:
        """Return a body or an error for each order, all from one snapshot of the store. Raises OutOfReach."""
        request = msgspec.msgpack.encode(orders)
        with self._lock:
            try:
                reply = self._exchange(request)
            except OSError:  # the child was stopped
                self._stop_process()
                self._start_process()
                reply = self._exchange_or_raise(request)
        return [
            body if isinstance(body, EncodedBody) else OutOfReach(body.sentence)
            for body in _bodies_decoder.decode(reply)
        ]

    def close(self) -> None:
        """Close the pipes and wait until the child has exited."""
        with self._lock:
            self._stop_process()

    def _exchange_or_raise(self, request: bytes) -> bytes:
        try:
            return self._exchange(request)
        except OSError as error:
            raise OutOfReach(NO_RESPONSE) from error

    def _exchange(self, request: bytes) -> bytes:
        """Send a frame and return the reply. Raises OSError if the child sends none within RESPONSE_TIMEOUT."""
        orders, replies = self._process.stdin, self._process.stdout
        if orders is None or replies is None or orders.closed:  # the pipe is closed if the last child failed to start
            raise BrokenPipeError
        _write_frame(orders, request)
        poll = select.poll()  # select.select accepts no descriptor above 1023, and a center has many
        poll.register(replies, select.POLLIN)
        if not poll.poll(RESPONSE_TIMEOUT * 1000):
            self._process.kill()
        reply = _read_frame(replies)
        if reply is None:
            raise BrokenPipeError
        return reply

    def _start_process(self) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-m", PROGRAM_MODULE], stdin=subprocess.PIPE, stdout=subprocess.PIPE
        )
        try:
            problem = self._exchange_or_raise(msgspec.msgpack.encode(self._start)).decode()
            if problem:
                raise OutOfReach(problem)
        except OutOfReach:
            self._stop_process()
            raise

    def _stop_process(self) -> None:
        for pipe in filter(None, (self._process.stdin, self._process.stdout)):
            with suppress(OSError):  # unsent bytes in the buffer
                pipe.close()
        self._process.wait()


@contextmanager
def start_response_process(store: Path | str, folder: Path) -> Iterator[ResponseProcess | None]:
    """Run a response process for this store during the block; yield None on a machine with one processor."""
    process = ResponseProcess(str(store), folder) if _count_processors() > 1 else None
    try:
        yield process
    finally:
        if process is not None:
            process.close()


def _count_processors() -> int:
    """Return how many processors this program may use."""
    return len(os.sched_getaffinity(0)) if sys.platform == "linux" else os.cpu_count() or 1


def serve_responses(document_types: DocumentTypes) -> None:
    """Run the child: reply to frames from standard input until it is closed. SIGINT and SIGTERM are ignored."""
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, signal.SIG_IGN)
    orders, replies = os.fdopen(os.dup(0), "rb"), os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # redirects stdout to stderr, so that a stray print does not corrupt the frames
    start = _start_decoder.decode(_read_frame(orders) or b"")
    open_log(Path(start.folder))
    if start.store_key:
        sqlite_library.use_store_key(start.store_key)
    try:
        store = Store(start.store)
    except StoreError as error:
        _write_frame(replies, str(error).encode())
        return
    builder = ResponseBuilder(store, document_types, watermark=DurableWatermark(store, Path(start.folder)))
    gc.collect()
    gc.freeze()  # see center.server
    _write_frame(replies, b"")
    with suppress(BrokenPipeError):  # the parent is gone
        while (request := _read_frame(orders)) is not None:
            _write_frame(replies, msgspec.msgpack.encode(_build_bodies(builder, _orders_decoder.decode(request))))
    store.close()


def _build_bodies(builder: ResponseBuilder, orders: Sequence[ResponseOrder]) -> list[EncodedBody | ResponseFailure]:
    try:
        responses = builder.build_responses([order.context for order in orders])
    except StoreError as error:
        return [ResponseFailure(error.sentence)] * len(orders)
    for response in responses:
        if isinstance(response, Exception) and not isinstance(response, ClerkError | StoreError):
            log_exception("responses", response)
    return [
        ResponseFailure(NO_RESPONSE)
        if isinstance(response, Exception)
        else encode_body(response, compress=order.compressed)
        for order, response in zip(orders, responses, strict=True)
    ]


def _write_frame(pipe: IO[bytes], content: bytes) -> None:
    pipe.write(len(content).to_bytes(_LENGTH_BYTES, "big") + content)
    pipe.flush()


def _read_frame(pipe: IO[bytes]) -> bytes | None:
    """Return the content of the next frame; None at the end of the pipe or for a truncated frame."""
    head = pipe.read(_LENGTH_BYTES)
    content = pipe.read(int.from_bytes(head, "big")) if len(head) == _LENGTH_BYTES else b""
    return content if len(head) == _LENGTH_BYTES and len(content) == int.from_bytes(head, "big") else None
