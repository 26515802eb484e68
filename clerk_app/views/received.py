"""Received cases, as the counter shows them: they lack something and are not accepted yet (收件)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol, TypeVar

from clerk_app.views.applications import ApplicationService
from clerk_app.views.shared import Level, Option

ViewT = TypeVar("ViewT", covariant=True)
"""The view of the screen that an action returns."""


@dataclass(frozen=True)
class ReceivedRow:
    """A received case that waits: what it lacks, and the date that counts, in words."""

    number: str
    one_thing: str
    applicant: str
    term: str  # answer until, or bring until, with the days left
    level: Level
    missing: tuple[str, ...]
    opened_by: str = ""  # who has it open now, and where; empty if nobody
    can_extend: bool = False
    is_overdue: bool = False  # the rest was not brought in time: a person extends the period or ends the case


class ReceivedTermService(Protocol[ViewT]):
    """Acts on the period in which the citizen brings what a received case lacks."""

    def list_received(self) -> tuple[ReceivedRow, ...]: ...
    def extend_received(self, number: str, reason: str) -> ViewT:
        """Extend the period to bring what is missing, once; a new notice with the date is to be printed."""
        ...

    def close_received(self, number: str, reason: str, codes: Sequence[str] = ()) -> ViewT:
        """End a received case that was not completed in time; the notice of it is to be printed."""
        ...

    def list_close_reasons(self, number: str) -> tuple[Option, ...]: ...


class ReceivedService(ReceivedTermService[ViewT], ApplicationService[ViewT], Protocol[ViewT]):
    """Actions of a clerk on applications that are not accepted yet: those from outside, and received cases."""

    def receive_case(self, reason: str = "") -> ViewT:
        """Receive the draft with everything that it lacks, and print the notice.

        `reason`: why something is asked for that was visible at an earlier notice; Refused "late_notice" without it.
        """
        ...

    def list_late_items(self) -> tuple[str, ...]:
        """Return what the draft lacks that was visible at an earlier notice and is not on it; it needs a reason."""
        ...

    def open_received(self, number: str) -> ViewT:
        """Open a received case as a draft, in the visit at the window or in a new one; identity is proved again."""
        ...
