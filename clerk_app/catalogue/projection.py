"""The date that is promised for a whole case: it follows the terms of the matters, not the days on which they end.

A matter that waits for others is counted from the last day of their terms; waiting for a commitment counts like waiting
for the decision, because a commitment may be given as late. So a decision that is made late, or early, leaves what was
promised as it is. Each matter counts by the calendar of its organ.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from typing import TYPE_CHECKING

import msgspec

from clerk_app.catalogue.deadlines import DueDate, Pause, compute_due_date
from clerk_app.catalogue.plan import Plan, PlannedMatter, topological_order

if TYPE_CHECKING:
    from clerk_app.catalogue.legal_calendar import LegalCalendar


class MatterTerm(msgspec.Struct, frozen=True):
    """What changes the term of a matter: its pauses, its extension, the day on which a re-check began a new one.

    `suspended`: the term is suspended by a request that has no written notice (entries of earlier versions).
    `organ` decides the matter; empty for that of the catalogue. `promised_days` and `statutory_days` are those of its
    last task if it was referred, else None.
    """

    pauses: Sequence[Pause] = ()
    restarted: date | None = None
    suspended: bool = False
    extended_days: int = 0  # working days by which the term was extended (延期)
    organ: str = ""
    promised_days: int | None = None
    statutory_days: int | None = None


_UNCHANGED = MatterTerm()


def project_promised_date(
    calendar: LegalCalendar, plan: Plan, accepted: date, terms: Mapping[str, MatterTerm]
) -> DueDate | None:
    """Return the promised day of the last result of a plan whose application was accepted on `accepted`.

    `terms` are those of the matters whose terms changed; the result is None while one of them is suspended. Issuing a
    result takes `issue_days` more and does not delay the next matter.
    """
    return _project(
        calendar,
        plan,
        accepted,
        terms,
        lambda planned, term: planned.promised_days if term.promised_days is None else term.promised_days,
        lambda planned: planned.matter.issue_days,
    )


def project_statutory_date(
    calendar: LegalCalendar, plan: Plan, accepted: date, terms: Mapping[str, MatterTerm]
) -> DueDate | None:
    """Return the last day on which all matters have to be decided by law; arguments as `project_promised_date`."""
    return _project(
        calendar,
        plan,
        accepted,
        terms,
        lambda planned, term: planned.matter.statutory_days if term.statutory_days is None else term.statutory_days,
        lambda _: 0,
    )


def _project(
    calendar: LegalCalendar,
    plan: Plan,
    accepted: date,
    terms: Mapping[str, MatterTerm],
    days: Callable[[PlannedMatter, MatterTerm], int],
    issue_days: Callable[[PlannedMatter], int],
) -> DueDate | None:
    by_id = {planned.id: planned for planned in plan.active_matters}
    ends: dict[str, date] = {}
    latest = accepted
    for matter_id in topological_order(plan.active_matters):
        planned, term = by_id[matter_id], terms.get(matter_id, _UNCHANGED)
        working = calendar.working_days_of(term.organ or planned.organ)
        begin = term.restarted or max((ends[dependency.matter] for dependency in planned.waits_for), default=accepted)
        term_days = days(planned, term) + term.extended_days
        due = None if term.suspended else compute_due_date(working, begin, term_days, term.pauses)
        if due is None:
            return None
        ends[matter_id] = due.date
        issued = working.add_working_days(due.date, issue_days(planned)) if issue_days(planned) else due.date
        latest = max(latest, issued)
    return DueDate(latest, calendar.working.depends_on_unpublished(accepted, latest))
