"""A source, read on a thread of its own: the newest frame, and what is wrong when there is none.

Files play at their own pace, as a camera would; a source that is lost is opened again until it is back.
"""

from __future__ import annotations

import threading
from collections import deque
from time import monotonic

from scanners.errors import ScanError, TornFrame, shown
from scanners.sources import Frame, Kind, Source, open_source

RETRY_SECONDS = 1.0
QUIET_SECONDS = 3.0
"""Without a frame for so long, a source that reports nothing is said to be silent."""

TORN_IN_A_ROW = 3
"""A single torn frame happens on every cable; so many are a trouble."""


class Feed:
    """Keeps `text` open as a source until stopped. `once`: a file is played to its end and not again."""

    def __init__(self, text: str, once: bool = False) -> None:
        self.text = text
        self.kind: Kind = "live"
        self._once = once
        self._news = threading.Condition()
        self._stopping = threading.Event()
        self._frame: Frame | None = None
        self._came: deque[float] = deque(maxlen=31)
        self._taken_at = 0.0
        self._heard = monotonic()
        self._trouble: ScanError | None = None
        self._torn = 0
        self._ended = False
        self._thread = threading.Thread(target=self._run, name="feed", daemon=True)
        self._thread.start()

    def newest(self, timeout: float) -> tuple[Frame, float] | None:
        """The newest frame that was not handed out yet and how many seconds it waited; None after `timeout` seconds."""
        with self._news:
            self._news.wait_for(lambda: self._frame is not None, timeout)
            frame, self._frame = self._frame, None
            return None if frame is None else (frame, monotonic() - self._taken_at)

    @property
    def trouble(self) -> ScanError | None:
        """What is wrong with the source now."""
        with self._news:
            if self._trouble is None and monotonic() - self._heard > QUIET_SECONDS:
                return ScanError("{source} sends no picture.", source=shown(self.text))
            return self._trouble

    @property
    def rate(self) -> float:
        """Frames a second over the last 30; 0 while there are fewer than two."""
        with self._news:
            spent = self._came[-1] - self._came[0] if self._came else 0.0
            return (len(self._came) - 1) / spent if spent else 0.0

    @property
    def silent_for(self) -> float:
        """Seconds since the source last did anything, a failure included; 0 once it has been played to its end."""
        return 0.0 if self._ended else monotonic() - self._heard

    def stop(self, timeout: float) -> bool:
        """Ends the feed and gives the source back; False if the source hangs."""
        self._stopping.set()
        self._thread.join(timeout)
        return not self._thread.is_alive()

    def _run(self) -> None:
        while not self._stopping.is_set():
            try:
                source = open_source(self.text)
            except ScanError as trouble:
                self._tell(trouble)
                self._stopping.wait(RETRY_SECONDS)
                continue
            self.kind = source.kind
            try:
                self._play(source)
            finally:
                source.close()

    def _play(self, source: Source) -> None:
        began = monotonic()
        while not self._stopping.is_set():
            try:
                frame = source.read()
            except TornFrame as torn:
                self._torn += 1
                self._tell(torn if self._torn >= TORN_IN_A_ROW or source.kind == "still" else self._trouble)
                # a broken file reads at once: without a wait this would spin
                self._stopping.wait(0.0 if source.kind == "live" else RETRY_SECONDS)
                continue
            except ScanError as lost:
                self._tell(lost)
                self._stopping.wait(RETRY_SECONDS)
                return
            if frame is None:
                self._end(source)
                return
            self._torn = 0
            if frame.due and self._stopping.wait(max(0.0, began + frame.due - monotonic())):
                return
            self._put(frame)

    def _end(self, source: Source) -> None:
        if self._once:
            self._ended = True
            self._tell(ScanError("{source} has been played to its end.", source=source.name))
            self._stopping.wait()
        elif source.kind == "still":
            self._stopping.wait(RETRY_SECONDS)

    def _put(self, frame: Frame) -> None:
        with self._news:
            self._frame, self._trouble = frame, None
            self._taken_at = self._heard = monotonic()
            self._came.append(self._taken_at)
            self._news.notify_all()

    def _tell(self, trouble: ScanError | None) -> None:
        with self._news:
            self._trouble = trouble
            self._heard = monotonic()
            self._news.notify_all()
