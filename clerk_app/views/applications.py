"""Applications from outside, as the counter shows them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol, TypeVar

from clerk_app.views.shared import Level, Option

ViewT = TypeVar("ViewT", covariant=True)
"""The view of the screen that an action returns."""


@dataclass(frozen=True)
class DraftOrigin:
    """The application that a draft answers. `received` is an ISO date; `identity` describes the verified identity."""

    number: str
    source: str
    received: str
    due: str
    level: Level  # of the date until which it is to be answered
    identity: str = ""
    scans: int = 0
    consequence: str = ""  # what the law makes of it after its period; empty within it


@dataclass(frozen=True)
class ApplicationRow:
    """An application that waits for its answer."""

    number: str
    one_thing: str
    source: str
    received: str
    due: str
    level: Level
    state: str
    findings: int  # of the check on arrival
    age: str = ""  # since its receipt
    assigned: str = ""  # the window to which a supervisor gave it, in words
    window: str = ""  # id of this window
    is_overdue: bool = False


@dataclass(frozen=True)
class ApplicationList:
    """The applications that wait, the one that is due first on top, and how many there are in all."""

    rows: tuple[ApplicationRow, ...]
    total: int


@dataclass(frozen=True)
class PostedApplication:
    """What a letter or an e-mail states: id of its kind, ISO date of its receipt, sender, and one thing."""

    source: str
    received_on: str
    sender: str
    one_thing: str


class ApplicationService(Protocol[ViewT]):
    """Actions of a clerk on applications from outside. All of them need the center; they raise Refused, OutOfReach."""

    def list_applications(self) -> ApplicationList: ...
    def list_application_sources(self) -> tuple[Option, ...]:
        """Return the kinds of post that a clerk types in."""
        ...

    def list_opening_purposes(self) -> tuple[Option, ...]: ...
    def open_application(self, number: str, purpose: str) -> ViewT:
        """Open an application as a draft, in the visit at the window or in a new one; the purpose is recorded."""
        ...

    def receive_by_post(self, application: PostedApplication) -> ViewT:
        """Record a letter or an e-mail, and open it as a draft."""
        ...

    def answer_application(self, outcome: str, reason: str = "", codes: Sequence[str] = ()) -> ViewT:
        """Answer the application of the draft and delete the draft.

        `outcome` is "incomplete", with everything that the draft lacks, or "refused", with reasons.
        """
        ...

    def withdraw_application(self, reason: str) -> ViewT:
        """Record that the applicant withdraws the application of the draft, and delete the draft."""
        ...
