"""Self-service."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from clerk_app.views.case import MatterRow
from clerk_app.views.shared import Status


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
class IssuedTicket:
    """A ticket that came out of the printer: no slip, no ticket."""

    number: str
    category: str
    ahead: int
    taken_at: datetime


@dataclass(frozen=True)
class CaseStatusView:
    """What a citizen is told of a case."""

    number: str
    one_thing: str
    state: str
    promised: str
    matters: tuple[MatterRow, ...]
    requested_materials: tuple[str, ...]
    as_of: str


class KioskService(Protocol):
    """Self-service: nothing personal stays."""

    idle_seconds: int

    def read_view(self) -> KioskView: ...
    def take_ticket(self, category: str) -> IssuedTicket: ...
    def find_case_status(self, number: str, second_factor: str) -> CaseStatusView:
        """The second factor is the last four characters of the applicant's identity number."""
        ...

    def unlock(self, pin: str) -> None:
        """Raises Refused unless this is a supervisor's PIN (given as `number PIN`)."""
        ...
