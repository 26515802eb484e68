"""Durable file operations: written data survives a power cut once the operation has returned.

Files are created with mode 0600 and folders with mode 0700, whatever the umask is: they contain personal data or keys.
"""

from __future__ import annotations

import fcntl
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from io import BufferedRandom
from itertools import count
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import BinaryIO, cast

_part_numbers = count(1)


def part_path(path: Path) -> Path:
    """Return a temporary path in the folder of `path`, unique among all running processes."""
    return path.with_name(f"{path.name}.{os.getpid()}-{next(_part_numbers)}.part")


def open_private(path: Path, mode: str) -> BinaryIO:
    """Open a file in a binary `mode` like `open`; a file that this creates has mode 0600. Raises OSError."""
    return cast(BinaryIO, open(path, mode, opener=lambda name, flags: os.open(name, flags, 0o600)))


@contextmanager
def open_locked(path: Path) -> Iterator[BufferedRandom]:
    """Open a file for reading and appending, and hold its lock during the block. Creates it. Raises OSError.

    A file that was renamed or removed while the lock was awaited is opened again.
    """
    while True:
        with cast(BufferedRandom, open_private(path, "a+b")) as file:
            fcntl.flock(file, fcntl.LOCK_EX)
            if _is_same(file, path):
                yield file
                return


def _is_same(file: BinaryIO, path: Path) -> bool:
    try:
        return os.path.samestat(os.fstat(file.fileno()), path.stat())
    except FileNotFoundError:
        return False


def create_folder(path: Path) -> None:
    """Create a folder and its missing parents with mode 0700, unless it exists. Raises OSError."""
    if not path.is_dir():
        create_folder(path.parent)
        path.mkdir(mode=0o700, exist_ok=True)


def replace_file(path: Path, data: bytes, *, private: bool = True) -> None:
    """Write a file atomically and durably, replacing an existing one.

    The data goes to a temporary file in the same folder, which is flushed and renamed; then the folder is flushed.
    Several writers of one path do not disturb each other. A file that is not `private` gets the mode of the umask.
    Raises OSError; the file then has its old or its new content.
    """
    with _written_part(path, data, private=private) as part:
        _rename(part, path)


def create_file(path: Path, data: bytes, *, private: bool = True) -> None:
    """Write a file like `replace_file`, but never over an existing one. Raises FileExistsError, OSError."""
    with _written_part(path, data, private=private) as part:
        os.link(part, path)
        part.unlink()
        sync_path(path.parent)


def destroy_file(path: Path) -> None:
    """Overwrite a file with zeros and remove it durably; do nothing without one. Raises OSError."""
    try:
        with path.open("r+b") as file:
            file.write(bytes(path.stat().st_size))
            file.flush()
            os.fsync(file.fileno())
    except FileNotFoundError:
        return
    path.unlink()
    sync_path(path.parent)


def append_line(path: Path, line: bytes) -> None:
    """Append a line to a file durably, after completing a line that a crash has cut. Raises OSError."""
    is_new = not path.exists()
    with open_private(path, "a+b") as file:
        if file.seek(0, os.SEEK_END):
            file.seek(-1, os.SEEK_END)
            if file.read(1) != b"\n":
                file.write(b"\n")
        file.write(line + b"\n")
        file.flush()
        os.fsync(file.fileno())
    if is_new:
        sync_path(path.parent)


def publish_file(part: Path, path: Path) -> None:
    """Flush the finished file or folder `part` and rename it to `path` durably. Raises OSError.

    Files in a folder must be flushed before.
    """
    sync_path(part)
    _rename(part, path)


def sync_path(path: Path) -> None:
    """Flush a file, or the names in a folder, to disk. Raises OSError."""
    if os.name == "nt" and path.is_dir():  # Windows cannot open a folder, and renames are durable there
        return
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


@contextmanager
def _written_part(path: Path, data: bytes, *, private: bool) -> Iterator[Path]:
    """Write a temporary file in the folder of `path` and flush it; remove it if the block fails."""
    part = part_path(path)
    part.unlink(missing_ok=True)  # left by a crashed process with the same id
    try:
        with open(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600 if private else 0o666), "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        yield part
    except OSError:
        with suppress(OSError):
            part.unlink()
        raise


def _rename(part: Path, path: Path) -> None:
    part.rename(path)
    sync_path(path.parent)  # otherwise the new name may be lost in a power cut


def measure_flush_seconds(folder: Path) -> float:
    """Measure how long the disk under `folder` takes to flush 4096 bytes: the median of five flushes, in seconds."""
    durations: list[float] = []
    with NamedTemporaryFile(dir=folder) as file:
        for _ in range(5):
            started = time.perf_counter()
            file.write(bytes(4096))
            file.flush()
            os.fsync(file.fileno())
            durations.append(time.perf_counter() - started)
    return sorted(durations)[2]
