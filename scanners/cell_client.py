"""Decodes pictures and draws them in quadrant cells in a child process, so that the program imports no picture library.

The child is started for the first picture and ended after IDLE_SECONDS without one. Standard library only.
A request to draw is width, height, columns and rows (4 bytes each, big endian) and the pixels (RGB); the reply is
CELL_BYTES for each cell. A request to decode is the length of the file, the largest side and two zeros, and the file;
the reply is width and height, and the pixels. Both are 0 if the file is no picture.
"""

from __future__ import annotations

import contextlib
import os
import struct
import subprocess
import sys
import threading
from collections.abc import Callable
from typing import IO, NamedTuple

from scanners.errors import ScanError

QUADRANTS = " ▘▝▀▖▌▞▛"
"""Characters of the cells: bit 0 is the upper left quarter, bit 1 the upper right, bit 2 the lower left."""

CELL_BYTES = 7  # character, foreground and background of a cell
MAX_PIXELS = 4096  # width and height of a picture
MAX_CELLS = 1000  # columns and rows
MAX_FILE_BYTES = 64 * 1024 * 1024
DRAW_SECONDS = 10.0  # until a child that does not reply is ended; its first picture waits for OpenCV
IDLE_SECONDS = 120.0
_HEAD = struct.Struct(">4I")
_SIZE = struct.Struct(">2I")


class DrawRequest(NamedTuple):
    """A picture in RGB, to be drawn in `columns` x `rows` cells."""

    rgb: bytes
    width: int
    height: int
    columns: int
    rows: int


class DecodeRequest(NamedTuple):
    """The content of a picture's file, to be decoded with at most `side` pixels in each direction."""

    content: bytes
    side: int


class CellClient:
    """Decodes and draws pictures one after another. `decode` and `draw` may be called from any thread."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._child: subprocess.Popen[bytes] | None = None
        self._idle_timer: threading.Timer | None = None

    def draw(self, rgb: bytes, width: int, height: int, columns: int, rows: int) -> bytes:
        """Return the cells of a picture scaled to `columns` x `rows` cells. Raises ScanError if it cannot be drawn."""
        if not is_valid_request(width, height, columns, rows) or len(rgb) != width * height * 3:
            raise ScanError("The picture cannot be drawn.")
        request = _HEAD.pack(width, height, columns, rows) + rgb
        return self._exchange(request, lambda pipe: _read_exactly(pipe, columns * rows * CELL_BYTES))

    def decode(self, content: bytes, side: int) -> tuple[int, int, bytes] | None:
        """Return width, height and RGB pixels of a picture's file, scaled down to `side` x `side`; None if it is none.

        Raises ScanError if the child cannot be used.
        """
        if not 1 <= len(content) <= MAX_FILE_BYTES or not 1 <= side <= MAX_PIXELS:
            return None
        reply = self._exchange(_HEAD.pack(len(content), side, 0, 0) + content, _read_picture)
        width, height = _SIZE.unpack_from(reply)
        return (width, height, reply[_SIZE.size :]) if width and height else None

    def close(self) -> None:
        """End the child."""
        with self._lock:
            self._end_child()

    def _exchange(self, request: bytes, read: Callable[[IO[bytes]], bytes]) -> bytes:
        """Send a request and return the reply. Raises ScanError if the child ends, or does not reply in time."""
        with self._lock:
            try:
                reply = self._send(request, read)
            except OSError as error:
                self._end_child()
                raise ScanError("The picture cannot be drawn.") from error
            self._restart_idle_timer()
        return reply

    def _send(self, request: bytes, read: Callable[[IO[bytes]], bytes]) -> bytes:
        child = self._child or self._start_child()
        watchdog = threading.Timer(DRAW_SECONDS, child.kill)
        watchdog.daemon = True
        watchdog.start()
        try:
            assert child.stdin is not None
            assert child.stdout is not None
            child.stdin.write(request)
            child.stdin.flush()
            return read(child.stdout)
        finally:
            watchdog.cancel()

    def _start_child(self) -> subprocess.Popen[bytes]:
        self._child = subprocess.Popen(
            [sys.executable, "-P", "-m", "scanners", "cells"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env=dict(os.environ),
            start_new_session=True,  # so that Ctrl-C in the terminal does not signal the child
        )
        return self._child

    def _restart_idle_timer(self) -> None:
        if self._idle_timer is not None:
            self._idle_timer.cancel()
        self._idle_timer = threading.Timer(IDLE_SECONDS, self.close)
        self._idle_timer.daemon = True
        self._idle_timer.start()

    def _end_child(self) -> None:
        child, self._child = self._child, None
        if self._idle_timer is not None:
            self._idle_timer.cancel()
        if child is not None:
            child.kill()
            with contextlib.suppress(OSError), child:  # closes the pipes and waits for the end of the process
                pass


def is_valid_request(width: int, height: int, columns: int, rows: int) -> bool:
    """Return whether a picture of this size can be drawn in so many cells."""
    return all(1 <= pixels <= MAX_PIXELS for pixels in (width, height)) and all(
        1 <= cells <= MAX_CELLS for cells in (columns, rows)
    )


def pack_picture(width: int, height: int, rgb: bytes) -> bytes:
    """Return the reply to a request to decode; width and height are 0 if the file is no picture."""
    return _SIZE.pack(width, height) + rgb


def _read_picture(pipe: IO[bytes]) -> bytes:
    size = _read_exactly(pipe, _SIZE.size)
    width, height = _SIZE.unpack(size)
    return size + _read_exactly(pipe, width * height * 3)


def _read_exactly(pipe: IO[bytes], length: int) -> bytes:
    """Read `length` bytes. Raises BrokenPipeError if the pipe ends before."""
    data = pipe.read(length)
    if len(data) != length:
        raise BrokenPipeError
    return data


def read_request(pipe: IO[bytes]) -> DrawRequest | DecodeRequest | None:
    """Return the next request; None at the end of the pipe. Raises ValueError if the data is not a request."""
    head = pipe.read(_HEAD.size)
    if len(head) < _HEAD.size:
        return None
    width, height, columns, rows = _HEAD.unpack(head)
    if not columns and not rows and 1 <= width <= MAX_FILE_BYTES:
        content = pipe.read(width)
        return DecodeRequest(content, height) if len(content) == width else None
    if not is_valid_request(width, height, columns, rows):
        raise ValueError("not a request")
    rgb = pipe.read(width * height * 3)
    return DrawRequest(rgb, width, height, columns, rows) if len(rgb) == width * height * 3 else None
