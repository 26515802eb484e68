"""The status of a case as its applicant sees it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from clerk_app.views.case import MatterRow

MatterPhase = Literal["done", "now", "waits", "later", "refused", "ended", "not_needed"]
"""Where a part of a case is, as a citizen sees it: `waits` for papers, `later` after others, `ended` undecided."""


@dataclass(frozen=True)
class CaseStatusView:
    """The status of a case as shown to its applicant. `next_steps`: what to do now, and what happens next.

    `phases` are those of `matters`, in the same order.
    """

    number: str
    one_thing: str
    state: str
    promised: str
    matters: tuple[MatterRow, ...]
    requested_materials: tuple[str, ...]
    as_of: str
    next_steps: tuple[str, ...] = ()
    phases: tuple[MatterPhase, ...] = ()
