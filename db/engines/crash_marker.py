"""Detection of unclean shutdowns: a marker file in the store's folder, and a lock on it."""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


@contextmanager
def hold_exclusively(store: Path) -> Iterator[bool]:
    """Hold the lock of a store during the block, so that no program opens it; yield whether it was free."""
    file = os.open(f"{store}-use", os.O_RDWR | os.O_CREAT, 0o600)
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        yield True
    except BlockingIOError:
        yield False
    finally:
        os.close(file)


class CrashMarker:
    """Marker file of the programs that use a store.

    Each program holds a shared lock on the file. The first program writes the marker, the last program clears it. A
    marker in a file without locks was left by a crash.
    """

    def __init__(self, store: Path) -> None:
        """Open the marker `<store>-use`. Raises OSError where it cannot be created."""
        self._file = os.open(f"{store}-use", os.O_RDWR | os.O_CREAT, 0o600)
        self.unclean_shutdown = False
        """Whether the programs before this one ended without clearing the marker."""
        if self._try_lock_exclusively():
            self.unclean_shutdown = os.fstat(self._file).st_size > 0
            os.pwrite(self._file, b"in use\n", 0)
            os.fsync(self._file)
        fcntl.flock(self._file, fcntl.LOCK_SH)

    def release(self, *, clean: bool = True) -> None:
        """Release the lock; after a clean shutdown of the last program, clear the marker."""
        if clean and self._try_lock_exclusively():
            os.ftruncate(self._file, 0)
        os.close(self._file)

    def _try_lock_exclusively(self) -> bool:
        try:
            fcntl.flock(self._file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        return True
