"""Rows and counts of an organ's queue, for officers and supervisors.

The cost of a page does not depend on the length of the queue. Numbers of tasks by state are stored counters. Overdue
tasks and tasks that are due soon have no counter; they are counted up to COUNT_LIMIT.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from functools import cache, partial
from typing import TYPE_CHECKING, Literal

from clerk_app.cases.case_messages import ORGAN, list_unread_messages
from clerk_app.cases.dates import to_local_time
from clerk_app.cases.states import (
    ENDED_TASK_STATES,
    TASK_STATE_NAMES,
    WAITING_STATES,
    has_expired_claim,
    shown_task_state,
)
from clerk_app.catalogue import publication
from clerk_app.composition.office import Office
from clerk_app.ledger.numbers import format_task_number
from clerk_app.locales import _, translate
from clerk_app.roles.formatting import format_days_left, format_due_day, localize, urgency_level
from clerk_app.roles.staff_names import read_staff_name
from clerk_app.roles.unreadable import CANNOT_BE_DISPLAYED, build_rows
from clerk_app.views.department import TaskPage, TaskRow
from db.engines import Row, Transaction

if TYPE_CHECKING:
    from clerk_app.catalogue.model import Catalogue
    from clerk_app.catalogue.working_days import WorkingDays

COUNT_LIMIT = 10_000
TaskFilter = Literal["open", "mine", "overdue", "returned", "all"]

_PAGE_STATEMENTS: dict[TaskFilter, str] = {
    "open": "cases.queue_page_open",
    "mine": "cases.queue_page_mine",
    "overdue": "cases.queue_page_overdue",
    "returned": "cases.queue_page_returned",
    "all": "cases.queue_page_all",
}


def read_task_page(
    office: Office, organ: str, task_filter: TaskFilter, staff: str, offset: int, limit: int
) -> TaskPage:
    """Return a page of an organ's tasks, the most urgent first, and their total number.

    `staff` is the officer whose tasks the filter "mine" selects.
    """
    now = office.corrected_now
    parameters = {"organ": organ, "many": limit, "skipped": offset}
    more: dict[TaskFilter, dict[str, object]] = {
        "open": {"most": offset + limit},
        "all": {"most": offset + limit},
        "returned": {"most": offset + limit},
        "mine": {"me": staff},
        "overdue": {"now": now},
    }
    with office.store.read() as tx:
        tasks = tx.query_all(_PAGE_STATEMENTS[task_filter], **parameters, **more.get(task_filter, {}))
        rows = build_task_rows(office, tx, organ, tasks)
        return TaskPage(rows, _count_tasks(office, tx, organ, staff)[task_filter])


def build_task_rows(office: Office, tx: Transaction, organ: str, tasks: Sequence[Row]) -> tuple[TaskRow, ...]:
    """Build the rows of an organ's tasks."""
    now = office.corrected_now
    catalogue, holder = cache(partial(publication.load_part, tx)), cache(partial(read_staff_name, tx))
    working = publication.read_calendar(tx, publication.load_frame(tx)).working_days_of(organ)
    due_soon_days = publication.read_policy(tx).officer_due_soon_days

    def build(task: Row) -> TaskRow:
        case = _read_case_row(tx, task["case_number"])
        version = catalogue(case["catalogue"], case["catalogue_version"], case["one_thing"])
        claimed_by = "" if has_expired_claim(task, now) else holder(task["owner"])
        row = build_task_row(task, case, version, working, claimed_by, now, due_soon_days)
        if list_unread_messages(tx, task["case_number"], ORGAN, organ):
            row = replace(row, state=_("{state}, new message").format(state=row.state))
        return _mark_overdue_wait(tx, row, now) if row.in_wait else row

    return build_rows(tasks, build, build_unreadable_task_row, lambda task: f"task {task['id']}")


def _mark_overdue_wait(tx: Transaction, row: TaskRow, now: int) -> TaskRow:
    """Return the row of a task that waits for another office; if the office is late, it is marked."""
    if any(wait["due_at"] < now for wait in tx.select("external_waits", task=row.id, outcome="")):
        return replace(row, state=_("the other office is late"), urgency="bad")
    return row


