"""Decisions and commitments: each organ decides its own task, with its own signer and reasons.

The transaction of a decision also starts the tasks that may start now, ends those that lapse (终止) with a refusal,
opens those again whose lapse is reversed, and changes the count of open tasks. The decision that brings the count to
zero closes the case, so a case is closed exactly once.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, Literal

from msgspec.structs import replace

from clerk_app.cases.case_dates import CaseDates, store_case_dates, update_case_dates
from clerk_app.cases.case_record import read_case
from clerk_app.cases.changes import mark_case_changed
from clerk_app.cases.checks import require_stock_reasons
from clerk_app.cases.identifiers import case_number_of
from clerk_app.cases.promises.waiting import require_brought
from clerk_app.cases.result_materials import (
    ResultValues,
    require_result_values,
)
from clerk_app.cases.states import next_task_state
from clerk_app.cases.tasks.claims import get_held_task
from clerk_app.cases.tasks.lead_decides import require_reason_for_early_decision
from clerk_app.cases.tasks.new_tasks import (
    NewTask,
    start_tasks,
    started_columns,
)
from clerk_app.cases.tasks.referral_records import require_other_reviewer
from clerk_app.cases.tasks.similar_findings import require_settled
from clerk_app.cases.tasks.similar_searches import require_searched
from clerk_app.cases.tasks.unsettled_exclusions import require_no_rival
from clerk_app.catalogue.publication import read_calendar
from clerk_app.errors import Refused
from clerk_app.ledger.access import MachineKind, Role
from clerk_app.ledger.commands import Command, CommandDecision, Entry, Moment, RuleSet
from clerk_app.ledger.persons import person_of
from clerk_app.locales import mark
from db.engines import Row, Transaction

if TYPE_CHECKING:
    pass

from clerk_app.cases.tasks.consequences import LapsedTask as LapsedTask
from clerk_app.cases.tasks.consequences import ReopenedTask as ReopenedTask
from clerk_app.cases.tasks.consequences import TaskDecided as TaskDecided
from clerk_app.cases.tasks.consequences import (
    find_startable_tasks,
    plan_consequences,
    record_decision,
    store_consequences,
)

RULES = RuleSet()


class DecideTask(Command[TaskDecided], frozen=True, kw_only=True):
    """Approves or refuses a task that the actor holds. A refusal needs a reason, an approval may have one.

    `reason_codes` are ids of stock reasons of the catalogue of the case, `reason` is in the officer's own words.
    `personal` has what the officer filled in for the results of the matter; None without such fields.
    """

    stored_name: ClassVar[str] = "DecideTask"
    task: str
    fence: int
    outcome: Literal["approved", "refused"]
    reason: str = ""
    reason_codes: tuple[str, ...] = ()
    personal: ResultValues | None = None


class TaskCommitted(CommandDecision, frozen=True, kw_only=True):
    """Tasks that may start on the commitment alone, and the new dates of the case; None if they do not change."""

    stored_name: ClassVar[str] = "Committed"
    case: str
    organ: str
    started: tuple[NewTask, ...] = ()
    dates: CaseDates | None = None


class CommitTask(Command[TaskCommitted], frozen=True, kw_only=True):
    """Commits the organ in writing to approve later (前置联办件).

    Matters that wait only for this commitment may then start.
    """

    stored_name: ClassVar[str] = "CommitTask"
    task: str
    fence: int
    note: str


_ACTS = {"approved": "approve", "refused": "refuse"}


def _require_second_person(tx: Transaction, task: Row, moment: Moment) -> None:
    """Raise Refused if the person who accepted the case would approve it, under whatever account."""
    case = tx.get("cases", number=task["case_number"])
    if case is not None and person_of(tx, case["clerk"]) == person_of(tx, moment.actor.id):
        raise Refused("same_person", "Who accepted a case does not approve it. Give the task to a colleague.")


def _decide(tx: Transaction, command: DecideTask, moment: Moment) -> TaskDecided:
    task = get_held_task(tx, command.task, command.fence, moment)
    if command.outcome not in _ACTS:
        raise Refused("outcome", "A task is approved or refused; there is no decision {name}.", name=command.outcome)
    next_task_state(task["state"], _ACTS[command.outcome])
    require_other_reviewer(tx, command.task, moment)
    if command.outcome == "approved":
        _require_second_person(tx, task, moment)
        require_brought(tx, task, moment)
    if command.outcome == "refused" and not (command.reason.strip() or command.reason_codes):
        raise Refused("reason", "A refusal needs its reason: the citizen gets it in writing.")
    values = command.personal.values if command.personal is not None else {}
    if command.outcome == "approved":
        found = read_case(tx, task["case_number"])
        require_no_rival(found, task["matter"])
        require_searched(tx, found, command.task, task["matter"], moment)
        require_reason_for_early_decision(found, task["matter"], command.reason)
        require_result_values(tx, found, task["matter"], values, moment.corrected_at)
    elif values:
        raise Refused("result_field", "A refusal has no result, so nothing is filled in for it.")
    similar = require_settled(tx, command.task, command.outcome)
    if not moment.is_authority:
        return TaskDecided(case=task["case_number"], organ=task["organ"], consequences_pending=True, similar=similar)
    case = read_case(tx, task["case_number"])
    require_stock_reasons(case.catalogue, command.reason_codes)
    return replace(plan_consequences(tx, case, task, command.outcome, values, moment), similar=similar)


def _case_stream(command: DecideTask | CommitTask, _: object) -> str:
    return f"case/{case_number_of(command.task)}"


@RULES.register(
    DecideTask,
    TaskDecided,
    permission="task.decide",
    roles=(Role.OFFICER,),
    machines=(MachineKind.DEPARTMENT,),
    label=mark("Decision on a task"),
    decide=_decide,
    stream=_case_stream,
    documents=("case", "promise"),
)
def _apply(tx: Transaction, entry: Entry[DecideTask, TaskDecided]) -> None:
    command, decision = entry.command, entry.decision
    record_decision(
        tx,
        entry.moment,
        entry.decided_at,
        command.task,
        decision.organ,
        command.outcome,
        reason=command.reason,
        reason_codes=command.reason_codes,
        fence=command.fence,
    )
    store_consequences(tx, entry.moment, entry.decided_at, decision, command.task, command.outcome, command.personal)


def _decide_commit(tx: Transaction, command: CommitTask, moment: Moment) -> TaskCommitted:
    task = get_held_task(tx, command.task, command.fence, moment)
    next_task_state(task["state"], "commit")
    if task["committed_at"] is not None:
        raise Refused("committed", "This organ has committed itself already.")
    if not moment.is_authority:
        return TaskCommitted(case=task["case_number"], organ=task["organ"])
    case = read_case(tx, task["case_number"])
    progress = case.matter_progress()
    progress[task["matter"]] = replace(progress[task["matter"]], committed=True)
    calendar = read_calendar(tx, case.catalogue)
    started = find_startable_tasks(calendar, case, progress, moment)
    return TaskCommitted(
        case=case.number,
        organ=task["organ"],
        started=started,
        dates=update_case_dates(calendar, case, {new.id: started_columns(new) for new in started}) if started else None,
    )


@RULES.register(
    CommitTask,
    TaskCommitted,
    permission="task.commit",
    roles=(Role.OFFICER,),
    machines=(MachineKind.DEPARTMENT,),
    label=mark("Commitment in writing"),
    decide=_decide_commit,
    stream=_case_stream,
    documents=("case",),
)
def _apply_commit(tx: Transaction, entry: Entry[CommitTask, TaskCommitted]) -> None:
    tx.update("tasks", {"id": entry.command.task}, committed_at=entry.moment.corrected_at)
    start_tasks(tx, entry.decision.started, entry.moment.corrected_at)
    store_case_dates(tx, entry.decision.case, entry.decision.dates)
    mark_case_changed(tx, entry.decision.case)
