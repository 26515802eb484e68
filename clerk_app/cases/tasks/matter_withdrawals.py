"""Withdrawal of single matters of an accepted case, with the agreement of the applicant."""

from __future__ import annotations

from typing import ClassVar

import msgspec

from clerk_app.cases.case_dates import CaseDates, store_case_dates, update_case_dates
from clerk_app.cases.case_record import CaseRecord, read_case
from clerk_app.cases.changes import mark_case_changed
from clerk_app.cases.checks import require_reason, require_site
from clerk_app.cases.lapses import list_lapsing_tasks, reset_lapsed
from clerk_app.cases.notices import find_settled_notices, withdraw_notices
from clerk_app.cases.objections import settle_objection
from clerk_app.cases.promises.rows import end_unneeded
from clerk_app.cases.states import next_case_state, next_task_state
from clerk_app.cases.tasks.decisions import LapsedTask
from clerk_app.cases.tasks.new_tasks import NewTask, build_task, start_tasks, started_columns
from clerk_app.cases.tasks.queue import end_task, lapse_task
from clerk_app.cases.tasks.unsettled_exclusions import EXCLUDED, list_live_matters, list_unsettled
from clerk_app.cases.visit_causes import record_visit_case
from clerk_app.catalogue.publication import read_calendar
from clerk_app.catalogue.routing import MatterProgress, TaskState, find_ready
from clerk_app.errors import Refused
from clerk_app.ledger.access import MachineKind, Role
from clerk_app.ledger.commands import Command, CommandDecision, Entry, MessagePart, Moment, Placement, RuleSet
from clerk_app.locales import mark
from db.engines import Row, Transaction

RULES = RuleSet()


class WithdrawnTask(MessagePart, frozen=True, kw_only=True):
    """A task that ends because its matter is withdrawn."""

    task: str
    organ: str


class MattersWithdrawn(CommandDecision, frozen=True, kw_only=True):
    """The tasks that end, those that lapse with them, those that start, and the objections that are settled by it."""

    stored_name: ClassVar[str] = "MattersWithdrawn"
    tasks: tuple[WithdrawnTask, ...]
    lapsed: tuple[LapsedTask, ...] = ()
    started: tuple[NewTask, ...] = ()
    settled: tuple[int, ...] = ()
    withdrawn_notices: tuple[str, ...] = ()
    closes: bool = False
    dates: CaseDates | None = None


class WithdrawMatters(Command[MattersWithdrawn], frozen=True, kw_only=True):
    """Withdraws open matters of a case; `reason` states how the applicant agreed."""

    stored_name: ClassVar[str] = "WithdrawMatters"
    case: str
    matters: tuple[str, ...]
    reason: str
    visit: str = ""  # in which the applicant agreed


def list_withdrawable(case: CaseRecord) -> dict[str, Row]:
    """Return the open task of each matter that can be withdrawn, not a re-check: the approval before it would stay."""
    return {task["matter"]: task for task in case.open_tasks() if task["recheck_of"] is None}


def _decide(tx: Transaction, command: WithdrawMatters, moment: Moment) -> MattersWithdrawn:
    case = read_case(tx, command.case)
    require_site(tx, moment, case.row)
    require_reason(command.reason)
    if case.row["state"] != "accepted":
        next_case_state(case.row["state"], "close")
    withdrawable = list_withdrawable(case)
    if not command.matters or not set(command.matters) <= withdrawable.keys():
        raise Refused("matter", "Only matters that are not decided can be withdrawn.")
    if set(command.matters) == {planned.id for planned in case.plan.active_matters}:
        raise Refused("all", "These are all matters: withdraw the application.")
    tasks = [withdrawable[matter] for matter in command.matters]
    for task in tasks:
        next_task_state(task["state"], "withdraw")
    progress = case.matter_progress()
    for task in tasks:
        progress[task["matter"]] = msgspec.structs.replace(
            progress.get(task["matter"], MatterProgress()), state=TaskState.WITHDRAWN
        )
    ended = {task["id"] for task in tasks}
    lapsing = [task for task in list_lapsing_tasks(case, progress, "") if task["id"] not in ended]
    calendar, at = read_calendar(tx, case.catalogue), moment.corrected_at
    planned = {matter.id: matter for matter in case.plan.active_matters}
    ready = find_ready(case.plan, reset_lapsed(progress))
    started = tuple(
        build_task(calendar, planned[task["matter"]], task["id"], at)
        for task in case.tasks
        if task["state"] == "waiting" and task["matter"] in ready
    )
    closes = case.row["pending"] == len(tasks) + len(lapsing)
    changes: dict[str, Row] = {
        **{task["id"]: {"state": "withdrawn", "ended_at": at} for task in tasks},
        **{task["id"]: {"state": "lapsed", "ended_at": at} for task in lapsing},
        **{new.id: {**started_columns(new), "ended_at": None} for new in started},
    }
    gone = {*command.matters, *(task["matter"] for task in lapsing)}
    live = [name for name in list_live_matters(case) if name not in gone]
    return MattersWithdrawn(
        tasks=tuple(WithdrawnTask(task=task["id"], organ=task["organ"]) for task in tasks),
        lapsed=tuple(LapsedTask(task=task["id"], organ=task["organ"], caused_by=tasks[0]["id"]) for task in lapsing),
        started=started,
        settled=() if list_unsettled(case.plan.exclusions, live) else _list_open_objections(tx, case.number),
        withdrawn_notices=find_settled_notices(
            tx, case, case.open_supplements_of({task["id"] for task in (*tasks, *lapsing)})
        ),
        closes=closes,
        dates=update_case_dates(calendar, case, changes),
    )


def _list_open_objections(tx: Transaction, case: str) -> tuple[int, ...]:
    rows = tx.select("objections", case_number=case, reason=EXCLUDED)
    return tuple(sorted(row["number"] for row in rows if row["settled_at"] is None))


@RULES.register(
    WithdrawMatters,
    MattersWithdrawn,
    permission="case.withdraw",
    roles=(Role.CLERK,),
    machines=(MachineKind.COUNTER,),
    label=mark("Withdrawal of single matters"),
    decide=_decide,
    stream=lambda command, _: f"case/{command.case}",
    documents=("case", "promise"),
    placement=Placement.REMOTE,
)
def _apply(tx: Transaction, entry: Entry[WithdrawMatters, MattersWithdrawn]) -> None:
    command, decision, at = entry.command, entry.decision, entry.moment.corrected_at
    for ended in decision.tasks:
        end_task(tx, ended.task, ended.organ, "withdrawn", at, entry.decided_at)
    for lapsed in decision.lapsed:
        lapse_task(tx, lapsed.task, lapsed.organ, lapsed.caused_by, at, entry.decided_at)
    start_tasks(tx, decision.started, at)
    withdraw_notices(tx, decision.withdrawn_notices)
    tx.query_one("cases.decrease_pending", number=command.case, many=len(decision.tasks) + len(decision.lapsed))
    if decision.closes:
        tx.update("cases", {"number": command.case}, state="closed", closed_at=at)
    store_case_dates(tx, command.case, decision.dates)
    for number in decision.settled:
        settle_objection(tx, command.case, number, entry, note=command.reason)
    end_unneeded(tx, command.case, at)
    record_visit_case(tx, command.visit, command.case, "withdrawal", at)
    mark_case_changed(tx, command.case)
