"""Contract of the pre-review (材料预审): what was read from a paper, and how it compares. It proposes only."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, Protocol, TypeVar

from clerk_app.views.shared import Level, Option, Picture

View_co = TypeVar("View_co", covariant=True)

ReadingState = Literal["", "off", "waiting", "done", "failed"]
"""Whether a paper is to be read, was read, or could not be; off: reading is not installed; empty: it has no file."""


@dataclass(frozen=True)
class FinishedReading:
    """The result of reading the paper `material` of a draft in the background; `content` is for the service only."""

    draft: str
    material: str
    content: object


@dataclass(frozen=True)
class ReviewFinding:
    """Something found on a paper, as a sentence. The clerk may set it aside, a difference with a reason."""

    id: str
    level: Level
    sentence: str
    is_ignored: bool = False
    needs_reason: bool = False  # whether a reason is needed to set it aside
    reason: str = ""  # with which it was set aside
    value: str = ""  # id of the value that it concerns; empty for the whole paper


@dataclass(frozen=True)
class ReviewValue:
    """A value read from a paper, with what the form and other sources have instead."""

    id: str
    label: str
    value: str
    state: str  # sure, unsure or what differs, in words
    level: Level
    is_sure: bool
    page: int  # from 1
    known: str = ""  # what the form, a licence or a party states, in words; empty for nothing
    field: str = ""  # id of the field of the form to which it belongs; empty for none
    can_take: bool = False  # whether it may be taken into the form
    needs_reason: bool = False  # whether the difference needs a reason before the acceptance
    reason: str = ""


@dataclass(frozen=True)
class PaperReview:
    """The pre-review of one paper. `headline` names its kind, and whether it can be read."""

    material: str
    name: str
    state: ReadingState
    level: Level
    headline: str
    findings: tuple[ReviewFinding, ...] = ()
    values: tuple[ReviewValue, ...] = ()
    compared: str = ""  # with how many other papers of its case it was compared, in words
    can_read: bool = False  # whether it can be read again
    can_act: bool = True  # whether values may be taken and findings set aside: not at the department


class PaperReviewService(Protocol[View_co]):
    """The pre-review of the papers of a draft. Acts return the view after them."""

    def read_paper(self, material: str) -> FinishedReading:
        """Read a paper of the draft in a child process. Takes seconds; call it in a thread of its own.

        A paper that cannot be read gives a reading too, which names the error.
        """
        ...

    def record_reading(self, reading: FinishedReading) -> View_co:
        """Store a reading in its draft, and fill in empty fields. Another draft on the screen is left unchanged."""
        ...

    def review_paper(self, material: str) -> PaperReview:
        """Return the pre-review of a paper of the draft. Raises Refused for a material without a paper.

        With a case open, read a paper of the case, also one that was brought later; that takes seconds, in any thread.
        """
        ...

    def draw_value(self, material: str, value: str, width: int, height: int) -> Picture | None:
        """Return the cut-out of the page from which a value was read, at most `width` x `height` pixels.

        None if its place is not known, or the page cannot be drawn. Takes time; call it in a thread of its own.
        """
        ...

    def take_value(self, material: str, value: str) -> View_co:
        """Take a value into its field of the form; its source is the paper. Raises Refused if it does not fit."""
        ...

    def ignore_finding(self, material: str, finding: str, code: str = "", reason: str = "") -> View_co:
        """Set a finding aside, or show it again; `code` and `reason` are why a difference is set aside.

        Raises Refused for a difference without a reason.
        """
        ...

    def list_finding_reasons(self) -> tuple[Option, ...]:
        """Return why a difference may be set aside; a reason with a `hint` needs the clerk's own words."""
        ...

    def read_again(self, material: str) -> View_co:
        """Drop what was read from a paper, so that it is read once more."""
        ...


class CaseReviewService(Protocol):
    """The pre-review of the papers of the open task: read on request, on this machine; nothing is stored."""

    def review_paper(self, material: str, *, again: bool = False) -> PaperReview:
        """Read a paper of the task and return its pre-review; `again`: also if it was the last one that was read.

        Takes seconds; call it in a thread of its own. That the paper was opened is recorded. Raises ClerkError.
        """
        ...

    def draw_value(self, material: str, value: str, width: int, height: int) -> Picture | None:
        """Return a cut-out of the paper that was read last, as `PaperReviewService.draw_value`."""
        ...
