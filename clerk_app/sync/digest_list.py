"""A list of digests in a file, one per line, that survives crashes and may be used by several programs at once."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from clerk_app.sync.exchange_lock import ExchangeLock
from db.files import append_line, replace_file

LOCK_SUFFIX = ".lock"
_LINE = re.compile(rb"([0-9a-f]{64})\s*$", re.MULTILINE)  # a crash may have left part of another digest before it


class DigestList:
    """SHA-256 digests in hex, in the order in which they were added, each once. Thread-safe."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._lock = ExchangeLock(path.with_name(path.name + LOCK_SUFFIX))

    def append(self, digest: str) -> None:
        """Add a digest durably. Raises OSError, OutOfReach (another program does not release the lock)."""
        with self._lock.hold():
            append_line(self._path, digest.encode("ascii"))

    @contextmanager
    def edit(self) -> Iterator[list[str]]:
        """Yield the digests; at the end of the block, replace the file by the list if it was changed.

        The file is replaced atomically, so that a crash leaves the old list or the new one. Raises OSError, OutOfReach.
        """
        with self._lock.hold():
            content = self._path.read_bytes() if self._path.exists() else b""
            digests = [found.decode("ascii") for found in dict.fromkeys(_LINE.findall(content))]
            yield digests
            new_content = "".join(f"{digest}\n" for digest in digests).encode("ascii")
            if new_content != content:
                replace_file(self._path, new_content)
