"""Lock for exchanges with the center: one exchange at a time per store, across threads and programs."""

from __future__ import annotations

import fcntl
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from clerk_app.errors import CenterOutOfReach, OutOfReach
from db.files import open_private

LOCK_TIMEOUT = 12.0  # seconds; the longest that a person should wait for a remote command
_RETRY_SECONDS = 0.02  # between two tries while another program holds the lock


class ExchangeLock:
    """A reentrant lock. Without a path it excludes only other threads of this program."""

    def __init__(self, path: Path | None = None) -> None:
        self._path = path
        self._threads = threading.RLock()
        self._depth = 0

    @contextmanager
    def hold(self, timeout: float = LOCK_TIMEOUT) -> Iterator[None]:
        """Hold the lock during the block. Raises OutOfReach if it is not acquired within `timeout` seconds."""
        deadline = time.monotonic() + timeout
        if not self._threads.acquire(timeout=timeout):
            raise _busy_error()
        try:
            with self._hold_file(deadline):
                self._depth += 1
                try:
                    yield
                finally:
                    self._depth -= 1
        finally:
            self._threads.release()

    @contextmanager
    def _hold_file(self, deadline: float) -> Iterator[None]:
        if self._depth or self._path is None:
            yield
            return
        with open_private(self._path, "ab") as file:
            _lock_file(file.fileno(), deadline)
            yield


@contextmanager
def try_lock(path: Path) -> Iterator[bool]:
    """Try to acquire the lock without waiting; yield whether it was acquired. It is held until the block ends."""
    with open_private(path, "ab") as file:
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
    return CenterOutOfReach(
        "Another exchange with the center does not end. This has to wait; accepting and deciding go on."
    )
