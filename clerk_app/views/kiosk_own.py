"""Contract of what a citizen reads in a session: own cases, what the city holds, who saw the own data."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from clerk_app.views.citizen_case import CaseStatusView
from clerk_app.views.shared import Level


@dataclass(frozen=True)
class OwnCaseRow:
    """A case in the list: its state in words, and what waits for the citizen; `level` is its colour."""

    number: str
    one_thing: str
    state: str
    waits: str  # papers to bring, or a message; empty if nothing
    level: Level


@dataclass(frozen=True)
class OwnCases:
    """The cases of the session, newest first; `more` are older ones that are not listed."""

    rows: tuple[OwnCaseRow, ...]
    more: int = 0


@dataclass(frozen=True)
class OfferedThing:
    """A theme, or something that the city offers, to choose from."""

    id: str
    name: str
    description: str = ""


@dataclass(frozen=True)
class HeldRow:
    """A material, whether it need not be brought, and why; `facts` are issuer, validity and grade where it is held."""

    name: str
    state: str
    level: Level
    is_held: bool
    facts: tuple[str, ...] = ()


@dataclass(frozen=True)
class HeldView:
    """What the city holds for a one thing, and what has to be brought."""

    one_thing: str
    rows: tuple[HeldRow, ...]


@dataclass(frozen=True)
class AccessRow:
    """An access to the citizen's data: when, which organ or machine, what was done, for which case and purpose."""

    at: str
    place: str
    action: str
    details: tuple[str, ...]
    is_refused: bool = False


@dataclass(frozen=True)
class AccessList:
    """The accesses, newest first; `more` are older ones that are not listed."""

    rows: tuple[AccessRow, ...]
    more: int = 0


class OwnService(Protocol):
    """Reads what belongs to the open session from the center. Raises Refused if the session has ended, OutOfReach."""

    def list_cases(self) -> OwnCases: ...
    def read_case(self, number: str) -> CaseStatusView: ...
    def list_themes(self) -> tuple[OfferedThing, ...]: ...
    def list_things(self, theme: str) -> tuple[OfferedThing, ...]: ...
    def list_held(self, thing: str) -> HeldView: ...
    def list_accesses(self) -> AccessList: ...
