"""Contract of the page that shows the connection to the center and rejected work. All staff roles have it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from clerk_app.views.shared import LabelledValue, Level, ListAge, Option


@dataclass(frozen=True)
class RejectedWork:
    """An entry that the center rejected, or an acceptance that it objects to."""

    id: str
    action: str
    case_number: str  # empty if the entry belongs to no case
    at: str
    sentence: str
    typed: tuple[LabelledValue, ...]  # all values of the entry that a person typed
    is_acceptance: bool = False  # a rejected acceptance: it can be accepted again, or the citizen is told
    acts: tuple[Option, ...] = ()  # what the supervisor can do about a rejected entry of the hall
    due: str = ""  # until when it has to be settled; empty without a term
    is_overdue: bool = False


@dataclass(frozen=True)
class Progress:
    """How many entries of this store have reached a stage."""

    label: str
    done: int
    total: int


@dataclass(frozen=True)
class ConnectionView:
    """State of the connection to the center, and the rejected work."""

    headline: str
    level: Level
    facts: tuple[LabelledValue, ...]
    unavailable: tuple[str, ...]  # what cannot be done now, and what to do instead
    available: tuple[str, ...]  # what can be done now
    rejected: tuple[RejectedWork, ...]
    error: str = ""  # why the center rejects requests of this window; empty if it accepts them
    problems: tuple[str, ...] = ()  # what fails at this machine while the center accepts its requests
    lists: tuple[ListAge, ...] = ()  # lists that this machine keeps, with their ages
    progress: tuple[Progress, ...] = ()  # none for a store that is its own center


@dataclass(frozen=True)
class ClockQuestion:
    """A question about the time of this machine; `value` is the proposed answer, YYYY-MM-DD HH:MM."""

    sentence: str
    value: str


class StaffService(Protocol):
    """Actions of all signed-in staff, in every role."""

    def read_clock_question(self) -> ClockQuestion | None:
        """Return the question to ask if the clock of this machine is not plausible; None if it is."""
        ...

    def set_clock(self, time: str) -> None:
        """Set date and time, as YYYY-MM-DD HH:MM. Raises BadData, or Refused if it cannot be that early."""
        ...

    def read_connection(self) -> ConnectionView: ...
    def settle_rejected(self, work_id: str, note: str, act: str = "") -> None:
        """Mark rejected work as settled; `note` describes what was done. Raises Refused if the note is empty.

        `act` is the id of one of `RejectedWork.acts`, which is done first; empty for the note alone.
        """
        ...

    def fetch_rejected(self, work_id: str) -> RejectedWork:
        """Fetch the data of the citizen of a rejected acceptance, which the list does not contain. It is recorded."""
        ...

    def accept_rejected(self, work_id: str) -> str:
        """Accept a rejected acceptance again; return a sentence with the number of its case."""
        ...