def _read_case_row(tx: Transaction, number: str) -> Row:
    case = tx.get("cases", number=number)
    if case is None:
        raise LookupError(f"a task belongs to case {number}, which does not exist")
    return case


def count_tasks(office: Office, organ: str, staff: str) -> dict[TaskFilter, int]:
    """Return the number of tasks for each filter."""
    with office.store.read() as tx:
        return _count_tasks(office, tx, organ, staff)


def _count_tasks(office: Office, tx: Transaction, organ: str, staff: str) -> dict[TaskFilter, int]:
    states = {row["state"]: int(row["many"]) for row in tx.query_all("cases.queue_counts", organ=organ)}
    held = tx.query_one("cases.count_claimed_by", me=staff, organ=organ)
    return {
        "open": states.get("pooled", 0) + states.get("claimed", 0),
        "mine": int(held["many"]) if held else 0,
        "overdue": count_due_before(tx, organ, office.corrected_now),
        "returned": sum(states.get(state, 0) for state in WAITING_STATES),
        "all": sum(states.values()),
    }


def count_due_before(tx: Transaction, organ: str, moment: int) -> int:
    """Return the number of an organ's open tasks that are due before a moment (microseconds UTC), up to COUNT_LIMIT."""
    row = tx.query_one("cases.count_due_before", organ=organ, moment=moment, most=COUNT_LIMIT)
    return int(row["many"]) if row else 0


def count_expired_claims(tx: Transaction, organ: str, now: int) -> int:
    """Return the number of an organ's claimed tasks that are free because their lease ended at `now` (microseconds)."""
    row = tx.query_one("cases.count_expired_claims", organ=organ, now=now)
    return int(row["many"]) if row else 0


def build_task_row(
    task: Row, case: Row, catalogue: Catalogue, working: WorkingDays, holder: str, now: int, due_soon_days: int
) -> TaskRow:
    """Build the row of a task at `now` (microseconds UTC); `holder` is the name of the officer who holds it.

    The urgency is a warning if at most `due_soon_days` working days are left.
    """
    today = to_local_time(now, catalogue.time_zone).date()
    days = remaining_days(task, working, catalogue.time_zone, today)
    suffix = _(" (re-check)") if task["recheck_of"] else ""
    return TaskRow(
        id=task["id"],
        number=format_task_number(task["id"]),
        matter=localize(catalogue.matter(task["matter"]).name) + suffix,
        one_thing=localize(catalogue.one_thing(case["one_thing"]).name),
        state=_("papers not brought")
        if task["papers_overdue"]
        else translate(TASK_STATE_NAMES[shown_task_state(task, now)]),
        due=format_due_day(task["due_at"], catalogue.time_zone, expected=task["expected"]),
        urgency="plain" if days is None else urgency_level(days, due_soon_days),
        remaining=_describe_time_left(task, days),
        holder=holder,
        in_procedure=task["state"] == "procedure",
        in_wait=task["state"] == "external",
    )


def _describe_time_left(task: Row, days: int | None) -> str:
    """Return the working days left in words; empty for a task that has ended."""
    if task["state"] in ENDED_TASK_STATES:
        return ""
    return _("clock stopped") if days is None else format_days_left(days)


def build_unreadable_task_row(task: Row) -> TaskRow:
    """Build the row of a task that cannot be displayed."""
    return TaskRow(
        id=task["id"],
        number=format_task_number(task["id"]),
        matter=translate(CANNOT_BE_DISPLAYED),
        one_thing="",
        state=translate(TASK_STATE_NAMES.get(str(task["state"]), str(task["state"]))),
        due="",
        urgency="bad",
        remaining="",
        holder="",
    )


def remaining_days(task: Row, working: WorkingDays, zone: str, today: date) -> int | None:
    """Return the working days until the due day, negative if overdue; None while the task's clock is stopped."""
    if task["due_at"] is None or task["state"] in ENDED_TASK_STATES:
        return None
    due = to_local_time(task["due_at"], zone).date()
    return working.count_between(today, due) if due >= today else -working.count_between(due, today)
