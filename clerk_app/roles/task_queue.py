"""Rows of an organ's queue, for the officers and for the supervisor.

A page costs what a page costs, however long the queue is; the numbers beside it are counters. What has no counter
(overdue, due soon, mine) is counted to MOST and no further.
"""

from __future__ import annotations

from datetime import date
from functools import cache, partial
from typing import Literal

from clerk_app.cases.dates import to_local_time
from clerk_app.cases.states import ENDED_TASK_STATES, TASK_STATE_NAMES
from clerk_app.catalogue import publication
from clerk_app.catalogue.model import Catalogue
from clerk_app.catalogue.publication import working_days
from clerk_app.composition.office import Office
from clerk_app.locales import _, translate
from clerk_app.roles.formatting import format_days_left, format_due_day, localize, urgency_level
from clerk_app.views import TaskPage, TaskRow
from db.engines import Row, Transaction

COUNT_LIMIT = 10_000
TaskFilter = Literal["open", "mine", "overdue", "returned", "all"]


_PAGE_STATEMENTS: dict[TaskFilter, str] = {
    "open": "cases.queue_page_open",
    "mine": "cases.queue_page_mine",
    "overdue": "cases.queue_page_overdue",
    "returned": "cases.queue_page_returned",
    "all": "cases.queue_page_all",
}


def read_task_page(office: Office, organ: str, which: TaskFilter, me: str, offset: int, limit: int) -> TaskPage:
    """Some tasks of an organ, most urgent first, and how many there are."""
    places = {"organ": organ, "many": limit, "skipped": offset}
    more: dict[TaskFilter, dict[str, object]] = {
        "open": {"most": offset + limit},
        "all": {"most": offset + limit},
        "mine": {"me": me},
        "overdue": {"now": office.now},
    }
    today = office.local_time().date()
    with office.store.read() as tx:
        tasks = tx.query_all(_PAGE_STATEMENTS[which], **places, **more.get(which, {}))
        catalogue, holder = cache(partial(publication.load_version, tx)), cache(partial(_name, tx))
        cases = [_case(tx, task["case_number"]) for task in tasks]
        rows = tuple(
            build_task_row(
                task, case, catalogue(case["catalogue"], case["catalogue_version"]), holder(task["owner"]), today
            )
            for task, case in zip(tasks, cases, strict=True)
        )
        return TaskPage(rows, _counts(office, tx, organ, me)[which])


def _case(tx: Transaction, number: str) -> Row:
    case = tx.get("cases", number=number)
    assert case is not None  # a task is never without it
    return case


def _name(tx: Transaction, staff: str | None) -> str:
    holder = tx.get("staff", id=staff) if staff else None
    return holder["name"] if holder else ""


def count_tasks(office: Office, organ: str, me: str) -> dict[TaskFilter, int]:
    """How many tasks stand in each view of the queue."""
    with office.store.read() as tx:
        return _counts(office, tx, organ, me)


def _counts(office: Office, tx: Transaction, organ: str, me: str) -> dict[TaskFilter, int]:
    states = {row["state"]: int(row["many"]) for row in tx.query_all("cases.queue_counts", organ=organ)}
    mine = tx.query_one("cases.count_claimed_by", me=me, organ=organ)
    return {
        "open": states.get("pooled", 0) + states.get("claimed", 0),
        "mine": int(mine["many"]) if mine else 0,
        "overdue": count_due_before(tx, organ, office.now),
        "returned": states.get("returned", 0),
        "all": sum(states.values()),
    }


def count_due_before(tx: Transaction, organ: str, moment: int) -> int:
    """How many open tasks of an organ are due before a moment, or MOST if there are more."""
    row = tx.query_one("cases.count_due_before", organ=organ, moment=moment, most=COUNT_LIMIT)
    return int(row["many"]) if row else 0


def build_task_row(task: Row, case: Row, catalogue: Catalogue, holder: str, today: date) -> TaskRow:
    """One task as a row."""
    days = remaining_days(task, catalogue, today)
    again = _(" (re-check)") if task["recheck_of"] else ""
    return TaskRow(
        id=task["id"],
        number=f"{task['case_number']}-{task['id'][12:]}",
        matter=localize(catalogue.matter(task["matter"]).name) + again,
        one_thing=localize(catalogue.one_thing(case["one_thing"]).name),
        state=translate(TASK_STATE_NAMES[task["state"]]),
        due=format_due_day(task["due_at"], catalogue.time_zone, expected=task["expected"]),
        urgency="plain" if days is None else urgency_level(days),
        remaining=_("clock stands") if days is None else format_days_left(days),
        holder=holder,
    )


def remaining_days(task: Row, catalogue: Catalogue, today: date) -> int | None:
    """Working days until the promised day, negative when it is over; None while the clock stands."""
    if task["due_at"] is None or task["state"] in ENDED_TASK_STATES:
        return None
    due = to_local_time(task["due_at"], catalogue.time_zone).date()
    working = working_days(catalogue)
    return working.count_between(today, due) if due >= today else -working.count_between(due, today)
