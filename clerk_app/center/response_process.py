"""A second process that tells nodes what they ask, while the first performs what they say: two processors at work.

Threads of one interpreter would take turns. It only looks at the store, so it may be killed at any moment: the next
answer starts another one. It ends with its pipe.
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
from clerk_app.errors import OutOfReach
from clerk_app.ledger.replication.documents import DocumentTypes
from clerk_app.locales import mark
from db.engines import Store
from db.errors import StoreError

PROGRAM_MODULE = "clerk_app.cli.teller"
RESPONSE_TIMEOUT = 60.0  # seconds until an answer must be there
NO_RESPONSE = mark("The center has no answer just now. It will be asked again.")
_LENGTH_BYTES = 4  # bytes that say how long a frame is


class ProcessStart(msgspec.Struct, frozen=True):
    """What the process looks at."""

    store: str  # a path or URL
    folder: str  # of the center


class ResponseOrder(msgspec.Struct, frozen=True):
    """An answer to give, and whether it may be packed."""

    context: ResponseContext
    compressed: bool


class ResponseFailure(msgspec.Struct, frozen=True, tag=True):
    """Why there is none."""

    sentence: str


_start_decoder = msgspec.msgpack.Decoder(ProcessStart)
_orders_decoder = msgspec.msgpack.Decoder(tuple[ResponseOrder, ...])
_bodies_decoder = msgspec.msgpack.Decoder(tuple[EncodedBody | ResponseFailure, ...])


class ResponseProcess:
    """The process, as the one that performs sees it. May be used by several threads."""

    def __init__(self, store: str, folder: Path) -> None:
        """Raises OutOfReach when it does not start."""
        self._start = ProcessStart(store, str(folder))
        self._lock = threading.Lock()
        self._start_process()

    @property
    def pid(self) -> int:
        """The process as the system knows it."""
        return self._process.pid

    def build_bodies(self, orders: Sequence[ResponseOrder]) -> list[EncodedBody | Exception]:
        """The answers, all of one moment; for each that cannot be given the error. Raises OutOfReach."""
        asked = msgspec.msgpack.encode(orders)
        with self._lock:
            try:
                told = self._exchange(asked)
            except OSError:  # it was stopped
                self._stop_process()
                self._start_process()
                told = self._exchange_or_raise(asked)
        return [
            one if isinstance(one, EncodedBody) else OutOfReach(one.sentence) for one in _bodies_decoder.decode(told)
        ]

    def close(self) -> None:
        """Ends it."""
        with self._lock:
            self._stop_process()

    def _exchange_or_raise(self, request: bytes) -> bytes:
        try:
            return self._exchange(request)
        except OSError as error:
            raise OutOfReach(NO_RESPONSE) from error

    def _exchange(self, request: bytes) -> bytes:
        """What it says to this. Raises OSError when it says nothing."""
        orders, answers = self._process.stdin, self._process.stdout
        assert orders is not None
        assert answers is not None
        if orders.closed:  # the last one did not start
            raise BrokenPipeError
        _write_frame(orders, request)
        came = select.poll()  # knows descriptors beyond 1023, of which a center has many
        came.register(answers, select.POLLIN)
        if not came.poll(RESPONSE_TIMEOUT * 1000):
            self._process.kill()
        told = _read_frame(answers)
        if told is None:
            raise BrokenPipeError
        return told

    def _start_process(self) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-m", PROGRAM_MODULE], stdin=subprocess.PIPE, stdout=subprocess.PIPE
        )
        try:
            trouble = self._exchange_or_raise(msgspec.msgpack.encode(self._start)).decode()
            if trouble:
                raise OutOfReach(trouble)
        except OutOfReach:
            self._stop_process()
            raise

    def _stop_process(self) -> None:
        for pipe in filter(None, (self._process.stdin, self._process.stdout)):
            with suppress(OSError):  # what was not read any more
                pipe.close()
        self._process.wait()


@contextmanager
def start_response_process(store: Path | str, folder: Path) -> Iterator[ResponseProcess | None]:
    """One that looks at this store, as long as this lasts; none where there is one processor to share."""
    process = ResponseProcess(str(store), folder) if _count_processors() > 1 else None
    try:
        yield process
    finally:
        if process is not None:
            process.close()


def _count_processors() -> int:
    """How many this program may use."""
    return len(os.sched_getaffinity(0)) if sys.platform == "linux" else os.cpu_count() or 1


def serve_responses(document_types: DocumentTypes) -> None:
    """Answers what comes by standard input until that ends. The other process says when: signals are left to it."""
    for one in (signal.SIGINT, signal.SIGTERM):
        signal.signal(one, signal.SIG_IGN)
    orders, answers = os.fdopen(os.dup(0), "rb"), os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # nothing else may get between the answers
    start = _start_decoder.decode(_read_frame(orders) or b"")
    try:
        store = Store(start.store)
    except StoreError as error:
        _write_frame(answers, str(error).encode())
        return
    teller = ResponseBuilder(store, document_types, watermark=DurableWatermark(store, Path(start.folder)))
    gc.collect()
    gc.freeze()  # as in center.serving
    _write_frame(answers, b"")
    with suppress(BrokenPipeError):  # nobody waits for it any more
        while (asked := _read_frame(orders)) is not None:
            _write_frame(answers, msgspec.msgpack.encode(_build_bodies(teller, _orders_decoder.decode(asked))))
    store.close()


def _build_bodies(builder: ResponseBuilder, orders: Sequence[ResponseOrder]) -> list[EncodedBody | ResponseFailure]:
    try:
        answers = builder.build_responses([one.context for one in orders])
    except StoreError as error:
        return [ResponseFailure(error.sentence)] * len(orders)
    return [
        ResponseFailure(NO_RESPONSE) if isinstance(answer, Exception) else encode_body(answer, compress=one.compressed)
        for one, answer in zip(orders, answers, strict=True)
    ]


def _write_frame(pipe: IO[bytes], content: bytes) -> None:
    pipe.write(len(content).to_bytes(_LENGTH_BYTES, "big") + content)
    pipe.flush()


def _read_frame(pipe: IO[bytes]) -> bytes | None:
    """The next frame; None when there is no more."""
    head = pipe.read(_LENGTH_BYTES)
    content = pipe.read(int.from_bytes(head, "big")) if len(head) == _LENGTH_BYTES else b""
    return content if len(head) == _LENGTH_BYTES and len(content) == int.from_bytes(head, "big") else None
