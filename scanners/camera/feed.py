"""Reads a source on a thread and keeps the newest frame and the current problem.

Files are played at their own frame rate. If a source is lost, opening it is repeated until it is available again.
"""

from __future__ import annotations

import threading
from collections import deque
from time import monotonic

from scanners.camera.frames import Frame, FrameSource, SourceKind
from scanners.camera.sources import open_source
from scanners.errors import ScanError, TornFrame, hide_credentials

RETRY_SECONDS = 1.0
SILENT_SECONDS = 3.0
"""Seconds without a frame or an error after which a source is reported as silent."""

MAX_TORN_FRAMES = 3
"""Number of consecutive torn frames from which they are reported; single torn frames occur on every cable."""


class FrameFeed:
    """Keeps the source `text` open until `stop`. With `once` a file is played once, otherwise it is repeated.

    A camera is opened at its highest resolution with `is_detailed`, otherwise at that for codes.
    """

    def __init__(self, text: str, once: bool = False, is_detailed: bool = False) -> None:
        self.text = text
        self.kind: SourceKind = "live"
        self._once = once
        self._is_detailed = is_detailed
        self._changed = threading.Condition()
        self._stopping = threading.Event()
        self._frame: Frame | None = None
        self._arrivals: deque[float] = deque(maxlen=31)
        self._taken_at = 0.0
        self._last_event_at = monotonic()
        self._trouble: ScanError | None = None
        self._torn = 0
        self._ended = False
        self._thread = threading.Thread(target=self._run, name="feed", daemon=True)
        self._thread.start()

    def take_newest(self, timeout: float) -> tuple[Frame, float] | None:
        """Return the newest frame and the seconds since its arrival; None after `timeout` seconds without one."""
        with self._changed:
            self._changed.wait_for(lambda: self._frame is not None, timeout)
            frame, self._frame = self._frame, None
            return None if frame is None else (frame, monotonic() - self._taken_at)

    @property
    def trouble(self) -> ScanError | None:
        """The current problem of the source, or None."""
        with self._changed:
            if self._trouble is None and monotonic() - self._last_event_at > SILENT_SECONDS:
                return ScanError("{source} sends no picture.", source=hide_credentials(self.text))
            return self._trouble

    @property
    def rate(self) -> float:
        """Frames per second over the last 30 frames; 0 before the second frame."""
        with self._changed:
            spent = self._arrivals[-1] - self._arrivals[0] if self._arrivals else 0.0
            return (len(self._arrivals) - 1) / spent if spent else 0.0

    @property
    def silence_seconds(self) -> float:
        """Seconds since the last frame or error of the source; 0 after a file was played to its end with `once`."""
        return 0.0 if self._ended else monotonic() - self._last_event_at

    def stop(self, timeout: float) -> bool:
        """End the feed and release the source; return False if the source hangs."""
        self._stopping.set()
        self._thread.join(timeout)
        return not self._thread.is_alive()

    def _run(self) -> None:
        while not self._stopping.is_set():
            try:
                source = open_source(self.text, self._is_detailed)
            except ScanError as trouble:
                self._set_trouble(trouble)
                self._stopping.wait(RETRY_SECONDS)
                continue
            self.kind = source.kind
            try:
                self._play(source)
            finally:
                source.close()

    def _play(self, source: FrameSource) -> None:
        began = monotonic()
        while not self._stopping.is_set():
            try:
                frame = source.read()
            except TornFrame as torn:
                self._torn += 1
                self._set_trouble(torn if self._torn >= MAX_TORN_FRAMES or source.kind == "still" else self._trouble)
                # reading a damaged file fails at once: without a wait this loop would use a whole core
                self._stopping.wait(0.0 if source.kind == "live" else RETRY_SECONDS)
                continue
            except ScanError as lost:
                self._set_trouble(lost)
                self._stopping.wait(RETRY_SECONDS)
                return
            if frame is None:
                self._handle_end(source)
                return
            self._torn = 0
            if frame.due and self._stopping.wait(max(0.0, began + frame.due - monotonic())):
                return
            self._publish_frame(frame)

    def _handle_end(self, source: FrameSource) -> None:
        if self._once:
            self._ended = True
            self._set_trouble(ScanError("{source} has been played to its end.", source=source.name))
            self._stopping.wait()
        elif source.kind == "still":
            self._stopping.wait(RETRY_SECONDS)

    def _publish_frame(self, frame: Frame) -> None:
        with self._changed:
            self._frame, self._trouble = frame, None
            self._taken_at = self._last_event_at = monotonic()
            self._arrivals.append(self._taken_at)
            self._changed.notify_all()

    def _set_trouble(self, trouble: ScanError | None) -> None:
        with self._changed:
            self._trouble = trouble
            self._last_event_at = monotonic()
            self._changed.notify_all()
