"""Lists of cases: those of a window today, and those that the center found for a person."""

from __future__ import annotations

from dataclasses import dataclass

from clerk_app.views.shared import LabelledValue, Level


@dataclass(frozen=True)
class SearchResult:
    """Cases that the center found, the newest under way first; `total` is greater if there are more."""

    cases: tuple[CaseRow, ...]
    total: int


@dataclass(frozen=True)
class CaseRow:
    """A case in a list. `facts` are its details for the preview of the list.

    `applicant` is masked, and empty if this machine does not hold the case.
    """

    number: str
    one_thing: str
    applicant: str
    at: str  # time of the last act at the window; day of the acceptance of a case that was found
    act: str  # this act in words
    state: str
    level: Level
    due: str  # the next date: promised, or until when papers are to be brought; empty once nothing is due
    papers: int = 0  # papers of the case that this window has not printed
    messages: int = 0  # to window or citizen that were not read
    place: str = ""  # another window or service centre, where the act was done or the case is
    facts: tuple[LabelledValue, ...] = ()
