"""Correction of a decision by the officer who made it, on the same day and before the results are made out.

The decision stays in force until its matter, which gets a re-check task, is decided again.
"""

from __future__ import annotations

from typing import ClassVar

from clerk_app.cases.case_dates import CaseDates, store_case_dates, update_case_dates
from clerk_app.cases.case_record import CaseRecord, read_case
from clerk_app.cases.changes import mark_case_changed
from clerk_app.cases.checks import require_reason
from clerk_app.cases.dates import to_local_time
from clerk_app.cases.identifiers import case_number_of
from clerk_app.cases.objections import require_undoubted
from clerk_app.cases.states import ENDED_TASK_STATES, next_case_state
from clerk_app.cases.tasks.new_tasks import NewTask, insert_tasks, task_columns
from clerk_app.cases.tasks.rechecks import build_recheck
from clerk_app.catalogue.publication import read_calendar
from clerk_app.errors import Refused
from clerk_app.ledger.access import MachineKind, Role
from clerk_app.ledger.commands import Command, CommandDecision, Entry, Moment, Placement, RuleSet
from clerk_app.ledger.numbers import format_task_number
from clerk_app.ledger.persons import person_of
from clerk_app.locales import mark
from db.engines import Row, Transaction

RULES = RuleSet()


class DecisionReopened(CommandDecision, frozen=True, kw_only=True):
    """The new task that checks the matter again, and the new dates of the case.

    `rechecked_tasks` has the id of the corrected task. `reopens`: the case was closed, and is under way again.
    """

    stored_name: ClassVar[str] = "DecisionReopened"
    case: str
    organ: str
    recheck: NewTask
    rechecked_tasks: tuple[str, ...]
    reopens: bool = False
    dates: CaseDates | None = None


class ReopenDecision(Command[DecisionReopened], frozen=True, kw_only=True):
    """Reopens a decision of the actor, because it has to be corrected. `reason` stays with the case."""

    stored_name: ClassVar[str] = "ReopenDecision"
    task: str
    reason: str


def require_correctable(tx: Transaction, case: CaseRecord, task_id: str, officer: str, now: int) -> Row:
    """Return the task of a decision that an officer may correct at `now` (microseconds UTC). Raise Refused otherwise.

    A decision is corrected by the person who signed it, on the same local day, while it is the last one of its matter
    and the results of the case are not made out.
    """
    decision, number = tx.get("decisions", task=task_id), format_task_number(task_id)
    task = next((task for task in case.tasks if task["id"] == task_id), None)
    if task is None or decision is None or task["state"] not in ("approved", "refused"):
        raise Refused("no_decision", "There is no decision on task {task}.", task=number)
    if person_of(tx, decision["signer"]) != person_of(tx, officer):
        raise Refused("other_signer", "Only who signed a decision can correct it.")
    zone = case.catalogue.time_zone
    if to_local_time(decision["at"], zone).date() != to_local_time(now, zone).date():
        raise Refused(
            "day_over",
            "A decision can be corrected on its own day only."
            " Later, a new version of a paper makes the department check again.",
        )
    if case.row["state"] not in ("accepted", "closed"):
        next_case_state(case.row["state"], "recheck")
    latest = case.latest_tasks()[task["matter"]]
    if latest["id"] != task_id:
        if latest["state"] in ENDED_TASK_STATES:
            raise Refused("decided_again", "The matter was decided again since then.")
        raise Refused(
            "checked_again", "The matter is being checked again: task {task}.", task=format_task_number(latest["id"])
        )
    require_undoubted(tx, task)
    return task


def _decide(tx: Transaction, command: ReopenDecision, moment: Moment) -> DecisionReopened:
    require_reason(command.reason)
    case = read_case(tx, case_number_of(command.task))
    task = require_correctable(tx, case, command.task, moment.actor.id, moment.corrected_at)
    calendar = read_calendar(tx, case.catalogue)
    recheck = build_recheck(calendar, case, task, moment)
    new_row = {**task_columns(recheck, case.number, moment.corrected_at, command.task), "ended_at": None}
    return DecisionReopened(
        case=case.number,
        organ=task["organ"],
        recheck=recheck,
        rechecked_tasks=(command.task,),
        reopens=case.row["state"] == "closed",
        dates=update_case_dates(calendar, case, {}, [new_row]),
    )


@RULES.register(
    ReopenDecision,
    DecisionReopened,
    permission="task.reopen",
    roles=(Role.OFFICER,),
    machines=(MachineKind.DEPARTMENT,),
    label=mark("Correction of a decision"),
    decide=_decide,
    stream=lambda command, _: f"case/{case_number_of(command.task)}",
    documents=("case",),
    placement=Placement.REMOTE,
)
def _apply(tx: Transaction, entry: Entry[ReopenDecision, DecisionReopened]) -> None:
    decision = entry.decision
    insert_tasks(
        tx, decision.case, [decision.recheck], entry.moment.corrected_at, recheck_of=decision.rechecked_tasks[0]
    )
    tx.query_one("cases.decrease_pending", number=decision.case, many=-1)
    if decision.reopens:
        tx.update("cases", {"number": decision.case}, state="accepted", closed_at=None)
    store_case_dates(tx, decision.case, decision.dates)
    mark_case_changed(tx, decision.case)
