"""Decisions and commitments: each organ decides its own task, with its own signer and reasons.

The transaction of a decision also starts the tasks that may start now, ends those that lapse (终止) with a refusal,
opens those again whose lapse is reversed, and changes the count of open tasks. The decision that brings the count to
zero closes the case, so a case is closed exactly once.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, ClassVar, Literal

import msgspec
from msgspec.structs import replace

from clerk_app.cases.case_dates import CaseDates, store_case_dates, update_case_dates
from clerk_app.cases.case_record import CaseRecord, read_case
from clerk_app.cases.changes import mark_case_changed
from clerk_app.cases.checks import require_stock_reasons
from clerk_app.cases.identifiers import case_number_of
from clerk_app.cases.lapses import earlier_reason, list_lapsing_tasks, list_reopening_tasks, reset_lapsed
from clerk_app.cases.notices import find_settled_notices, withdraw_notices
from clerk_app.cases.objections import RELIED_ON_REFUSED, insert_objection, next_objection_number
from clerk_app.cases.result_holders import ResultParty, plan_result_parties, store_result_parties
from clerk_app.cases.result_licences import LicenceChanges, plan_licences, store_licence_changes
from clerk_app.cases.result_materials import (
    ResultMaterial,
    ResultValues,
    plan_result_materials,
    require_result_values,
    store_result_materials,
)
from clerk_app.cases.states import next_case_state, next_task_state
from clerk_app.cases.tasks.claims import get_held_task
from clerk_app.cases.tasks.new_tasks import (
    NewTask,
    build_task,
    insert_tasks,
    start_tasks,
    started_columns,
    task_columns,
)
from clerk_app.cases.tasks.queue import end_task, lapse_task, reopen_task
from clerk_app.cases.tasks.rechecks import build_dependent_rechecks, build_result_rechecks
from clerk_app.catalogue.publication import read_calendar
from clerk_app.catalogue.routing import MatterProgress, TaskState, find_ready
from clerk_app.errors import Refused
from clerk_app.ledger.access import MachineKind, Role
from clerk_app.ledger.commands import Command, CommandDecision, Entry, MessagePart, Moment, RuleSet
from clerk_app.ledger.persons import person_of
from clerk_app.locales import mark
from db.engines import Row, Transaction
from db.json_lists import encode_json_list

if TYPE_CHECKING:
    from clerk_app.catalogue.legal_calendar import LegalCalendar

RULES = RuleSet()


class LapsedTask(MessagePart, frozen=True, kw_only=True):
    """A task that ends without a decision of its own, because the task `caused_by` was refused.

    `caused_by` is empty in entries of schema 0005 and before; these record the lapse as a decision.
    """

    task: str
    organ: str
    caused_by: str = ""


class ReopenedTask(MessagePart, frozen=True, kw_only=True):
    """A lapsed task that opens again, because the refusal that caused its lapse was reversed."""

    task: str
    organ: str


class TaskDecided(CommandDecision, frozen=True, kw_only=True):
    """Consequences of a decision.

    `rechecks` are new tasks of organs that had decided in reliance on the refused task; `rechecked_tasks` are the
    tasks that they check again, in the same order. `objection` is the number of the objection that reports these, and
    the tasks that a refused re-check ended.
    They are also tasks of organs that had decided in reliance on a result whose content another approval has changed.
    `licences` are to be made out or revoked; `results` become materials of the case and belong to `parties`.
    `consequences_pending` is true for a decision made at a window, which does not have the whole case. The authority
    then computes the consequences. `dates` are the new dates of the case; None if they do not change.
    """

    stored_name: ClassVar[str] = "TaskDecided"
    case: str
    organ: str
    started: tuple[NewTask, ...] = ()
    lapsed: tuple[LapsedTask, ...] = msgspec.field(name="fallen", default=())
    reopened: tuple[ReopenedTask, ...] = ()
    rechecks: tuple[NewTask, ...] = ()
    rechecked_tasks: tuple[str, ...] = ()
    objection: int = 0
    withdrawn_notices: tuple[str, ...] = ()
    closes: bool = False
    consequences_pending: bool = msgspec.field(name="only_this", default=False)
    dates: CaseDates | None = None
    licences: LicenceChanges | None = None
    results: tuple[ResultMaterial, ...] = ()
    parties: tuple[ResultParty, ...] = ()


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
    if command.outcome == "approved":
        _require_second_person(tx, task, moment)
    if command.outcome == "refused" and not (command.reason.strip() or command.reason_codes):
        raise Refused("reason", "A refusal needs its reason: the citizen gets it in writing.")
    values = command.personal.values if command.personal is not None else {}
    if command.outcome == "approved":
        require_result_values(tx, read_case(tx, task["case_number"]), task["matter"], values, moment.corrected_at)
    elif values:
        raise Refused("result_field", "A refusal has no result, so nothing is filled in for it.")
    if not moment.is_authority:
        return TaskDecided(case=task["case_number"], organ=task["organ"], consequences_pending=True)
    case = read_case(tx, task["case_number"])
    require_stock_reasons(case.catalogue, command.reason_codes)
    progress = case.matter_progress()
    progress[task["matter"]] = replace(progress[task["matter"]], state=TaskState(command.outcome))
    calendar = read_calendar(tx, case.catalogue)
    lapsing = list_lapsing_tasks(case, progress, command.task)
    reopening = list_reopening_tasks(case, progress)
    at = moment.corrected_at
    if command.outcome == "approved":
        results = plan_result_materials(tx, case, task, values, at)
        parties = plan_result_parties(tx, case, task["matter"], values)
        rechecks = build_result_rechecks(calendar, case, results, moment)
    else:
        results, parties = (), ()
        rechecks = build_dependent_rechecks(calendar, case, progress, task, moment)
    pending = case.row["pending"] - 1 - len(lapsing) + len(reopening) + len(rechecks)
    if pending == 0:
        next_case_state(case.row["state"], "close")
    ended = case.open_supplements_of({task["id"], *(row["id"] for row in lapsing)})
    started = _startable_tasks(calendar, case, progress, moment)
    changes: dict[str, Row] = {
        command.task: {"state": command.outcome, "ended_at": at},
        **{row["id"]: {"state": "lapsed", "ended_at": at} for row in lapsing},
        **{row["id"]: {"state": "waiting", "ended_at": None, "extended_days": 0} for row in reopening},
        **{new.id: {**started_columns(new), "ended_at": None} for new in started},
    }
    new_rows = [{**task_columns(new, case.number, at, rechecked), "ended_at": None} for new, rechecked in rechecks]
    return TaskDecided(
        case=case.number,
        organ=task["organ"],
        started=started,
        lapsed=tuple(LapsedTask(task=row["id"], organ=row["organ"], caused_by=command.task) for row in lapsing),
        reopened=tuple(ReopenedTask(task=row["id"], organ=row["organ"]) for row in reopening),
        rechecks=tuple(recheck for recheck, _ in rechecks),
        rechecked_tasks=tuple(rechecked for _, rechecked in rechecks),
        objection=_number_objection(tx, command, task, is_needed=bool(rechecks or lapsing)),
        withdrawn_notices=find_settled_notices(tx, case, ended),
        closes=pending == 0,
        dates=update_case_dates(calendar, case, changes, new_rows),
        licences=plan_licences(tx, case, task, command.outcome, {result.product for result in results}),
        results=results,
        parties=parties,
    )


def _number_objection(tx: Transaction, command: DecideTask, task: Row, *, is_needed: bool) -> int:
    """Return the number of the objection that reports what a refused re-check has changed; 0 without one."""
    if not is_needed or command.outcome != "refused" or task["recheck_of"] is None:
        return 0
    return next_objection_number(tx, task["case_number"])


def _startable_tasks(
    calendar: LegalCalendar, case: CaseRecord, progress: Mapping[str, MatterProgress], moment: Moment
) -> tuple[NewTask, ...]:
    matters = find_ready(case.plan, reset_lapsed(progress))
    planned = {matter.id: matter for matter in case.plan.active_matters}
    return tuple(
        build_task(calendar, planned[task["matter"]], task["id"], moment.corrected_at)
        for task in case.tasks
        if task["state"] in ("waiting", "lapsed") and task["matter"] in matters
    )


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
    documents=("case",),
)
def _apply(tx: Transaction, entry: Entry[DecideTask, TaskDecided]) -> None:
    command, decision = entry.command, entry.decision
    _record_decision(
        tx, entry, command.task, decision.organ, command.outcome, command.reason, command.fence, command.reason_codes
    )
    if decision.consequences_pending:
        return
    ended_at = entry.moment.corrected_at
    for lapsed in decision.lapsed:
        if lapsed.caused_by:
            lapse_task(tx, lapsed.task, lapsed.organ, lapsed.caused_by, ended_at, entry.decided_at)
        else:
            _record_decision(tx, entry, lapsed.task, lapsed.organ, "lapsed", earlier_reason(command.task), 0)
    for reopened in decision.reopened:
        reopen_task(tx, reopened.task, reopened.organ)
    start_tasks(tx, decision.started, ended_at)
    for recheck, rechecked in zip(decision.rechecks, decision.rechecked_tasks, strict=True):
        insert_tasks(tx, decision.case, [recheck], ended_at, recheck_of=rechecked)
    if decision.objection:
        insert_objection(
            tx,
            decision.case,
            decision.objection,
            RELIED_ON_REFUSED,
            facts={
                "task": command.task,
                "tasks": ",".join(decision.rechecked_tasks),
                "lapsed": ",".join(lapsed.task for lapsed in decision.lapsed),
            },
            raised_at=entry.decided_at,
        )
    withdraw_notices(tx, decision.withdrawn_notices)
    ended = 1 + len(decision.lapsed) - len(decision.reopened) - len(decision.rechecks)
    count = tx.query_one("cases.decrease_pending", number=decision.case, many=ended)
    if count is None or (count["pending"] == 0) != decision.closes:
        raise AssertionError(f"case {decision.case}: count of open tasks {count}, closes: {decision.closes}")
    if decision.closes:
        tx.update("cases", {"number": decision.case}, state="closed", closed_at=ended_at)
    store_case_dates(tx, decision.case, decision.dates)
    store_licence_changes(tx, decision.case, decision.licences)
    store_result_parties(tx, decision.case, decision.parties, command.personal.values if command.personal else {})
    store_result_materials(tx, decision.case, decision.results, command.personal, ended_at, entry.moment.actor.id)
    mark_case_changed(tx, decision.case)


def _record_decision(
    tx: Transaction,
    entry: Entry[DecideTask, TaskDecided],
    task: str,
    organ: str,
    outcome: str,
    reason: str,
    fence: int,
    reason_codes: tuple[str, ...] = (),
) -> None:
    end_task(tx, task, organ, outcome, entry.moment.corrected_at, entry.decided_at)
    tx.insert(
        "decisions",
        task=task,
        outcome=outcome,
        reason=reason,
        reason_codes=encode_json_list(reason_codes),
        signer=entry.moment.actor.id,
        organ=organ,
        fence=fence,
        at=entry.moment.corrected_at,
    )


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
    started = _startable_tasks(calendar, case, progress, moment)
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
