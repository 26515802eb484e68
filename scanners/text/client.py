"""Reads the text of pages in a child process of low priority, one page at a time. Standard library only.

The child is started for the first page and ended after IDLE_SECONDS without one: it needs up to 800 MB.
A request is the length of the picture (4 bytes, big endian) and the picture. A reply is the length of a JSON text and
that text: `{"turned": 0, "lines": [[text, score, [x, y, x, y, x, y, x, y], certainties, places], ...]}`, or
`{"problem": ..., "file": ...}`.
The first reply follows the start of the child without a request: `{}` once its models are loaded.
"""

from __future__ import annotations

import importlib.util
import json
import os
import signal
import struct
import subprocess
import threading
import time
from pathlib import Path
from typing import IO, Any, NamedTuple

from scanners.child_process import ChildProcess, read_exactly
from scanners.errors import ScanError

EXTRA_MEGABYTES = 135  # installed size of the extra `text` with what it requires
INSTALL_COMMAND = "pip install 'clerk[text]'"
MAX_FILE_BYTES = 20 * 1024 * 1024
MAX_REPLY_BYTES = 4 * 1024 * 1024
READ_SECONDS = 20  # processor time for a page; the child limits itself
WAIT_SECONDS = 30.0  # until a child that makes no progress is ended
LIMIT_SECONDS = 600.0  # until a child is ended that waits for the processor of a busy machine
IDLE_SECONDS = 60.0
NICENESS = 10  # of 19: a tenth of the weight of a screen. At 19 a busy machine gave no page in a minute
_WAITS_FOR_MACHINE = ("R", "D")  # states of /proc/PID/stat: ready to run, waits for the disk
_LENGTH = struct.Struct(">I")

Point = tuple[float, float]
Corners = tuple[Point, Point, Point, Point]


class TextLine(NamedTuple):
    """One line of text. `score` is the mean certainty of its characters, 0 to 1.

    `corners` are upper left, upper right, lower right and lower left, as fractions of the page after it was turned.
    `certainties` has a number for each character, `places` where each begins, as a fraction of the line.
    """

    text: str
    score: float
    corners: Corners
    certainties: tuple[float, ...] = ()
    places: tuple[float, ...] = ()


class PageText(NamedTuple):
    """The lines of a page from top to bottom.

    `turned` is the number of quarters, clockwise, by which the picture was turned before it was read.
    """

    lines: tuple[TextLine, ...]
    turned: int


class TextClient:
    """Reads pages one after another. `read` may be called from any thread; it waits for the page before it.

    `niceness` is the priority of the child, 19 is the lowest. `read_seconds` limits its processor time for a page,
    `wait_seconds` the time without progress, `limit_seconds` the whole wait; after `idle_seconds` without a page the
    child is ended.
    """

    def __init__(
        self,
        *,
        niceness: int = NICENESS,
        read_seconds: int = READ_SECONDS,
        wait_seconds: float = WAIT_SECONDS,
        limit_seconds: float = LIMIT_SECONDS,
        idle_seconds: float = IDLE_SECONDS,
    ) -> None:
        self._child = ChildProcess("text", str(niceness), str(read_seconds))
        self.wait_seconds = wait_seconds
        self.limit_seconds = limit_seconds
        self.idle_seconds = idle_seconds

    @staticmethod
    def is_installed() -> bool:
        """Return whether the extra `text` is installed; imports nothing."""
        return all(importlib.util.find_spec(name) is not None for name in ("rapidocr", "onnxruntime"))

    @classmethod
    def require_installed(cls) -> None:
        """Raise ScanError with the size of the extra and the command to install it, if it is not installed."""
        if not cls.is_installed():
            raise ScanError(
                "Reading papers needs an optional package of {size} MB. Install it with: {command}",
                size=EXTRA_MEGABYTES,
                command=INSTALL_COMMAND,
            )

    @property
    def process_id(self) -> int | None:
        """The process id of the child; None while it does not run."""
        return self._child.pid

    def read(self, jpeg: bytes) -> PageText:
        """Return the text of a page (JPEG or PNG). Raises ScanError if it cannot be read."""
        self.require_installed()
        if not 1 <= len(jpeg) <= MAX_FILE_BYTES:
            raise ScanError("The page is not a picture that can be read.")
        with self._child.lock:
            reply = self._exchange(jpeg)
            self._child.end_when_idle(self.idle_seconds)
        return _parse_page(reply)

    def close(self) -> None:
        """End the child, also while it reads a page: that call of `read` raises ScanError."""
        self._child.kill()
        with self._child.lock:
            self._child.end()

    def _exchange(self, jpeg: bytes) -> dict[str, Any]:
        watchdog = _Watchdog(self.wait_seconds, self.limit_seconds)
        try:
            child = self._child.find_running() or self._start_child(watchdog)
            watchdog.watch(child)
            assert child.stdin is not None
            assert child.stdout is not None
            child.stdin.write(_LENGTH.pack(len(jpeg)) + jpeg)
            child.stdin.flush()
            return _read_reply(child.stdout)
        except ScanError:
            self._child.end()
            raise
        except (OSError, ValueError) as error:
            raise self._describe_end(watchdog) from error
        finally:
            watchdog.cancel()

    def _start_child(self, watchdog: _Watchdog) -> subprocess.Popen[bytes]:
        child = self._child.start()
        watchdog.watch(child)
        assert child.stdout is not None
        _raise_problem(_read_reply(child.stdout))
        return child

    def _describe_end(self, watchdog: _Watchdog) -> ScanError:
        status = self._child.end(grace=1.0)  # its end closed the pipe a moment ago
        is_out_of_time = watchdog.has_ended_child or (os.name == "posix" and status == -signal.SIGXCPU)
        if is_out_of_time:
            return ScanError("The page took too long to read. Look at it and type what is needed.")
        return ScanError("The program that reads pages ended. Try again, or type what is needed.")


