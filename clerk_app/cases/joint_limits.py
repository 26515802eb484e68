"""Limit of joint handling (统一办理、联合办理): 45 working days for all organs together, and at most 15 more.

Each organ has its own period too (20 working days, 10 more with approval). Source: Administrative Licensing Law
(行政许可法, 2019), art. 42.
"""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, NamedTuple

from clerk_app.cases.case_record import CaseRecord
from clerk_app.cases.dates import compute_task_dates, list_pauses, to_local_time
from clerk_app.catalogue.deadlines import JOINT_DAYS, JOINT_EXTENSION_DAYS, compute_due_date
from clerk_app.errors import Refused
from db.engines import Row

if TYPE_CHECKING:
    from clerk_app.catalogue.legal_calendar import LegalCalendar


class JointLimit(NamedTuple):
    """Last days of joint handling: without extensions, and with all that the law allows.

    While papers are asked for, or a procedure is not counted, the days are those that hold if that ended today.
    """

    regular: date
    extended: date


def find_joint_limit(calendar: LegalCalendar, case: CaseRecord, now: int) -> JointLimit | None:
    """Return the limit of a case that several organs handle jointly, at `now` (microseconds UTC); None for another."""
    if case.plan.one_thing.handling != "joint":
        return None
    today = to_local_time(now, calendar.zone).date()
    pauses = [(first, last or max(first, today)) for first, last in list_pauses(case.supplements, calendar.zone)]
    accepted = to_local_time(case.row["accepted_at"], calendar.zone).date()
    regular, extended = (
        compute_due_date(calendar.working, accepted, days, pauses)
        for days in (JOINT_DAYS, JOINT_DAYS + JOINT_EXTENSION_DAYS)
    )
    if regular is None or extended is None:
        raise AssertionError(f"case {case.number}: a pause that has ended suspends a term")
    return JointLimit(regular.date, extended.date)


def require_joint_limit(calendar: LegalCalendar, case: CaseRecord, task: Row, days: int, now: int) -> None:
    """Raise Refused if a task whose period is extended by `days` could end after the limit of joint handling.

    The sentence states how many working days fit.
    """
    limit = find_joint_limit(calendar, case, now)
    if limit is None:
        return
    fitting = next((fit for fit in range(days, 0, -1) if _ends_within(calendar, case, task, fit, limit)), 0)
    if fitting == days:
        return
    facts = {"day": limit.extended.isoformat(), "most": fitting}
    if fitting:
        raise Refused(
            "joint_limit",
            "All organs together have until {day} (45 and 15 working days, art. 42): at most {most} more days fit.",
            **facts,
        )
    raise Refused(
        "joint_limit",
        "All organs together have until {day} (45 and 15 working days, art. 42): no extension fits any more.",
        **facts,
    )


def _ends_within(calendar: LegalCalendar, case: CaseRecord, task: Row, days: int, limit: JointLimit) -> bool:
    dates = compute_task_dates(
        calendar,
        task["organ"],
        task["started_at"],
        task["promised_days"] + days,
        task["statutory_days"] + days,
        [row for row in case.supplements_of(task["id"]) if row["answered_at"] is not None],
    )
    if dates.statutory_at is None:
        raise AssertionError(f"task {task['id']}: a pause that has ended suspends a term")
    return to_local_time(dates.statutory_at, calendar.zone).date() <= limit.extended
