"""Log of the service: one JSON object per line, on stderr. It contains no bodies, keys or personal data."""

from __future__ import annotations

import logging
import sys
from datetime import UTC, datetime
from functools import lru_cache
from traceback import extract_tb
from types import TracebackType

import msgspec
from starlette.requests import Request

_EXTRA_FIELDS = ("route", "node", "status", "ms", "address", "error", "at")
_log = logging.getLogger("clerk.center")


class JsonLogFormatter(logging.Formatter):
    """Formats a record as one line of JSON.

    An exception is written as its type and source line, because its text may contain what somebody typed.
    """

    def format(self, record: logging.LogRecord) -> str:
        line: dict[str, object] = {
            "time": f"{_format_second(int(record.created))}.{int(record.msecs):03d}+00:00",
            "level": record.levelname.lower(),
            "what": record.getMessage().strip(),
        }
        line |= {name: value for name in _EXTRA_FIELDS if (value := getattr(record, name, None)) is not None}
        if record.exc_info and record.exc_info[0] is not None:
            line["error"] = record.exc_info[0].__name__
            line["at"] = _source_location(record.exc_info[2])
        return msgspec.json.encode(line).decode()


@lru_cache(maxsize=2)  # many lines share a second
def _format_second(at: int) -> str:
    """Return a Unix time (seconds) in ISO 8601, in UTC and without a zone."""
    return datetime.fromtimestamp(at, UTC).strftime("%Y-%m-%dT%H:%M:%S")


def configure_logging() -> None:
    """Send the logs of the service and of its HTTP server to stderr as JSON lines."""
    logging._srcfile = None  # disables the search for the caller; see "Optimization" in Python's logging HOWTO
    logging.logThreads = logging.logProcesses = logging.logMultiprocessing = False
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(JsonLogFormatter())
    for name in ("clerk.center", "uvicorn"):
        log = logging.getLogger(name)
        log.handlers, log.propagate = [handler], False
        log.setLevel(logging.INFO if name == "clerk.center" else logging.WARNING)


def _source_location(traceback: TracebackType | None) -> str:
    frames = extract_tb(traceback)
    return f"{frames[-1].filename.rpartition('/')[2]}:{frames[-1].lineno}" if frames else ""


def log_request(route: str, request: Request, status: int, seconds: float, problem: Exception | None) -> None:
    """Log one request: route, node, status, duration; with the traceback of an internal error."""
    extra = {
        "route": route,
        "node": getattr(request.state, "node", ""),
        "status": status,
        "ms": round(seconds * 1e3, 1),
    }
    level = logging.WARNING if status >= 500 else logging.INFO
    _log.log(level, "request", extra=extra, exc_info=problem if status >= 500 else None)
