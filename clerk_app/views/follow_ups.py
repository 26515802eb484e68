"""Follow-up of promises by their department: commitments to be checked, papers that are brought later."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol, TypeVar

from clerk_app.views.shared import Level

View_co = TypeVar("View_co", covariant=True)


@dataclass(frozen=True)
class FollowUpRow:
    """A promise that a department follows up. `what` is what was promised, `matters` rely on it.

    `is_gap`: a paper to be brought later. `reported_by` is the colleague who reports it as false, with `reason` and
    `evidence`; empty if nobody does. `may_answer`: the officer is another person than that colleague.
    """

    id: str
    case: str
    one_thing: str
    what: str
    matters: str
    applicant: str  # masked
    due: str
    level: Level
    is_gap: bool
    is_overdue: bool
    is_extended: bool
    reported_by: str = ""
    reason: str = ""
    evidence: str = ""
    may_answer: bool = False


class FollowUpService(Protocol[View_co]):
    """Acts of an officer on the promises that the department follows up. All need the center."""

    def keep_promise(self, promise: str, note: str) -> View_co:
        """Record that the check was passed."""
        ...

    def extend_promise(self, promise: str, working_days: int, reason: str) -> View_co:
        """Extend the term of the check once."""
        ...

    def report_promise(self, promise: str, reason: str, evidence: str) -> View_co:
        """Report the promise as false, or its paper as not brought; a colleague confirms it."""
        ...

    def answer_report(self, promise: str, note: str, *, confirmed: bool) -> View_co:
        """Confirm the report of a colleague, which revokes decisions, or reject it with a note."""
        ...