class _Watchdog:
    """Kills a child that makes no progress for `seconds`, or does not reply within `limit` seconds.

    Progress is processor time, or waiting for the processor or the disk: a reading on a busy machine comes late.
    """

    def __init__(self, seconds: float, limit: float) -> None:
        self.has_ended_child = False
        self._seconds = seconds
        self._limit = limit
        self._timer: threading.Timer | None = None

    def watch(self, child: subprocess.Popen[bytes]) -> None:
        """Watch `child` from now on."""
        self._restart_timer(child, _processor_ticks(child), time.monotonic())

    def cancel(self) -> None:
        """Stop watching."""
        if self._timer is not None:
            self._timer.cancel()

    def _restart_timer(self, child: subprocess.Popen[bytes], ticks: int, started: float) -> None:
        self.cancel()
        self._timer = threading.Timer(self._seconds, self._check, (child, ticks, started))
        self._timer.daemon = True
        self._timer.start()

    def _check(self, child: subprocess.Popen[bytes], ticks: int, started: float) -> None:
        now = _processor_ticks(child)
        makes_progress = now > ticks or _state(child) in _WAITS_FOR_MACHINE
        if makes_progress and time.monotonic() - started < self._limit:
            self._restart_timer(child, now, started)
        else:
            self.has_ended_child = True
            child.kill()


def _processor_ticks(child: subprocess.Popen[bytes]) -> int:
    """Return the processor time of a process; 0 if it ended, or on a system without /proc."""
    return sum(map(int, _status(child)[11:13]))


def _state(child: subprocess.Popen[bytes]) -> str:
    """Return the letter of the state of a process; empty if it ended, or on a system without /proc."""
    return "".join(_status(child)[:1])


def _status(child: subprocess.Popen[bytes]) -> list[str]:
    """Return the fields of /proc/PID/stat from the third, the state."""
    try:
        return Path(f"/proc/{child.pid}/stat").read_text("ascii", "replace").rpartition(")")[2].split()
    except OSError:
        return []


def _read_reply(pipe: IO[bytes]) -> dict[str, Any]:
    """Return the next reply of the child. Raises ValueError or BrokenPipeError if there is none."""
    (length,) = _LENGTH.unpack(read_exactly(pipe, _LENGTH.size))
    if length > MAX_REPLY_BYTES:
        raise ValueError("not a reply")
    reply = json.loads(read_exactly(pipe, length))
    if not isinstance(reply, dict):
        raise ValueError("not a reply")
    return reply


def _raise_problem(reply: dict[str, Any]) -> None:
    """Raise the ScanError of a reply that names a problem."""
    match reply.get("problem"):
        case None:
            return
        case "model":
            raise ScanError(
                "A model file for reading papers is missing or damaged: {file}. Install the package again: {command}",
                file=str(reply.get("file", "")),
                command=INSTALL_COMMAND,
            )
        case "no_picture":
            raise ScanError("The page is not a picture that can be read.")
        case "memory":
            raise ScanError("The page needs more memory than reading may use. Look at it and type what is needed.")
        case _:
            raise ScanError("The page cannot be read. Look at it and type what is needed.")


def _parse_page(reply: dict[str, Any]) -> PageText:
    _raise_problem(reply)
    lines = (
        TextLine(text, score, _pair(numbers), tuple(certainties), tuple(places))
        for text, score, numbers, certainties, places in reply["lines"]
    )
    return PageText(tuple(lines), reply["turned"])


def _pair(numbers: list[float]) -> Corners:
    first, second, third, fourth = zip(numbers[::2], numbers[1::2], strict=True)
    return first, second, third, fourth


def read_request(pipe: IO[bytes]) -> bytes | None:
    """Return the picture of the next request; None at the end of the pipe. Raises ValueError if it is no request."""
    head = pipe.read(_LENGTH.size)
    if len(head) < _LENGTH.size:
        return None
    (length,) = _LENGTH.unpack(head)
    if length > MAX_FILE_BYTES:
        raise ValueError("not a request")
    content = pipe.read(length)
    return content if len(content) == length else None


def pack_reply(reply: dict[str, Any]) -> bytes:
    """Return the bytes of a reply of the child."""
    content = json.dumps(reply, ensure_ascii=False).encode()
    return _LENGTH.pack(len(content)) + content
