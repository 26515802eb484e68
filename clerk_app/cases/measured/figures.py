"""Figures of finished cases, and their summary per one thing: the four reductions (四减) as measured.

- Days: `measured.days`.
- Steps: what the applicant did, in the unit of the promise: applied, brought papers later, collected results.
  A hand-over in the visit of the application is no step of its own.
- Papers: what was taken on paper, with supplements; `papers_apart` is what the matters would ask for one by one.
- Visits: those at a window with an act on the case; each further one has its causes (`visit_causes`).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from statistics import median_low
from typing import NamedTuple

from clerk_app.cases.visit_causes import PROMISED_VISITS
from clerk_app.ledger.commands import MessagePart

FEW_CASES = 20
"""With fewer cases, a figure is shown as a range of few cases and no promise is proposed (our choice, no source)."""


class CaseFigures(NamedTuple):
    """What one finished case took. `decisions` counts decisions of organs and referrals between them.

    `causes` has those of each visit, in the order of time; `is_kept` is whether the promised date was kept.
    `promised_days` are the working days from the acceptance to the day that was promised then.
    """

    days: int
    calendar_days: int
    steps: int
    papers: int
    papers_apart: int
    decisions: int
    causes: Sequence[Sequence[str]]
    is_kept: bool
    promised_days: int = 0

    @property
    def visits(self) -> int:
        """The number of visits."""
        return len(self.causes)


class Spread(MessagePart, frozen=True, kw_only=True):
    """Smallest, median, 90 % quantile and largest of some whole figures; of two middle ones the smaller is the median.

    The quantile is the smallest figure that 90 % do not exceed.
    """

    low: int = 0
    median: int = 0
    p90: int = 0
    high: int = 0


class FurtherVisits(MessagePart, frozen=True, kw_only=True):
    """How many visits beyond the promised number had this cause; a visit with several causes counts for each."""

    cause: str
    visits: int


class OneThingMeasured(MessagePart, frozen=True, kw_only=True):
    """The finished cases of one thing in a period. `kept` of them kept the promised date."""

    one_thing: str
    cases: int
    kept: int = 0
    days: Spread = Spread()
    calendar_days: Spread = Spread()
    steps: Spread = Spread()
    papers: Spread = Spread()
    papers_apart: Spread = Spread()
    visits: Spread = Spread()
    decisions: Spread = Spread()
    further: tuple[FurtherVisits, ...] = ()

    @property
    def is_few(self) -> bool:
        """Whether there are too few cases for a figure that can be relied on."""
        return self.cases < FEW_CASES


def summarise(one_thing: str, cases: Sequence[CaseFigures]) -> OneThingMeasured:
    """Return the summary of at least one finished case of a one thing."""
    further = Counter(cause for case in cases for causes in case.causes[PROMISED_VISITS:] for cause in causes)
    return OneThingMeasured(
        one_thing=one_thing,
        cases=len(cases),
        kept=sum(case.is_kept for case in cases),
        days=describe_spread(case.days for case in cases),
        calendar_days=describe_spread(case.calendar_days for case in cases),
        steps=describe_spread(case.steps for case in cases),
        papers=describe_spread(case.papers for case in cases),
        papers_apart=describe_spread(case.papers_apart for case in cases),
        visits=describe_spread(case.visits for case in cases),
        decisions=describe_spread(case.decisions for case in cases),
        further=tuple(FurtherVisits(cause=cause, visits=count) for cause, count in sorted(further.items())),
    )


def describe_spread(figures: Iterable[int]) -> Spread:
    """Return the spread of figures, of which there is at least one."""
    ordered = sorted(figures)
    return Spread(
        low=ordered[0], median=median_low(ordered), p90=ordered[-(-9 * len(ordered) // 10) - 1], high=ordered[-1]
    )
