"""Recomputation of the dates of open cases after the calendar of working days has changed.

The authority recomputes each open case whose dates come from another version of the calendars, one entry per case.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice
from typing import ClassVar

import msgspec

from clerk_app.cases.case_dates import CaseDates, store_case_dates, update_case_dates
from clerk_app.cases.case_record import CaseRecord, read_case
from clerk_app.cases.changes import mark_case_changed
from clerk_app.cases.dates import TaskDates, compute_papers_deadline, compute_task_dates
from clerk_app.catalogue.legal_calendar import LegalCalendar, calendar_version
from clerk_app.catalogue.publication import is_readable_version, load_frame, read_calendar, read_policy
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


class PapersDeadline(MessagePart, frozen=True, kw_only=True):
    """Until when requested papers can be brought: never earlier than the date on the notice."""

    supplement: str
    deadline_at: int
    expected: bool = False


class DatesRecomputed(CommandDecision, frozen=True, kw_only=True):
    """The new dates of the case, of its open tasks, and of its requests for papers.

    `counts_from` is the new time from which it counts as accepted, in microseconds UTC; 0 if that does not change.
    """

    stored_name: ClassVar[str] = "DatesRecomputed"
    dates: CaseDates
    tasks: tuple[RecomputedTask, ...] = ()
    deadlines: tuple[PapersDeadline, ...] = ()
    counts_from: int = 0


class RecomputeDates(Command[DatesRecomputed], frozen=True, kw_only=True):
    """Recomputes the dates of an open case by the calendars in force.

    `counts_from` is the time from which it counts as accepted and its first terms run, in microseconds UTC, if that is
    not its acceptance: the receipt of an application not answered in time; 0 to leave it.
    """

    stored_name: ClassVar[str] = "RecomputeDates"
    case: str
    counts_from: int = 0


def recompute_open_cases(door: Door) -> int:
    """Recompute the open cases whose dates come from other calendars than those in force; return their number.

    Does nothing at a window, whose authority recomputes.
    """
    if door.authority is not None:
        return 0
    count, number = 0, ""
    while True:
        with door.store.read() as tx:
            due = list(islice(list_due_recomputations(tx, number), _CASES_AT_ONCE))
        if not due:
            return count
        outcomes = door.perform_all(due, SYSTEM)  # each failed attempt is in the log
        count += sum(not isinstance(outcome, Exception) for outcome in outcomes)
        number = due[-1].case


def list_due_recomputations(tx: Transaction, number: str = "") -> Iterator[RecomputeDates]:
    """Yield the command for each open case after `number` whose dates come from other calendars than those in force.

    They are in the order of the case numbers. Cases whose version of the catalogue is missing are left out: each
    attempt would be refused, and they have an objection.
    """
    try:
        current = calendar_version(load_frame(tx))
    except BadData:  # no catalogue was published yet
        return
    while rows := tx.query_all("cases.open_with_other_calendar", calendar=current, number=number, most=_CASES_AT_ONCE):
        for row in rows:
            if is_readable_version(tx, row["catalogue"], row["catalogue_version"], row["one_thing"]):
                yield RecomputeDates(case=row["number"])
        number = rows[-1]["number"]


def _decide(tx: Transaction, command: RecomputeDates, _: Moment) -> DatesRecomputed:
    case = read_case(tx, command.case)
    if case.row["state"] != "accepted":
        raise Refused("case_state", "The dates of a case that has ended do not change.")
    if command.counts_from:
        case = _move_start(case, command.counts_from)
    calendar = read_calendar(tx, case.catalogue)
    tasks = tuple(_recompute_task(calendar, case, task) for task in case.open_tasks() if task["started_at"] is not None)
    changes = {task.task: msgspec.structs.asdict(task.dates) for task in tasks}
    days = read_policy(tx).supplement_working_days
    return DatesRecomputed(
        dates=update_case_dates(calendar, case, changes),
        tasks=tasks,
        deadlines=tuple(
            _recompute_deadline(calendar, case, supplement, days)
            for supplement in case.supplements
            if supplement["answered_at"] is None and supplement["deadline_at"] is not None
        ),
        counts_from=command.counts_from,
    )


def _move_start(case: CaseRecord, start: int) -> CaseRecord:
    """Return a case as if it had been accepted at another time; tasks that began with it begin then too."""
    accepted_at = case.row["accepted_at"]
    tasks = [{**task, "started_at": start} if task["started_at"] == accepted_at else task for task in case.tasks]
    return msgspec.structs.replace(case, row={**case.row, "accepted_at": start}, tasks=tuple(tasks))


def _recompute_deadline(calendar: LegalCalendar, case: CaseRecord, supplement: Row, days: int) -> PapersDeadline:
    organs = case.organs_of_notice(supplement["notice"])
    deadline_at, expected = compute_papers_deadline(
        calendar, organs, supplement["notified_at"], supplement["working_days"] or days
    )
    return PapersDeadline(
        supplement=supplement["id"], deadline_at=max(deadline_at, supplement["deadline_at"]), expected=expected
    )


def _recompute_task(calendar: LegalCalendar, case: CaseRecord, task: Row) -> RecomputedTask:
    dates = compute_task_dates(
        calendar,
        task["organ"],
        task["started_at"],
        task["promised_days"] + task["extended_days"],
        task["statutory_days"] + task["extended_days"],
        case.supplements_of(task["id"]),
    )
    return RecomputedTask(task=task["id"], organ=task["organ"], dates=dates)


@RULES.register(
    RecomputeDates,
    DatesRecomputed,
    permission="case.recompute",
    roles=(Role.SYSTEM, Role.SCHEDULE),
    machines=(MachineKind.CENTER,),
    label=mark("Dates computed again by the new calendar"),
    decide=_decide,
    stream=lambda command, _: f"case/{command.case}",
    documents=("case",),
)
def _apply(tx: Transaction, entry: Entry[RecomputeDates, DatesRecomputed]) -> None:
    start, case = entry.decision.counts_from, tx.get("cases", number=entry.command.case)
    if start and case is not None:
        tx.update("tasks", {"case_number": case["number"], "started_at": case["accepted_at"]}, started_at=start)
        tx.update("cases", {"number": case["number"]}, accepted_at=start)
    for task in entry.decision.tasks:
        columns = msgspec.structs.asdict(task.dates)
        if task.dates.due_at is not None:
            columns["rank"] = task.dates.due_at
        tx.update("tasks", {"id": task.task}, **columns)
        tx.mark_changed(f"organ/{task.organ}", f"case/{entry.command.case}")
    for term in entry.decision.deadlines:
        tx.update(
            "supplements",
            {"id": term.supplement},
            deadline_at=term.deadline_at,
            deadline_expected=term.expected,
        )
    store_case_dates(tx, entry.command.case, entry.decision.dates)
    mark_case_changed(tx, entry.command.case)
