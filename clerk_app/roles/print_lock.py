"""Lock that separates prints under way at this machine from those that a crash left behind."""

from __future__ import annotations

import fcntl
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from db.files import open_private

_FILE = "prints.lock"


@contextmanager
def hold_print(folder: Path) -> Iterator[None]:
    """Hold the lock of the office in `folder` for a print, from its begin to its recorded outcome.

    Several prints hold it at the same time. The system releases it when the program ends, also by a kill.
    """
    with open_private(folder / _FILE, "ab") as file:
        fcntl.flock(file, fcntl.LOCK_SH)
        yield


@contextmanager
def exclude_prints(folder: Path) -> Iterator[bool]:
    """Yield whether no print is under way at this machine; if so, none begins before the block ends."""
    with open_private(folder / _FILE, "ab") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            yield False
            return
        yield True
