"""Whether the programs that used a store ended in an orderly way: a mark beside the file, and a lock on the mark."""

from __future__ import annotations

import fcntl
import os
from pathlib import Path


class CrashMarker:
    """This program's use of a store. The mark is written by the first that comes and wiped by the last that goes."""

    def __init__(self, store: Path) -> None:
        """Raises OSError where no mark can be made."""
        self._file = os.open(f"{store}-use", os.O_RDWR | os.O_CREAT, 0o600)
        self.unclean_shutdown = False
        """Whether somebody used it before, is gone, and did not say goodbye."""
        if self._try_lock_exclusively():
            self.unclean_shutdown = os.fstat(self._file).st_size > 0
            os.pwrite(self._file, b"in use\n", 0)
            os.fsync(self._file)
        fcntl.flock(self._file, fcntl.LOCK_SH)

    def release(self, *, clean: bool = True) -> None:
        """This program is done with it."""
        if clean and self._try_lock_exclusively():
            os.ftruncate(self._file, 0)
        os.close(self._file)

    def _try_lock_exclusively(self) -> bool:
        try:
            fcntl.flock(self._file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        return True
