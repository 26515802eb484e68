"""Moves open tasks to another organ, after an answer was corrected that decides which organ decides a matter.

A task that was decided, referred to the superior organ, or checks a decision again stays where it is: an objection
names it, and a person settles what has to be done. The periods of a moved task run on; its papers and waits go with it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING

import msgspec

from clerk_app.cases.case_record import CaseRecord
from clerk_app.cases.dates import TaskDates, compute_task_dates
from clerk_app.cases.states import ENDED_TASK_STATES
from clerk_app.cases.tasks.escalation_chain import find_addressee
from clerk_app.cases.tasks.queue import change_organ
from clerk_app.ledger.commands import MessagePart
from clerk_app.locales import mark
from db.engines import Row, Transaction

if TYPE_CHECKING:
    from clerk_app.catalogue.legal_calendar import LegalCalendar
    from clerk_app.catalogue.plan import Plan

OTHER_ORGAN = "other_organ"
"""Reason of an objection to a correction after which another organ would decide what is decided already."""
STAYS = mark(
    "Since {field} was corrected, another organ decides: {matters}. Their tasks stay where they are, because they were "
    "decided or referred already. Settle with both organs whether the decision stands."
)


class MovedEscalation(MessagePart, frozen=True, kw_only=True):
    """An open escalation of a moved task, and the organ that has to act now."""

    escalation: str
    addressee: str


class MovedTask(MessagePart, frozen=True, kw_only=True):
    """A task that moves from one organ to another; a task under review is in the queue there.

    `dates` are those by the calendar of the new organ; None while the task waits for other matters.
    """

    task: str
    from_organ: str
    organ: str
    state: str
    dates: TaskDates | None = None
    escalations: tuple[MovedEscalation, ...] = ()


def find_moves(
    tx: Transaction, calendar: LegalCalendar, case: CaseRecord, after: Plan
) -> tuple[tuple[MovedTask, ...], tuple[str, ...]]:
    """Return the tasks that move, and the matters that another organ would decide but whose tasks stay.

    `after` is the plan of the case with the corrected answer.
    """
    before = {planned.id: planned.decided_by for planned in case.plan.matters}
    moved: list[MovedTask] = []
    stays: list[str] = []
    for planned in after.matters:
        task, organ = case.latest_tasks().get(planned.id), planned.decided_by
        if task is None or not organ or organ in (before.get(planned.id), task["organ"]):
            continue
        if task["state"] in ("lapsed", "withdrawn"):
            continue
        if task["state"] in ENDED_TASK_STATES or task["referred_from"] or task["recheck_of"] is not None:
            stays.append(planned.id)
        else:
            moved.append(_build_move(tx, calendar, case, task, organ))
    return tuple(moved), tuple(stays)


def _build_move(tx: Transaction, calendar: LegalCalendar, case: CaseRecord, task: Row, organ: str) -> MovedTask:
    dates = None
    if task["started_at"] is not None:
        dates = compute_task_dates(
            calendar,
            organ,
            task["started_at"],
            task["promised_days"] + task["extended_days"],
            task["statutory_days"] + task["extended_days"],
            case.supplements_of(task["id"]),
        )
    escalations = tuple(
        MovedEscalation(escalation=row["id"], addressee=find_addressee(tx, organ, row["step"]))
        for row in tx.select("escalations", task=task["id"])
        if row["closed_at"] is None
    )
    return MovedTask(
        task=task["id"],
        from_organ=task["organ"],
        organ=organ,
        state="pooled" if task["state"] == "claimed" else task["state"],
        dates=dates,
        escalations=escalations,
    )


def list_changes(moved: Iterable[MovedTask]) -> dict[str, dict[str, object]]:
    """Return the changed columns of the moved tasks, by task id, from which the dates of the case are computed."""
    return {
        move.task: {"organ": move.organ} | (msgspec.structs.asdict(move.dates) if move.dates is not None else {})
        for move in moved
    }


def apply_moves(tx: Transaction, moved: Sequence[MovedTask], decided_at: int) -> None:
    """Move tasks with what belongs to them, and end their claims at `decided_at` (microseconds UTC)."""
    for move in moved:
        columns: Mapping[str, object] = msgspec.structs.asdict(move.dates) if move.dates is not None else {}
        rank = {"rank": move.dates.due_at} if move.dates is not None and move.dates.due_at is not None else {}
        change_organ(tx, move.task, move.from_organ, move.organ, move.state, decided_at, {**columns, **rank})
        for escalation in move.escalations:
            values = {"organ": move.organ, "addressee": escalation.addressee}
            tx.update("escalations", {"id": escalation.escalation}, **values)
            tx.mark_changed("city", f"escalation/{escalation.escalation}")
