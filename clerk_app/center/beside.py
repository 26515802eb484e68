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

from clerk_app.center.bodies import Body, written
from clerk_app.center.safety import Safety
from clerk_app.center.telling import Teller, Telling
from clerk_app.errors import OutOfReach
from clerk_app.ledger.documents import Kinds
from clerk_app.locales import mark
from db.engines import Store
from db.errors import StoreError

PROGRAM = "clerk_app.cli.teller"
LONGEST = 60.0  # seconds until an answer must be there
NO_ANSWER = mark("The center has no answer just now. It will be asked again.")
_HEAD = 4  # bytes that say how long a frame is


class Start(msgspec.Struct, frozen=True):
    """What the process looks at."""

    store: str  # a path or URL
    folder: str  # of the center


class Ordered(msgspec.Struct, frozen=True):
    """An answer to give, and whether it may be packed."""

    telling: Telling
    packed: bool


class Failed(msgspec.Struct, frozen=True, tag=True):
    """Why there is none."""

    sentence: str


_start = msgspec.msgpack.Decoder(Start)
_orders = msgspec.msgpack.Decoder(tuple[Ordered, ...])
_answers = msgspec.msgpack.Decoder(tuple[Body | Failed, ...])


class Beside:
    """The process, as the one that performs sees it. May be used by several threads."""

    def __init__(self, store: str, folder: Path) -> None:
        """Raises OutOfReach when it does not start."""
        self._start = Start(store, str(folder))
        self._lock = threading.Lock()
        self._begin()

    @property
    def pid(self) -> int:
        """The process as the system knows it."""
        return self._process.pid

    def tell(self, orders: Sequence[Ordered]) -> list[Body | Exception]:
        """The answers, all of one moment; for each that cannot be given the error. Raises OutOfReach."""
        asked = msgspec.msgpack.encode(orders)
        with self._lock:
            try:
                told = self._exchange(asked)
            except OSError:  # it was stopped
                self._end()
                self._begin()
                told = self._exchange_or_fail(asked)
        return [one if isinstance(one, Body) else OutOfReach(one.sentence) for one in _answers.decode(told)]

    def close(self) -> None:
        """Ends it."""
        with self._lock:
            self._end()

    def _exchange_or_fail(self, said: bytes) -> bytes:
        try:
            return self._exchange(said)
        except OSError as error:
            raise OutOfReach(NO_ANSWER) from error

    def _exchange(self, said: bytes) -> bytes:
        """What it says to this. Raises OSError when it says nothing."""
        orders, answers = self._process.stdin, self._process.stdout
        assert orders is not None
        assert answers is not None
        if orders.closed:  # the last one did not start
            raise BrokenPipeError
        _write(orders, said)
        came = select.poll()  # knows descriptors beyond 1023, of which a center has many
        came.register(answers, select.POLLIN)
        if not came.poll(LONGEST * 1000):
            self._process.kill()
        told = _read(answers)
        if told is None:
            raise BrokenPipeError
        return told

    def _begin(self) -> None:
        self._process = subprocess.Popen([sys.executable, "-m", PROGRAM], stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        try:
            trouble = self._exchange_or_fail(msgspec.msgpack.encode(self._start)).decode()
            if trouble:
                raise OutOfReach(trouble)
        except OutOfReach:
            self._end()
            raise

    def _end(self) -> None:
        for pipe in filter(None, (self._process.stdin, self._process.stdout)):
            with suppress(OSError):  # what was not read any more
                pipe.close()
        self._process.wait()


@contextmanager
def beside(store: Path | str, folder: Path) -> Iterator[Beside | None]:
    """One that looks at this store, as long as this lasts; none where there is one processor to share."""
    process = Beside(str(store), folder) if _processors() > 1 else None
    try:
        yield process
    finally:
        if process is not None:
            process.close()


def _processors() -> int:
    """How many this program may use."""
    return len(os.sched_getaffinity(0)) if sys.platform == "linux" else os.cpu_count() or 1


def serve(kinds: Kinds) -> None:
    """Answers what comes by standard input until that ends. The other process says when: signals are left to it."""
    for one in (signal.SIGINT, signal.SIGTERM):
        signal.signal(one, signal.SIG_IGN)
    orders, answers = os.fdopen(os.dup(0), "rb"), os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # nothing else may get between the answers
    start = _start.decode(_read(orders) or b"")
    try:
        store = Store(start.store)
    except StoreError as error:
        _write(answers, str(error).encode())
        return
    teller = Teller(store, kinds, safe=Safety(store, Path(start.folder)))
    gc.collect()
    gc.freeze()  # as in center.serving
    _write(answers, b"")
    with suppress(BrokenPipeError):  # nobody waits for it any more
        while (asked := _read(orders)) is not None:
            _write(answers, msgspec.msgpack.encode(_told(teller, _orders.decode(asked))))
    store.close()


def _told(teller: Teller, orders: Sequence[Ordered]) -> list[Body | Failed]:
    try:
        answers = teller.tell([one.telling for one in orders])
    except StoreError as error:
        return [Failed(error.sentence)] * len(orders)
    return [
        Failed(NO_ANSWER) if isinstance(answer, Exception) else written(answer, packed=one.packed)
        for one, answer in zip(orders, answers, strict=True)
    ]


def _write(pipe: IO[bytes], content: bytes) -> None:
    pipe.write(len(content).to_bytes(_HEAD, "big") + content)
    pipe.flush()


def _read(pipe: IO[bytes]) -> bytes | None:
    """The next frame; None when there is no more."""
    head = pipe.read(_HEAD)
    content = pipe.read(int.from_bytes(head, "big")) if len(head) == _HEAD else b""
    return content if len(head) == _HEAD and len(content) == int.from_bytes(head, "big") else None
