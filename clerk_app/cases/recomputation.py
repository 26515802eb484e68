"""Recomputation of the dates of open cases after the calendar of working days has changed.

The authority recomputes each open case whose dates come from another version of the calendars, one entry per case.
"""

from __future__ import annotations

from typing import ClassVar

import msgspec

from clerk_app.cases.case_dates import CaseDates, store_case_dates, update_case_dates
from clerk_app.cases.case_record import CaseRecord, read_case
from clerk_app.cases.changes import mark_case_changed
from clerk_app.cases.dates import TaskDates, compute_task_dates
from clerk_app.catalogue.publication import LegalCalendar, calendar_version, load_newest, read_calendar
from clerk_app.errors import BadData, Refused
from clerk_app.ledger.access import MachineKind, Role
from clerk_app.ledger.commands import Command, CommandDecision, Entry, MessagePart, Moment, RuleSet
from clerk_app.ledger.door import Door
from clerk_app.locales import mark
from clerk_app.people.permissions import SYSTEM
from db.engines import Row, Transaction

_CASES_AT_ONCE = 200

RULES = RuleSet()


class RecomputedTask(MessagePart, frozen=True, kw_only=True):
    """A started, open task with its new dates."""

    task: str
    organ: str
    dates: TaskDates


class DatesRecomputed(CommandDecision, frozen=True, kw_only=True):
    """The new dates of the case and of its open tasks."""

    stored_name: ClassVar[str] = "DatesRecomputed"
    dates: CaseDates
    tasks: tuple[RecomputedTask, ...] = ()


class RecomputeDates(Command[DatesRecomputed], frozen=True, kw_only=True):
    """Recomputes the dates of an open case by the calendars in force."""

    stored_name: ClassVar[str] = "RecomputeDates"
    case: str


def recompute_open_cases(door: Door) -> int:
    """Recompute the open cases whose dates come from other calendars than those in force; return their number.

    Does nothing at a window, whose authority recomputes.
    """
    if door.authority is not None:
        return 0
    count = 0
    while numbers := _find_outdated_cases(door):
        outcomes = door.perform_all([RecomputeDates(case=number) for number in numbers], SYSTEM)
        done = sum(not isinstance(outcome, Exception) for outcome in outcomes)
        count += done
        if done == 0:  # the rest cannot be read; each attempt is in the log
            break
    return count


def _find_outdated_cases(door: Door) -> list[str]:
    with door.store.read() as tx:
        try:
            current = calendar_version(load_newest(tx))
        except BadData:  # no catalogue was published yet
            return []
        rows = tx.query_all("cases.open_with_other_calendar", calendar=current, most=_CASES_AT_ONCE)
        return [row["number"] for row in rows]


def _decide(tx: Transaction, command: RecomputeDates, _: Moment) -> DatesRecomputed:
    case = read_case(tx, command.case)
    if case.row["state"] != "accepted":
        raise Refused("case_state", "The dates of a case that has ended do not change.")
    calendar = read_calendar(tx, case.catalogue)
    tasks = tuple(_recompute_task(calendar, case, task) for task in case.open_tasks() if task["started_at"] is not None)
    changes = {task.task: msgspec.structs.asdict(task.dates) for task in tasks}
    return DatesRecomputed(dates=update_case_dates(calendar, case, changes), tasks=tasks)


def _recompute_task(calendar: LegalCalendar, case: CaseRecord, task: Row) -> RecomputedTask:
    dates = compute_task_dates(
        calendar, task["started_at"], task["promised_days"], task["statutory_days"], case.supplements_of(task["id"])
    )
    return RecomputedTask(task=task["id"], organ=task["organ"], dates=dates)


@RULES.register(
    RecomputeDates,
    DatesRecomputed,
    permission="case.recompute",
    roles=(Role.SYSTEM,),
    machines=(MachineKind.CENTER,),
    label=mark("Dates computed again by the new calendar"),
    decide=_decide,
    stream=lambda command, _: f"case/{command.case}",
    documents=("case",),
)
def _apply(tx: Transaction, entry: Entry[RecomputeDates, DatesRecomputed]) -> None:
    for task in entry.decision.tasks:
        columns = msgspec.structs.asdict(task.dates)
        if task.dates.due_at is not None:
            columns["rank"] = task.dates.due_at
        tx.update("tasks", {"id": task.task}, **columns)
        tx.mark_changed(f"organ/{task.organ}", f"case/{entry.command.case}")
    store_case_dates(tx, entry.command.case, entry.decision.dates)
    mark_case_changed(tx, entry.command.case)
