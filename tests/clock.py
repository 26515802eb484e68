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
        self.read_count = 0
        self.set(wall)

    def __call__(self) -> int:
        with self._lock:
            self.now += 1
            self.read_count += 1
            self._lock.notify_all()
            return self.now

    def wait_for_reads(self, count: int) -> None:
        """Until it was looked at so often: every command looks when it comes to the door, and when it is decided."""
        with self._lock:
            assert self._lock.wait_for(lambda: self.read_count >= count, timeout=20)

    def set(self, wall: str) -> None:
        """Puts it to a local time, such as 2026-05-06 09:00."""
        self.now = parse_local_time(wall)

    def advance(self, **by: float) -> None:
        """Moves it on (or back) by a timedelta."""
        self.now += timedelta(**by) // timedelta(microseconds=1)


def parse_local_time(wall: str) -> int:
    """A local time as microseconds UTC."""
    return int(datetime.fromisoformat(wall).replace(tzinfo=ZONE).timestamp()) * 1_000_000


def local_date(instant: int | None) -> str:
    """The local day of a moment, as an ISO date; empty for none."""
    return "" if instant is None else datetime.fromtimestamp(instant / 1_000_000, ZONE).date().isoformat()
