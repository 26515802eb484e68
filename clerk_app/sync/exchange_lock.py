"""One exchange at a time for one store: between the threads of a program, and between programs on the same folder."""

from __future__ import annotations

import fcntl
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from clerk_app.errors import OutOfReach

_RETRY_SECONDS = 0.02  # seconds, while another program has its turn
LOCK_TIMEOUT = 12.0  # seconds that somebody waits for a turn; a question is not worth more


class ExchangeLock:
    """A lock that whoever has it may take again. Without a path it is between threads alone."""

    def __init__(self, path: Path | None = None) -> None:
        self._path = path
        self._threads = threading.RLock()
        self._depth = 0

    @contextmanager
    def hold(self, timeout: float = LOCK_TIMEOUT) -> Iterator[None]:
        """Inside, it is ours. Raises OutOfReach when others do not let go of it."""
        until = time.monotonic() + timeout
        if not self._threads.acquire(timeout=timeout):
            raise _busy_error()
        try:
            with self._hold_file(until):
                self._depth += 1
                try:
                    yield
                finally:
                    self._depth -= 1
        finally:
            self._threads.release()

    @contextmanager
    def _hold_file(self, until: float) -> Iterator[None]:
        if self._depth or self._path is None:
            yield
            return
        with self._path.open("ab") as file:
            _lock_file(file.fileno(), until)
            yield


@contextmanager
def try_lock(path: Path) -> Iterator[bool]:
    """Whether this is the only program inside; it stays so until the block ends."""
    with path.open("ab") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            yield False
            return
        yield True


def _lock_file(file: int, deadline: float) -> None:
    while True:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            if time.monotonic() > deadline:
                raise _busy_error() from None
            time.sleep(_RETRY_SECONDS)
        else:
            return


def _busy_error() -> OutOfReach:
    return OutOfReach("Another exchange with the center does not end. This has to wait; accepting and deciding go on.")
