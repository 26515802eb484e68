"""The line to the center as every desk shows it: what is true, what can be done, and the work that came back."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from clerk_app.views.shared import LabelledValue, Level


@dataclass(frozen=True)
class RejectedWork:
    """A piece of work that the center refused, or an acceptance that it objects to."""

    id: str
    action: str
    case_number: str  # its number; empty if it belongs to none
    at: str
    sentence: str
    typed: tuple[LabelledValue, ...]  # everything that was typed is kept


@dataclass(frozen=True)
class ConnectionView:
    """What is known of the center, in words."""

    headline: str
    level: Level
    facts: tuple[LabelledValue, ...]
    unavailable: tuple[str, ...]  # right now, with what to do instead
    available: tuple[str, ...]
    rejected: tuple[RejectedWork, ...]
    error: str = ""  # a sentence, where the center does not listen to this window


class StaffService(Protocol):
    """What every desk can say of its line, and settle."""

    def read_connection(self) -> ConnectionView: ...
    def settle_rejected(self, returned: str, note: str) -> None:
        """Takes a piece of work off the list, saying what was done about it. Raises Refused without a note."""
        ...
