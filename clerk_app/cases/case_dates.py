"""Dates of a whole case: they follow the terms of its tasks, with their pauses, re-checks and calendars.

The day of a decision changes none of them: what was promised stays, and a decision made late stays visible as late.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import TYPE_CHECKING, TypedDict

import msgspec

from clerk_app.cases.case_record import CaseRecord
from clerk_app.cases.dates import end_of_day, list_pauses, to_local_time
from clerk_app.cases.states import ENDED_TASK_STATES
from clerk_app.catalogue.deadlines import JOINT_DAYS, JOINT_EXTENSION_DAYS, DueDate, Pause, compute_due_date
from clerk_app.catalogue.projection import MatterTerm, project_promised_date, project_statutory_date
from clerk_app.ledger.commands import MessagePart
from db.engines import Row, Transaction

if TYPE_CHECKING:
    from clerk_app.catalogue.legal_calendar import LegalCalendar
    from clerk_app.catalogue.plan import Plan

TaskChanges = Mapping[str, Mapping[str, object]]
"""New values of columns of tasks, by task id."""


class _ReferredTerm(TypedDict, total=False):
    promised_days: int
    statutory_days: int


class CaseDates(MessagePart, frozen=True, kw_only=True):
    """Dates of a case in microseconds UTC: of its last result as promised, and of its last decision by law.

    None while the clock of one of its tasks is paused. `expected` and `statutory_expected` are true for a date that
    depends on a calendar which is not published yet; `calendar` is the version of the calendars that were used.
    """

    promised_at: int | None
    statutory_at: int | None
    expected: bool = False
    statutory_expected: bool = False
    calendar: str = ""


def project_case_dates(
    calendar: LegalCalendar,
    plan: Plan,
    accepted_at: int,
    tasks: Iterable[Mapping[str, object]],
    supplements: Sequence[Row] = (),
) -> CaseDates:
    """Return the dates of a case from the rows of its tasks. `supplements` are all those of the case."""
    zone = calendar.zone
    accepted = to_local_time(accepted_at, zone).date()
    latest = {str(task["matter"]): task for task in tasks}  # the last task of a matter counts: its re-check
    terms = {
        matter: _matter_term(task, [row for row in supplements if row["task"] == task["id"]], zone)
        for matter, task in latest.items()
    }
    promised = project_promised_date(calendar, plan, accepted, terms)
    statutory = project_statutory_date(calendar, plan, accepted, terms)
    if statutory is not None and plan.one_thing.handling == "joint":
        extended = min(JOINT_EXTENSION_DAYS, max((term.extended_days for term in terms.values()), default=0))
        pauses = list_pauses(supplements, zone)
        statutory = _limit_joint(calendar, accepted, statutory, JOINT_DAYS + extended, pauses)
    return CaseDates(
        promised_at=None if promised is None else end_of_day(promised.date, zone),
        statutory_at=None if statutory is None else end_of_day(statutory.date, zone),
        expected=bool(promised and promised.expected),
        statutory_expected=bool(statutory and statutory.expected),
        calendar=calendar.version,
    )


def update_case_dates(
    calendar: LegalCalendar,
    case: CaseRecord,
    changes: TaskChanges,
    new_tasks: Sequence[Mapping[str, object]] = (),
    supplements: Sequence[Row] | None = None,
) -> CaseDates:
    """Return the dates of a case after `changes` of its tasks and the addition of `new_tasks`.

    `supplements` are those of the case after the change; None if they do not change.
    """
    tasks = [{**task, **changes.get(task["id"], {})} for task in case.tasks]
    current = case.supplements if supplements is None else supplements
    return project_case_dates(calendar, case.plan, case.row["accepted_at"], [*tasks, *new_tasks], current)


def store_case_dates(tx: Transaction, number: str, dates: CaseDates | None) -> None:
    """Write the dates of a case; None, as in decisions of earlier versions, leaves them as they are."""
    if dates is not None:
        tx.update("cases", {"number": number}, **msgspec.structs.asdict(dates))


def compute_results_day(calendar: LegalCalendar, case: CaseRecord) -> date | None:
    """Return the day by which the results of a decided case are made out; None while a matter is not decided.

    It follows from the days of the decisions, so it shows whether the promised date was kept.
    """
    tasks = case.latest_tasks()
    if case.open_tasks() or not tasks:
        return None
    issue_days = {planned.id: planned.matter.issue_days for planned in case.plan.matters}
    days: list[date] = []
    for matter, task in tasks.items():
        ended = to_local_time(task["ended_at"], calendar.zone).date()
        is_issued = task["state"] == "approved" and issue_days[matter] > 0
        working = calendar.working_days_of(task["organ"])
        days.append(working.add_working_days(ended, issue_days[matter]) if is_issued else ended)
    return max(days)


def _matter_term(task: Mapping[str, object], supplements: Sequence[Row], zone: str) -> MatterTerm:
    """Return what changed the term of a matter; `supplements` are those of its last task."""
    pauses, started_at = list_pauses(supplements, zone), task["started_at"]
    if not isinstance(started_at, int):
        return MatterTerm()
    is_stopped = task["due_at"] is None and task["state"] not in ENDED_TASK_STATES
    referred: _ReferredTerm = _referred_term(task) if task.get("referred_from") else {}
    return MatterTerm(
        pauses=pauses,
        restarted=to_local_time(started_at, zone).date() if task["recheck_of"] or referred else None,
        suspended=is_stopped and all(last is not None for _, last in pauses),
        extended_days=_extended_days(task),
        organ=str(task["organ"]),
        **referred,
    )


def _referred_term(task: Mapping[str, object]) -> _ReferredTerm:
    """Return the days of a task that another organ has referred or sent back: they are not those of the plan."""
    days, statutory = int(str(task["promised_days"])), int(str(task["statutory_days"]))
    return _ReferredTerm(promised_days=days, statutory_days=statutory)


def _extended_days(task: Mapping[str, object]) -> int:
    days = task.get("extended_days", 0)  # a task that is being inserted has none
    return days if isinstance(days, int) else 0


def _limit_joint(calendar: LegalCalendar, accepted: date, last: DueDate, days: int, pauses: Sequence[Pause]) -> DueDate:
    """Return the earlier of `last` and the end of the term for joint handling, 行政许可法 art. 42."""
    limit = compute_due_date(calendar.working, accepted, days, pauses)
    return last if limit is None or last.date <= limit.date else limit
