"""Service times of a day: how long tickets were served at each window, and how long that usually takes."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from statistics import median

from db.engines import Row

SERVED_AT_LEAST = 3  # service times from which a usual one is computed
UNUSUAL_FACTOR = 2  # a service that takes more than this many usual times is unusually long
_SECOND, _MINUTE = 1_000_000, 60_000_000  # microseconds


@dataclass
class WindowDay:
    """What happened at one window on a service day. Times are in microseconds UTC."""

    served: list[tuple[int, int]] = field(default_factory=list)  # call and end of each ticket that was served
    no_shows: int = 0

    @property
    def average_seconds(self) -> int | None:
        """The mean service time, None if nobody was served."""
        times = [end - call for call, end in self.served]
        return sum(times) // len(times) // _SECOND if times else None

    @property
    def last_end(self) -> int | None:
        """When the last service ended, None if nobody was served."""
        return max((end for _call, end in self.served), default=None)


@dataclass(frozen=True)
class ServiceTimes:
    """The windows of a service day, and the usual service time of each ticket category in seconds."""

    windows: dict[str, WindowDay]
    usual: dict[str, int]
    usual_of_all: int | None

    def usual_seconds(self, category: str) -> int | None:
        """Return the usual service time of a category; of all categories if too few of it were served."""
        return self.usual.get(category, self.usual_of_all)


def compute_service_times(tickets: Iterable[Row]) -> ServiceTimes:
    """Compute the service times from the called tickets of a day (`hall.called_tickets`)."""
    windows: dict[str, WindowDay] = defaultdict(WindowDay)
    seconds: dict[str, list[int]] = defaultdict(list)
    for ticket in tickets:
        day = windows[ticket["window_id"]]
        if ticket["state"] == "no_show":
            day.no_shows += 1
        elif ticket["state"] == "finished" and ticket["finished_at"] is not None:
            day.served.append((ticket["called_at"], max(ticket["called_at"], ticket["finished_at"])))
            seconds[ticket["category"]].append((ticket["finished_at"] - ticket["called_at"]) // _SECOND)
    every = [time for times in seconds.values() for time in times]
    usual = {category: usual for category, times in seconds.items() if (usual := _usual(times)) is not None}
    return ServiceTimes(dict(windows), usual, _usual(every))


def is_unusually_long(seconds: int, usual: int | None) -> bool:
    """Return whether a service takes much longer than usual."""
    return usual is not None and seconds > UNUSUAL_FACTOR * max(usual, 60)


def busy_minutes(day: WindowDay, serving_since: int | None, now: int, minutes: int) -> tuple[bool, ...]:
    """Return for each of the last `minutes` minutes, oldest first, whether somebody was served in it."""
    spans = [*day.served, *([(serving_since, now)] if serving_since is not None else [])]
    begin = now - minutes * _MINUTE
    busy = [False] * minutes
    for start, end in spans:
        first, last = max(0, (start - begin) // _MINUTE), min(minutes - 1, (end - 1 - begin) // _MINUTE)
        for minute in range(first, last + 1):
            busy[minute] = True
    return tuple(busy)


def _usual(times: Sequence[int]) -> int | None:
    return int(median(times)) if len(times) >= SERVED_AT_LEAST else None
