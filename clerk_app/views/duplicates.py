"""Other cases of an applicant, as the counter shows them before an acceptance."""

from __future__ import annotations

from dataclasses import dataclass

from clerk_app.views.shared import Option


@dataclass(frozen=True)
class DuplicateSearch:
    """Other cases under way, by case number: those of the applicant or for the same object, and those of namesakes.

    The hint of a case is what is the same, empty for the same one thing. Of the applicant of a namesake's case only the
    name is known. `center_silent`: the center did not answer in time or cannot be reached, so cases of other windows
    may be missing; `as_of` is how old the data of this window is.
    """

    cases: tuple[Option, ...] = ()
    namesakes: tuple[Option, ...] = ()
    center_silent: bool = False
    as_of: str = ""
