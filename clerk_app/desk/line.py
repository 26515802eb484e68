"""The line to the center as every desk shows it: what is true, what can be done, and the work that came back."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from clerk_app.desk.shared import Level, Pair


@dataclass(frozen=True)
class Returned:
    """A piece of work that the center refused, or an acceptance that it objects to."""

    id: str
    what: str
    case: str  # its number; empty if it belongs to none
    at: str
    sentence: str
    typed: tuple[Pair, ...]  # everything that was typed is kept


@dataclass(frozen=True)
class LineView:
    """What is known of the center, in words."""

    headline: str
    level: Level
    facts: tuple[Pair, ...]
    cannot: tuple[str, ...]  # right now, with what to do instead
    can: tuple[str, ...]
    returned: tuple[Returned, ...]
    why: str = ""  # a sentence, where the center does not listen to this window


class LineDesk(Protocol):
    """What every desk can say of its line, and settle."""

    def line(self) -> LineView: ...
    def settle(self, returned: str, note: str) -> None:
        """Takes a piece of work off the list, saying what was done about it. Raises Refused without a note."""
        ...
