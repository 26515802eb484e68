"""Draws pictures in quadrant cells in a child process, so that the program imports neither numpy nor OpenCV.

The child is started for the first picture and ended after IDLE_SECONDS without one. A request is width, height, columns
and rows (4 bytes each, big endian) and the pixels (RGB); the reply is CELL_BYTES for each cell. Standard library only.
"""

from __future__ import annotations

import contextlib
import os
import struct
import subprocess
import sys
import threading
from typing import IO

from scanners.errors import ScanError

QUADRANTS = " ▘▝▀▖▌▞▛"
"""Characters of the cells: bit 0 is the upper left quarter, bit 1 the upper right, bit 2 the lower left."""

CELL_BYTES = 7  # character, foreground and background of a cell
MAX_PIXELS = 4096  # width and height of a picture
MAX_CELLS = 1000  # columns and rows
DRAW_SECONDS = 10.0  # until a child that does not reply is ended; its first picture waits for OpenCV
IDLE_SECONDS = 120.0
_HEAD = struct.Struct(">4I")


class CellClient:
    """Draws pictures one after another. `draw` may be called from any thread."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._child: subprocess.Popen[bytes] | None = None
        self._idle_timer: threading.Timer | None = None

    def draw(self, rgb: bytes, width: int, height: int, columns: int, rows: int) -> bytes:
        """Return the cells of a picture scaled to `columns` x `rows` cells. Raises ScanError if it cannot be drawn."""
        if not is_valid_request(width, height, columns, rows) or len(rgb) != width * height * 3:
            raise ScanError("The picture cannot be drawn.")
        with self._lock:
            cells = self._exchange(_HEAD.pack(width, height, columns, rows) + rgb, columns * rows * CELL_BYTES)
            if cells is None:
                self._end_child()
                raise ScanError("The picture cannot be drawn.")
            self._restart_idle_timer()
        return cells

    def close(self) -> None:
        """End the child."""
        with self._lock:
            self._end_child()

    def _exchange(self, request: bytes, length: int) -> bytes | None:
        """Send a request and return the reply; None if the child ends, or does not reply in time."""
        try:
            child = self._child or self._start_child()
        except OSError:
            return None
        watchdog = threading.Timer(DRAW_SECONDS, child.kill)
        watchdog.daemon = True
        watchdog.start()
        try:
            assert child.stdin is not None
            assert child.stdout is not None
            child.stdin.write(request)
            child.stdin.flush()
            reply = child.stdout.read(length)
        except OSError:
            return None
        finally:
            watchdog.cancel()
        return reply if len(reply) == length else None

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


def read_request(pipe: IO[bytes]) -> tuple[bytes, int, int, int, int] | None:
    """Return pixels, width, height, columns and rows of the next request; None at the end of the pipe.

    Raises ValueError if the data is not a request.
    """
    head = pipe.read(_HEAD.size)
    if len(head) < _HEAD.size:
        return None
    width, height, columns, rows = _HEAD.unpack(head)
    if not is_valid_request(width, height, columns, rows):
        raise ValueError("not a request")
    rgb = pipe.read(width * height * 3)
    return (rgb, width, height, columns, rows) if len(rgb) == width * height * 3 else None
