"""Lock of the signed lists of an office, so that two programs do not replace the same list at once."""

from __future__ import annotations

import fcntl
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from clerk_app.composition.office import TRUST_FOLDER
from db.files import create_folder, open_private

_LOCK_FILE = "lists.lock"


@contextmanager
def locked_lists(folder: Path) -> Iterator[None]:
    """Hold the lock of the lists of the office in `folder`; wait until another program has released it.

    The lock is not reentrant: a second call in the same program waits too. Raises OSError.
    """
    path = folder / TRUST_FOLDER / _LOCK_FILE
    create_folder(path.parent)
    with open_private(path, "ab") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield
