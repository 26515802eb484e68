"""The log of a machine: one rotating file `clerk.log` beside its store, for unexpected errors and state changes.

A line is `time level place message`; a traceback follows as indented lines. No personal data: an exception is logged
with its type and the places of its traceback, never with its text, which may hold what somebody typed or scanned.
"""

from __future__ import annotations

import logging
import traceback
from datetime import UTC, datetime
from pathlib import Path

LOG_FILE = "clerk.log"
MAX_BYTES = 1_000_000
KEPT_FILES = 5
_ROOT = "clerk"


class LogFormatter(logging.Formatter):
    """Formats a record without the text of its exception."""

    def format(self, record: logging.LogRecord) -> str:
        """Return the record as one line, followed by the traceback of its exception."""
        time = datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds")
        place = f"{record.name}:{record.filename}:{record.lineno}"
        lines = [f"{time} {record.levelname.lower()} {place} {record.getMessage()}"]
        if record.exc_info and record.exc_info[1] is not None:
            lines += describe_exception(record.exc_info[1])
        return "\n".join(lines)


def describe_exception(error: BaseException) -> list[str]:
    """Return the traceback of an exception and of its causes, without their texts.

    The sentence of our own errors is kept: it is a constant of the source, its facts are left out.
    """
    lines = [
        f"  {frame.filename}:{frame.lineno} in {frame.name}" for frame in traceback.extract_tb(error.__traceback__)
    ]
    sentence = getattr(error, "sentence", "")
    number = f" errno {error.errno}" if isinstance(error, OSError) and error.errno is not None else ""
    lines.append(f"  {type(error).__module__}.{type(error).__qualname__}{number}{': ' + sentence if sentence else ''}")
    cause = error.__cause__ or (None if error.__suppress_context__ else error.__context__)
    return lines + (["  caused by:", *describe_exception(cause)] if cause is not None else [])


def open_log(folder: Path) -> None:
    """Write the log to `folder`; do nothing where the folder is missing or cannot be written.

    Several programs may log to one folder: lines and rotation are locked between processes.
    """
    log = logging.getLogger(_ROOT)
    name = str(folder / LOG_FILE)
    if not folder.is_dir() or any(handler.get_name() == name for handler in log.handlers):
        return
    from concurrent_log_handler import ConcurrentRotatingFileHandler

    try:
        handler = ConcurrentRotatingFileHandler(
            name, maxBytes=MAX_BYTES, backupCount=KEPT_FILES, encoding="utf-8", chmod=0o600
        )
    except OSError:
        return
    handler.set_name(name)
    handler.setFormatter(LogFormatter())
    log.addHandler(handler)
    log.setLevel(logging.INFO)
    log.propagate = False


def log_exception(place: str, error: BaseException) -> None:
    """Log an unexpected error of a part of the program, such as `screens` or `sync`."""
    logging.getLogger(f"{_ROOT}.{place}").error(
        "unexpected error", exc_info=(type(error), error, error.__traceback__), stacklevel=2
    )
