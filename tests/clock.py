"""Time in tests: a settable clock, and local times as text."""

from __future__ import annotations

import threading
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

ZONE = ZoneInfo("Asia/Shanghai")
OPENING = "2026-05-06 09:00"  # a Wednesday; the Saturday after it is worked (调休)


class Clock:
    """A clock that tests set; each read is a microsecond later than the one before."""

    def __init__(self, local_time: str = OPENING) -> None:
        self._lock = threading.Condition()
        self.read_count = 0
        self.set(local_time)

    def __call__(self) -> int:
        with self._lock:
            self.now += 1
            self.read_count += 1
            self._lock.notify_all()
            return self.now

    def wait_for_reads(self, count: int) -> None:
        """Wait until the clock was read `count` times: for each command, at the door and when it is decided."""
        with self._lock:
            assert self._lock.wait_for(lambda: self.read_count >= count, timeout=20)

    def set(self, local_time: str) -> None:
        """Set the clock to a local time such as 2026-05-06 09:00."""
        self.now = parse_local_time(local_time)

    def advance(self, **by: float) -> None:
        """Advance the clock by the arguments of a timedelta."""
        self.now += timedelta(**by) // timedelta(microseconds=1)


def parse_local_time(text: str) -> int:
    """Return a local time as microseconds UTC."""
    return int(datetime.fromisoformat(text).replace(tzinfo=ZONE).timestamp()) * 1_000_000


def local_date(instant: int | None) -> str:
    """Return the local date of an instant in ISO form; "" for None."""
    return "" if instant is None else datetime.fromtimestamp(instant / 1_000_000, ZONE).date().isoformat()
