"""Works on pictures in a child process, so that the program imports no picture library: decodes, draws, crops faces.

The child is started for the first picture and ended after IDLE_SECONDS without one. Standard library only.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import IO, TypeVar

from scanners.cell_requests import (
    CELL_BYTES,
    MAX_FILE_BYTES,
    MAX_PIXELS,
    CheckRequest,
    CropRequest,
    DecodeRequest,
    DrawRequest,
    FaceCrop,
    Request,
    is_valid_crop,
    is_valid_drawing,
    read_crop,
    read_findings,
    read_picture,
)
from scanners.child_process import ChildProcess, read_exactly
from scanners.errors import ScanError
from scanners.faces.photo_rules import PhotoFinding, PhotoRules

DRAW_SECONDS = 10.0  # until a child that does not reply is ended; its first picture waits for OpenCV
IDLE_SECONDS = 120.0
Reply = TypeVar("Reply")


class CellClient:
    """Works on one picture after another. Its methods may be called from any thread."""

    def __init__(self) -> None:
        self._child = ChildProcess("cells")

    def draw(self, rgb: bytes, width: int, height: int, columns: int, rows: int) -> bytes:
        """Return the cells of a picture scaled to `columns` x `rows` cells. Raises ScanError if it cannot be drawn."""
        if not is_valid_drawing(width, height, columns, rows) or len(rgb) != width * height * 3:
            raise ScanError("The picture cannot be drawn.")
        request = DrawRequest(rgb, width, height, columns, rows)
        return self._exchange(request, lambda pipe: read_exactly(pipe, columns * rows * CELL_BYTES))

    def decode(self, content: bytes, side: int) -> tuple[int, int, bytes] | None:
        """Return width, height and RGB pixels of a picture's file, scaled down to `side` x `side`; None if it is none.

        Raises ScanError if the child cannot be used.
        """
        if not 1 <= len(content) <= MAX_FILE_BYTES or not 1 <= side <= MAX_PIXELS:
            return None
        return self._exchange(DecodeRequest(content, side), read_picture)

    def crop_face(self, rgb: bytes, width: int, height: int, crop_width: int, crop_height: int) -> FaceCrop:
        """Return the face of a picture, upright, in `crop_width` x `crop_height` pixels.

        Raises ScanError if the child cannot be used.
        """
        if not is_valid_crop(width, height, crop_width, crop_height) or len(rgb) != width * height * 3:
            raise ScanError("The picture cannot be drawn.")
        return self._exchange(CropRequest(rgb, width, height, crop_width, crop_height), read_crop)

    def check_photo(self, content: bytes, rules: PhotoRules) -> tuple[PhotoFinding, ...] | None:
        """Return what the photo in a file lacks by the rules, empty for a good one; None if the file is no picture.

        Raises ScanError if the child cannot be used.
        """
        if not 1 <= len(content) <= MAX_FILE_BYTES:
            return None
        return self._exchange(CheckRequest(content, rules.as_json().encode()), read_findings)

    def close(self) -> None:
        """End the child."""
        with self._child.lock:
            self._child.end()

    def _exchange(self, request: Request, read: Callable[[IO[bytes]], Reply]) -> Reply:
        """Send a request and return the reply. Raises ScanError if the child ends, or does not reply in time."""
        with self._child.lock:
            try:
                reply = self._send(request.pack(), read)
            except OSError as error:
                self._child.end()
                raise ScanError("The picture cannot be drawn.") from error
            self._child.end_when_idle(IDLE_SECONDS)
        return reply

    def _send(self, request: bytes, read: Callable[[IO[bytes]], Reply]) -> Reply:
        child = self._child.find_running() or self._child.start()
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
