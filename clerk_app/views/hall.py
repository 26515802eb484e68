"""What the screens of the staff show of the hall: events, queues and windows of the open service day."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from clerk_app.views.shared import Level

Place = Literal["waiting", "departments", "windows", "connection", "day", "applications"]
"""Where the cause of an alert is dealt with: a panel, the page of the connection, the service day, or a list."""


@dataclass(frozen=True)
class HallEvent:
    """Something that happened in the hall today; `time` is HH:MM."""

    id: str
    time: str
    text: str
    level: Level = "plain"
    place: Place | None = None
    row: str = ""


@dataclass(frozen=True)
class QueueNumbers:
    """The waiting tickets of a category. `next_tickets` has their numbers in the order of calling, at most three."""

    name: str
    waiting: int
    longest: str = ""  # wait of the ticket that waits longest; empty if nobody waits
    next_tickets: tuple[str, ...] = ()
    windows: int = 0  # open windows that serve this category


@dataclass(frozen=True)
class WindowNumbers:
    """A window of the hall: its state in words, or the ticket that is served there, and what it serves."""

    name: str
    state: str
    ticket: str = ""
    is_open: bool = True
    categories: tuple[str, ...] = ()  # names
    letters: str = ""  # of the tickets of these categories


@dataclass(frozen=True)
class DayNumbers:
    """The hall and the tickets of a window in the open service day."""

    served: int
    no_shows: int
    average: str  # time of a visit, in words; empty before the first has ended
    longest_wait: str  # of the tickets that wait now
    queues: tuple[QueueNumbers, ...] = ()  # every category of the hall
    windows: tuple[WindowNumbers, ...] = ()  # every window of the hall
    events: tuple[HallEvent, ...] = ()  # of this window and of the service day, newest first; empty during a visit
