"""Self-service."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from clerk_app.desk.case import MatterRow
from clerk_app.desk.shared import Status


@dataclass(frozen=True)
class KioskCategory:
    """A button of the kiosk."""

    id: str
    name: str
    waiting: int


@dataclass(frozen=True)
class KioskView:
    """The kiosk's front page."""

    status: Status
    categories: tuple[KioskCategory, ...]


@dataclass(frozen=True)
class Slip:
    """A ticket that came out of the printer: no slip, no ticket."""

    number: str
    category: str
    ahead: int
    taken_at: datetime


@dataclass(frozen=True)
class CaseState:
    """What a citizen is told of a case."""

    number: str
    one_thing: str
    state: str
    promised: str
    matters: tuple[MatterRow, ...]
    to_bring: tuple[str, ...]
    as_of: str


class KioskDesk(Protocol):
    """Self-service: nothing personal stays."""

    idle_seconds: int

    def look(self) -> KioskView: ...
    def take_ticket(self, category: str) -> Slip: ...
    def case_state(self, number: str, second_factor: str) -> CaseState:
        """The second factor is the last four characters of the applicant's identity number."""
        ...

    def unlock(self, pin: str) -> None:
        """Raises Refused unless this is a supervisor's PIN (given as `number PIN`)."""
        ...
