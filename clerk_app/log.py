"""The log of a machine: one file `clerk.log` in the store's folder, for unexpected errors and state changes.

The file is rotated by size.

A line is `time level place message`; a traceback follows as indented lines. No personal data: an exception is logged
with its type and the places of its traceback, never with its text, which may hold what somebody typed or scanned.
"""

from __future__ import annotations

import errno
import logging
import threading
import traceback
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

LOG_FILE = "clerk.log"
SETTINGS_FILE = "office.toml"  # a folder without it is no office: nothing is written there
MAX_BYTES = 1_000_000
KEPT_FILES = 5
MAX_FRAMES = 50  # of a traceback: the innermost, for an endless recursion has a thousand
_ROOT = "clerk"
_TERMINAL_WRITER = "textual-output"  # name of the thread of Textual that writes to the terminal
logging.getLogger(_ROOT).addHandler(logging.NullHandler())  # without it, errors would go to stderr, with their texts


class LogFormatter(logging.Formatter):
    """Formats a record without the text of its exception."""

    def format(self, record: logging.LogRecord) -> str:
        """Return the record as one line, followed by the traceback of its exception."""
        time = datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds")
        place = f"{record.name}:{record.filename}:{record.lineno}" if record.lineno else record.name
        lines = [f"{time} {record.levelname.lower()} {place} {record.getMessage()}"]
        if record.exc_info and record.exc_info[1] is not None:
            lines += describe_exception(record.exc_info[1])
        return "\n".join(lines)


class OfficeLogHandler(logging.Handler):
    """Writes records to the log of an office.

    The file is opened by the first record, because importing the library takes longer than opening a store.
    """

    def __init__(self, path: str, max_bytes: int, kept_files: int) -> None:
        super().__init__()
        self.set_name(path)
        self._path, self._max_bytes, self._kept_files = path, max_bytes, kept_files
        self._file: logging.Handler | None = None

    def emit(self, record: logging.LogRecord) -> None:
        """Write a record; drop it when the file cannot be written."""
        try:
            self._file = self._file or self._open()
        except OSError:
            return
        self._file.handle(record)

    def close(self) -> None:
        """Close the file."""
        if self._file is not None:
            self._file.close()
        super().close()

    def _open(self) -> logging.Handler:
        from concurrent_log_handler import ConcurrentRotatingFileHandler

        file = ConcurrentRotatingFileHandler(
            self._path, maxBytes=self._max_bytes, backupCount=self._kept_files, encoding="utf-8", chmod=0o600
        )
        file.setFormatter(self.formatter)
        return file


def describe_exception(error: BaseException) -> list[str]:
    """Return the traceback of an exception and of its causes, without their texts.

    The sentence of a ClerkError or StoreError is kept, because it is a constant of the source; its facts are left out.
    """
    frames = traceback.extract_tb(error.__traceback__, limit=-MAX_FRAMES)
    lines = [f"  {frame.filename}:{frame.lineno} in {frame.name}" for frame in frames]
    sentence = getattr(error, "sentence", "")
    number = f" errno {error.errno}" if isinstance(error, OSError) and error.errno is not None else ""
    lines.append(f"  {type(error).__module__}.{type(error).__qualname__}{number}{': ' + sentence if sentence else ''}")
    cause = error.__cause__ or (None if error.__suppress_context__ else error.__context__)
    return lines + (["  caused by:", *describe_exception(cause)] if cause is not None else [])


def open_log(folder: Path, *, max_bytes: int = MAX_BYTES, kept_files: int = KEPT_FILES) -> None:
    """Write the log to the office in `folder`; do nothing where there is no office or nothing can be written.

    Several programs may log to one folder: lines and rotation are locked between processes.
    """
    log = logging.getLogger(_ROOT)
    name = _log_path(folder)
    if not (folder / SETTINGS_FILE).exists() or any(handler.get_name() == name for handler in log.handlers):
        return
    logging.raiseExceptions = False  # a full disk must not write to the screen
    handler = OfficeLogHandler(name, max_bytes, kept_files)
    handler.setFormatter(LogFormatter())
    log.addHandler(handler)
    log.setLevel(logging.INFO)
    log.propagate = False


@contextmanager
def log_to(folder: Path, *, max_bytes: int = MAX_BYTES, kept_files: int = KEPT_FILES) -> Iterator[None]:
    """Write the log to the office in `folder` during the block, see `open_log`."""
    open_log(folder, max_bytes=max_bytes, kept_files=kept_files)
    try:
        yield
    finally:
        log = logging.getLogger(_ROOT)
        for handler in [handler for handler in log.handlers if handler.get_name() == _log_path(folder)]:
            log.removeHandler(handler)
            handler.close()


def log_event(place: str, event: str, **facts: str | int) -> None:
    """Log a change of state, such as the start of a program. `facts` hold no personal data."""
    words = [event, *(f"{name}={value}" for name, value in facts.items())]
    logging.getLogger(f"{_ROOT}.{place}").info("%s", " ".join(words), stacklevel=2)


def log_start(role: str) -> None:
    """Log the start of a program with its version."""
    from importlib.metadata import version

    log_event("program", "started", version=version("clerk"), role=role)


def log_thread_errors() -> None:
    """Log errors that end a thread from now on, in place of writing them to stderr.

    A terminal that was closed ends the thread that writes to it with EIO, which is no error of the program.
    """

    def log_error(failure: threading.ExceptHookArgs) -> None:
        error, thread = failure.exc_value, failure.thread.name if failure.thread is not None else ""
        if isinstance(error, OSError) and error.errno == errno.EIO and thread == _TERMINAL_WRITER:
            log_event("program", "terminal closed")
        elif error is not None:
            log_exception("threads", error)

    threading.excepthook = log_error


def log_exception(place: str, error: BaseException) -> None:
    """Log an unexpected error. `place` names the part of the program, such as `screens` or `sync`."""
    logging.getLogger(f"{_ROOT}.{place}").error(
        "unexpected error", exc_info=(type(error), error, error.__traceback__), stacklevel=2
    )


def _log_path(folder: Path) -> str:
    return str(folder.absolute() / LOG_FILE)
