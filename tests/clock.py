"""Time in tests: a clock that stands where it is put, and local days as people write them."""

from __future__ import annotations

import threading
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

ZONE = ZoneInfo("Asia/Shanghai")
OPENING = "2026-05-06 09:00"  # a Wednesday; the Saturday after it is worked (调休)


class Clock:
    """A clock on the wall that stands where it is put; each look at it is a microsecond later than the one before."""

    def __init__(self, wall: str = OPENING) -> None:
        self._lock = threading.Condition()
        self.looks = 0
        self.set(wall)

    def __call__(self) -> int:
        with self._lock:
            self.now += 1
            self.looks += 1
            self._lock.notify_all()
            return self.now

    def wait_for_looks(self, many: int) -> None:
        """Until it was looked at so often: every command looks when it comes to the door, and when it is decided."""
        with self._lock:
            assert self._lock.wait_for(lambda: self.looks >= many, timeout=20)

    def set(self, wall: str) -> None:
        """Puts it to a local time, such as 2026-05-06 09:00."""
        self.now = instant(wall)

    def advance(self, **by: float) -> None:
        """Moves it on (or back) by a timedelta."""
        self.now += timedelta(**by) // timedelta(microseconds=1)


def instant(wall: str) -> int:
    """A local time as microseconds UTC."""
    return int(datetime.fromisoformat(wall).replace(tzinfo=ZONE).timestamp()) * 1_000_000


def day(moment: int | None) -> str:
    """The local day of a moment, as an ISO date; empty for none."""
    return "" if moment is None else datetime.fromtimestamp(moment / 1_000_000, ZONE).date().isoformat()
