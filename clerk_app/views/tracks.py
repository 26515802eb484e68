"""View of a case over time: a track for each matter."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal

from clerk_app.views.shared import Level

SpanKind = Literal["done", "refused", "ended", "working", "queued", "paused", "expected"]
"""What happens to a matter in a span of time; `ended` is without a decision, `paused` while papers are awaited."""

TRACK_SYMBOLS: dict[str, str] = {
    "done": "█",
    "refused": "x",
    "ended": "-",
    "working": "▒",
    "queued": ".",
    "paused": "z",
    "expected": "░",
    "now": ":",
    "promised": "|",
    "critical": "*",
    "branch": "└",
}
"""Symbol of each kind of span, and of the other marks of tracks; each is one cell wide and has its own symbol."""


@dataclass(frozen=True)
class TrackSpan:
    """A span of time of a track, in local time."""

    kind: SpanKind
    begin: datetime
    end: datetime


@dataclass(frozen=True)
class Track:
    """A matter over time. `cause` is who holds it, what it waits for, or when it ended.

    `due` is the promised day of an open matter, with the days left. `follows` is the matter after which it begins;
    empty for none. A delay of a `critical` matter delays the case.
    """

    id: str
    name: str
    organ: str
    state: str
    level: Level
    cause: str
    spans: tuple[TrackSpan, ...]
    due: str = ""
    follows: str = ""
    critical: bool = False

    @property
    def is_open(self) -> bool:
        """Whether something is expected of it."""
        return any(span.kind == "expected" for span in self.spans)


@dataclass(frozen=True)
class CaseTracks:
    """A case over time: what has happened, and what is expected. `now` is None once nothing is left to do.

    `number` is empty for a draft. `done` of `total` matters have ended. `promised` is the end of the promised day.
    `outlook` is the expected day and what is left of the promised term, in words; `nearest` names the matter that is
    due next. `days_off` are those between `begin` and `end`.
    """

    title: str
    number: str
    tracks: tuple[Track, ...]
    done: int
    total: int
    begin: datetime
    end: datetime
    now: datetime | None
    promised: datetime | None
    outlook: str
    level: Level
    nearest: str = ""
    days_off: frozenset[date] = frozenset()
