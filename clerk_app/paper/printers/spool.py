"""The printer: a spool folder to which encoded documents are written atomically.

The consumer of the folder (lp, a driver, a person with `cat`) may take every file whose name ends in `.bin` (ESC/POS)
or `.pdf` (A4). A document
is written under another name, synced to disk, and renamed. It counts as printed after the rename.
"""

from __future__ import annotations

import contextlib
import errno
import os
import re
import time
from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta
from pathlib import Path

from clerk_app.errors import OutOfReach, Refused
from db.files import replace_file, sync_path

OUT_OF_PAPER = "OUT-OF-PAPER"
"""Name of a file in the folder that means that the paper roll is empty."""

_PAPER_NAME = re.compile(r"\d{8}T\d{12}-[A-Za-z0-9_]+-[A-Za-z0-9_-]+\.(bin|pdf)")
_REMOVED_SUFFIX = ".removed"
_LEFTOVER_SECONDS = 60  # seconds; writing a document never takes as long


def format_paper_name(kind: str, number: str, at: datetime, *, suffix: str = ".bin") -> str:
    """Return the file name `YYYYmmddTHHMMSSffffff-KIND-NUMBER.bin`, so that names sort by time.

    `suffix` is `.bin` for ESC/POS, `.pdf` for A4. Raises ValueError if `kind` or `number` contains anything but ASCII
    letters, digits, `_` and (`number`) `-`.
    """
    name = f"{at:%Y%m%dT%H%M%S%f}-{kind}-{number}{suffix}"
    if not _PAPER_NAME.fullmatch(name):
        raise ValueError(name)
    return name


class SpoolPrinter:
    """A printer with the spool folder `folder`, which several processes may share."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def check_ready(self) -> None:
        """Raise OutOfReach, with advice, if the folder is missing or not writable, or if the roll is empty.

        A full disk is not detected.
        """
        try:
            mode = self.folder.stat().st_mode
            is_folder = self.folder.is_dir()
            empty = (self.folder / OUT_OF_PAPER).exists()
        except OSError as error:
            raise _printer_error(error) from error
        if not is_folder:
            raise OutOfReach("The printer is not there. Check that it is connected and switched on.")
        if empty:
            raise OutOfReach("The printer is out of paper. Put in a new roll, then print again.")
        # the mode is checked too, since os.access is always true for the superuser
        if not mode & 0o222 or not os.access(self.folder, os.W_OK | os.X_OK):
            raise OutOfReach("The printer cannot be used: its folder is not writable. Tell the administrator.")

    def print_paper(self, name: str, data: bytes) -> Path:
        """Write `data` durably as the document `name` (see `format_paper_name`) and return its path.

        If a file of that name with the same data is in the folder, nothing is written. Raises OutOfReach if the
        document was not printed; then no part of it is in the folder. Raises ValueError if the name is invalid or in
        use with other data.
        """
        if not _PAPER_NAME.fullmatch(name):
            raise ValueError(name)
        self.check_ready()
        self._remove_leftovers()
        path = self.folder / name
        if _is_spooled(path, data):
            return path
        try:
            replace_file(path, data)
        except OSError as error:
            with contextlib.suppress(OSError):  # renamed, but the folder could not be flushed
                path.unlink()
            raise _printer_error(error) from error
        return path

    def list_papers(self) -> list[Path]:
        """Return the documents not yet taken, oldest first. Raises OutOfReach if the folder cannot be read."""
        try:
            return sorted(path for path in self.folder.iterdir() if _PAPER_NAME.fullmatch(path.name))
        except OSError as error:
            raise _printer_error(error) from error

    def remove_old_papers(self, age: timedelta) -> int:
        """Remove the documents that were not taken for this time; return how many.

        An empty file with the suffix `.removed` stays in place of each. Raises OutOfReach.
        """
        removed = 0
        for path in self.list_papers():
            with contextlib.suppress(FileNotFoundError):  # taken meanwhile
                if time.time() - path.stat().st_mtime > age.total_seconds():
                    path.with_suffix(_REMOVED_SUFFIX).touch()
                    path.unlink()
                    removed += 1
        return removed

    def was_removed(self, kind: str, number: str) -> bool:
        """Return whether a document was removed because nobody took it."""
        return bool(_find_name(self.folder.glob(f"*{_REMOVED_SUFFIX}"), f"{kind}-{number}"))

    def find_paper(self, kind: str, number: str) -> str:
        """Return the file name of a document that was not taken yet, with any time; empty without one.

        `kind` and `number` are those of `format_paper_name`. Raises OutOfReach if the folder cannot be read.
        """
        return _find_name(self.list_papers(), f"{kind}-{number}")

    @contextlib.contextmanager
    def withdraw_if_refused(self, name: str) -> Iterator[None]:
        """Remove the document `name`, if it was not taken yet, when the block raises Refused."""
        try:
            yield
        except Refused:
            with contextlib.suppress(OSError):
                (self.folder / name).unlink()
            raise

    def _remove_leftovers(self) -> None:
        """Remove incomplete files left by a crash. Recent ones are kept: another process may be writing them."""
        for path in self.folder.glob("*.part"):
            with contextlib.suppress(OSError):
                if time.time() - path.stat().st_mtime > _LEFTOVER_SECONDS:
                    path.unlink()


def _find_name(paths: Iterable[Path], ending: str) -> str:
    """Return the first file name with this ending after its time and before its suffix; empty without one."""
    return next((path.name for path in paths if path.stem.partition("-")[2] == ending), "")


def _is_spooled(path: Path, data: bytes) -> bool:
    try:
        if not path.exists():
            return False
        if path.read_bytes() == data:
            sync_path(path.parent)  # a crash may have occurred between rename and sync
            return True
    except OSError as error:
        raise _printer_error(error) from error
    raise ValueError(f"another paper is called {path.name}")


def _printer_error(error: OSError) -> OutOfReach:
    if error.errno in {errno.ENOENT, errno.ENOTDIR}:
        return OutOfReach("The printer is not there. Check that it is connected and switched on.")
    if error.errno in {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}:
        return OutOfReach("The printer's disk is full: nothing was printed. Tell the administrator.")
    if error.errno in {errno.EACCES, errno.EPERM, errno.EROFS}:
        return OutOfReach("The printer cannot be used: its folder is not writable. Tell the administrator.")
    return OutOfReach("The printer failed: {why}. Nothing was printed.", why=error.strerror or str(error))
