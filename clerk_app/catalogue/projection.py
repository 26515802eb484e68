"""The date on which a whole case will be ready, projected from the matters that have dates.

A matter that waits for others starts on the day on which the last of them ends; waiting for a commitment counts like
waiting for the decision, because a commitment may be given as late. Each matter counts by the calendar of its organ.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Set
from datetime import date

from clerk_app.catalogue.deadlines import DueDate, compute_due_date
from clerk_app.catalogue.legal_calendar import LegalCalendar
from clerk_app.catalogue.plan import Plan, PlannedMatter, topological_order


def project_promised_date(
    calendar: LegalCalendar,
    plan: Plan,
    started: date,
    last_days: Mapping[str, date | None],
    without_result: Set[str] = frozenset(),
) -> DueDate | None:
    """Return the promised day of the last result of a plan whose application was accepted on `started`.

    `last_days` has the last day of each matter that has begun or ended, None for one whose term is suspended; the
    result is then None. Issuing a result takes `issue_days` more and does not delay the next matter; the matters in
    `without_result` issue none.
    """
    return _project(
        calendar,
        plan,
        started,
        last_days,
        lambda planned: planned.promised_days,
        lambda planned: 0 if planned.id in without_result else planned.matter.issue_days,
    )


def project_statutory_date(
    calendar: LegalCalendar, plan: Plan, started: date, last_days: Mapping[str, date | None]
) -> DueDate | None:
    """Return the last day on which all matters have to be decided by law; arguments as `project_promised_date`."""
    return _project(calendar, plan, started, last_days, lambda planned: planned.matter.statutory_days, lambda _: 0)


def _project(
    calendar: LegalCalendar,
    plan: Plan,
    started: date,
    last_days: Mapping[str, date | None],
    days: Callable[[PlannedMatter], int],
    issue_days: Callable[[PlannedMatter], int],
) -> DueDate | None:
    by_id = {planned.id: planned for planned in plan.active_matters}
    ends: dict[str, date] = {}
    latest = started
    for matter_id in topological_order(plan.active_matters):
        planned = by_id[matter_id]
        working = calendar.working_days_of(planned.matter.organ)
        end = last_days.get(matter_id, started)
        if end is None:
            return None
        if matter_id not in last_days:
            begin = max((ends[dependency.matter] for dependency in planned.after), default=started)
            due = compute_due_date(working, begin, days(planned))
            end = begin if due is None else due.date
        ends[matter_id] = end
        latest = max(latest, working.add_working_days(end, issue_days(planned)) if issue_days(planned) else end)
    return DueDate(latest, calendar.working.depends_on_unpublished(started, latest))
