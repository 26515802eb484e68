"""Consequences of a decision on a task: what starts, lapses, opens again or is checked again, results, closing.

They are the same whether an officer decides the task or the law does, by the lapse of time (`deemed_approval`).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, ClassVar, Literal

import msgspec
from msgspec.structs import replace

from clerk_app.cases.case_dates import CaseDates, store_case_dates, update_case_dates
from clerk_app.cases.case_record import CaseRecord
from clerk_app.cases.changes import mark_case_changed
from clerk_app.cases.lapses import earlier_reason, list_lapsing_tasks, list_reopening_tasks, reset_lapsed
from clerk_app.cases.notices import find_settled_notices, withdraw_notices
from clerk_app.cases.objections import RELIED_ON_REFUSED, insert_objection, next_objection_number
from clerk_app.cases.promises.rows import end_unneeded
from clerk_app.cases.result_holders import ResultParty, plan_result_parties, store_result_parties
from clerk_app.cases.result_licences import LicenceChanges, plan_licences, store_licence_changes
from clerk_app.cases.result_materials import (
    ResultMaterial,
    ResultValues,
    plan_result_materials,
    store_result_materials,
)
from clerk_app.cases.states import next_case_state
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
from clerk_app.cases.tasks.similar_findings import SettledFinding
from clerk_app.catalogue.publication import read_calendar
from clerk_app.catalogue.routing import MatterProgress, TaskState, find_ready
from clerk_app.ledger.commands import CommandDecision, MessagePart, Moment
from db.engines import Row, Transaction
from db.json_lists import encode_json_list

if TYPE_CHECKING:
    from clerk_app.catalogue.legal_calendar import LegalCalendar


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
    `similar` are the similar applications that the officer was shown, and how each was settled.
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
    similar: tuple[SettledFinding, ...] = ()


def plan_consequences(
    tx: Transaction,
    case: CaseRecord,
    task: Row,
    outcome: Literal["approved", "refused"],
    values: Mapping[str, str],
    moment: Moment,
) -> TaskDecided:
    """Return the consequences of a decision on a task of a case; `values` are those of its results, by field id."""
    progress = case.matter_progress()
    progress[task["matter"]] = replace(progress[task["matter"]], state=TaskState(outcome))
    calendar = read_calendar(tx, case.catalogue)
    lapsing = list_lapsing_tasks(case, progress, task["id"])
    reopening = list_reopening_tasks(case, progress)
    at = moment.corrected_at
    if outcome == "approved":
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
    started = find_startable_tasks(calendar, case, progress, moment)
    changes: dict[str, Row] = {
        task["id"]: {"state": outcome, "ended_at": at},
        **{row["id"]: {"state": "lapsed", "ended_at": at} for row in lapsing},
        **{row["id"]: {"state": "waiting", "ended_at": None, "extended_days": 0} for row in reopening},
        **{new.id: {**started_columns(new), "ended_at": None} for new in started},
    }
    new_rows = [{**task_columns(new, case.number, at, rechecked), "ended_at": None} for new, rechecked in rechecks]
    return TaskDecided(
        case=case.number,
        organ=task["organ"],
        started=started,
        lapsed=tuple(LapsedTask(task=row["id"], organ=row["organ"], caused_by=task["id"]) for row in lapsing),
        reopened=tuple(ReopenedTask(task=row["id"], organ=row["organ"]) for row in reopening),
        rechecks=tuple(recheck for recheck, _ in rechecks),
        rechecked_tasks=tuple(rechecked for _, rechecked in rechecks),
        objection=_number_objection(tx, task, outcome, is_needed=bool(rechecks or lapsing)),
        withdrawn_notices=find_settled_notices(tx, case, ended),
        closes=pending == 0,
        dates=update_case_dates(calendar, case, changes, new_rows),
        licences=plan_licences(tx, case, task, outcome, {result.product for result in results}),
        results=results,
        parties=parties,
    )


def _number_objection(tx: Transaction, task: Row, outcome: str, *, is_needed: bool) -> int:
    """Return the number of the objection that reports what a refused re-check has changed; 0 without one."""
    if not is_needed or outcome != "refused" or task["recheck_of"] is None:
        return 0
    return next_objection_number(tx, task["case_number"])


def find_startable_tasks(
    calendar: LegalCalendar, case: CaseRecord, progress: Mapping[str, MatterProgress], moment: Moment
) -> tuple[NewTask, ...]:
    """Return the tasks that may start at `moment` with this progress of the matters."""
    matters = find_ready(case.plan, reset_lapsed(progress))
    planned = {matter.id: matter for matter in case.plan.active_matters}
    return tuple(
        build_task(calendar, planned[task["matter"]], task["id"], moment.corrected_at, task["organ"])
        for task in case.tasks
        if task["state"] in ("waiting", "lapsed") and task["matter"] in matters
    )


def store_consequences(
    tx: Transaction,
    moment: Moment,
    decided_at: int,
    decision: TaskDecided,
    task: str,
    outcome: str,
    personal: ResultValues | None,
) -> None:
    """Store the consequences of a decision on a task. `decided_at` is the time of the command, microseconds UTC."""
    if decision.consequences_pending:
        return
    ended_at = moment.corrected_at
    for lapsed in decision.lapsed:
        if lapsed.caused_by:
            lapse_task(tx, lapsed.task, lapsed.organ, lapsed.caused_by, ended_at, decided_at)
        else:
            reason = earlier_reason(task)
            record_decision(tx, moment, decided_at, lapsed.task, lapsed.organ, "lapsed", reason=reason)
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
                "task": task,
                "tasks": ",".join(decision.rechecked_tasks),
                "lapsed": ",".join(lapsed.task for lapsed in decision.lapsed),
            },
            raised_at=decided_at,
        )
    withdraw_notices(tx, decision.withdrawn_notices)
    ended = 1 + len(decision.lapsed) - len(decision.reopened) - len(decision.rechecks)
    count = tx.query_one("cases.decrease_pending", number=decision.case, many=ended)
    if count is None or (count["pending"] == 0) != decision.closes:
        raise AssertionError(f"case {decision.case}: count of open tasks {count}, closes: {decision.closes}")
    if decision.closes:
        tx.update("cases", {"number": decision.case}, state="closed", closed_at=ended_at)
    store_case_dates(tx, decision.case, decision.dates)
    if outcome == "refused":
        end_unneeded(tx, decision.case, ended_at)
    store_licence_changes(tx, decision.case, decision.licences)
    store_result_parties(tx, decision.case, decision.parties, personal.values if personal else {})
    store_result_materials(tx, decision.case, decision.results, personal, ended_at, moment.actor.id)
    mark_case_changed(tx, decision.case)


def record_decision(
    tx: Transaction,
    moment: Moment,
    decided_at: int,
    task: str,
    organ: str,
    outcome: str,
    *,
    reason: str = "",
    reason_codes: tuple[str, ...] = (),
    fence: int = 0,
    paper_due_at: int | None = None,
) -> None:
    """End a task and insert its decision; with `paper_due_at` nobody signs it, because it is deemed approved."""
    end_task(tx, task, organ, outcome, moment.corrected_at, decided_at)
    tx.insert(
        "decisions",
        task=task,
        outcome=outcome,
        reason=reason,
        reason_codes=encode_json_list(reason_codes),
        signer=moment.actor.id if paper_due_at is None else "",
        organ=organ,
        fence=fence,
        at=moment.corrected_at,
        paper_due_at=paper_due_at,
    )
