"""Contract of the counter for matters that exclude each other."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol, TypeVar

from clerk_app.views.shared import Option

ViewT_co = TypeVar("ViewT_co", covariant=True)


@dataclass(frozen=True)
class MatterChoice:
    """A way to resolve exclusions: the ids of the matters to leave out, in words, and why it ranks where it does."""

    drop: tuple[str, ...]
    name: str
    reason: str


class MatterChoiceService(Protocol[ViewT_co]):
    """Acts on the matters of the draft on the screen."""

    def leave_out_matters(self, matters: Sequence[str]) -> ViewT_co:
        """Leave out matters of the draft, as one of `IntakeView.choices` states it."""
        ...

    def list_open_matters(self) -> tuple[Option, ...]:
        """Return the matters of the open case that are not decided; the hint marks those proposed to be withdrawn."""
        ...

    def withdraw_matters(self, matters: Sequence[str], reason: str) -> ViewT_co:
        """Withdraw matters of the open case; `reason` states how the applicant agreed. Raises Refused, OutOfReach."""
        ...

    def list_correctable_answers(self) -> tuple[Option, ...]:
        """Return the fields of the open case whose answer can be corrected, without the answers."""
        ...

    def correct_answer(self, field: str, value: str, reason: str) -> ViewT_co:
        """Correct an answer of the open case. Raises Refused, BadData, OutOfReach."""
        ...
