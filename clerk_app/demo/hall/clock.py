"""The clock of a city whose day is simulated: one file in its folder, which every program of the city reads.

While the day runs, its time passes `speed` times as fast as that of the machine. Afterwards the clock of the machine
counts again, once it is later than the end of the day; so the clock never goes back.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import msgspec

from clerk_app.ledger.door import system_clock
from db.files import replace_file

CLOCK_FILE = "hall-clock.json"


class HallClock(msgspec.Struct, frozen=True, kw_only=True):
    """Start of the day by the machine's clock, begin and end of the simulated day (microseconds UTC), and the speed."""

    started_at: int
    begins_at: int
    ends_at: int
    speed: float

    def at(self, now: int) -> int:
        """Return the time in the city at the time `now` of the machine."""
        passed = self.begins_at + int((now - self.started_at) * self.speed)
        if passed < self.ends_at:
            return max(passed, self.begins_at)
        since_end = now - self.started_at - int((self.ends_at - self.begins_at) / self.speed)
        return max(now, self.ends_at + since_end)

    def is_running(self, now: int) -> bool:
        """Return whether the day has not ended at the time `now` of the machine."""
        return self.begins_at + int((now - self.started_at) * self.speed) < self.ends_at

    def seconds_until(self, moment: int, now: int) -> float:
        """Return the seconds of the machine until a time of the day; 0 if it has passed."""
        return max(0.0, (moment - self.at(now)) / self.speed / 1_000_000)


def read_clock(folder: Path) -> HallClock | None:
    """Return the clock of the city in `folder`; None if its day was never simulated."""
    try:
        return msgspec.json.decode((folder / CLOCK_FILE).read_bytes(), type=HallClock)
    except (OSError, ValueError):
        return None


def write_clock(folder: Path, clock: HallClock) -> None:
    """Store the clock of the city."""
    replace_file(folder / CLOCK_FILE, msgspec.json.encode(clock))


def stop_clock(folder: Path, now: int) -> None:
    """End the simulated day now: its clock does not run on at its speed."""
    clock = read_clock(folder)
    if clock is not None and clock.is_running(now):
        write_clock(folder, msgspec.structs.replace(clock, ends_at=max(clock.at(now), clock.begins_at + 1)))


def find_city_clock(folder: Path) -> Callable[[], int]:
    """Return the clock of the programs of the city in `folder`: that of the machine if no day was simulated there."""
    clock = read_clock(folder)
    return system_clock if clock is None else lambda: _read(folder, clock)


def _read(folder: Path, first: HallClock) -> int:
    return (read_clock(folder) or first).at(system_clock())


def is_day_running(folder: Path) -> bool:
    """Return whether a day is being simulated in `folder`."""
    clock = read_clock(folder)
    return clock is not None and clock.is_running(system_clock())
