"""What follows when a promise proves false: a second person of the organ confirms it, and decisions are revoked (撤销).

Each approval of the organ that relied on the promise is revoked by a re-check task that is refused at once, so that its
results, licences and letters follow the rules of a refused re-check. Open tasks of the organ are refused, and matters
that depend on them lapse. Approvals of other organs that relied on a revoked one are checked by these organs.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, ClassVar

import msgspec

from clerk_app.cases.case_dates import CaseDates, store_case_dates, update_case_dates
from clerk_app.cases.case_record import CaseRecord, read_case
from clerk_app.cases.changes import mark_case_changed
from clerk_app.cases.checks import require_reason
from clerk_app.cases.identifiers import case_number_of_promise, format_task_id
from clerk_app.cases.lapses import list_lapsing_tasks
from clerk_app.cases.notices import find_settled_notices, withdraw_notices
from clerk_app.cases.promises.follow_ups import get_own_promise, is_only_check
from clerk_app.cases.promises.offers import RELIED, MadePromise, compute_follow_up, find_check_days
from clerk_app.cases.promises.records import insert_record
from clerk_app.cases.promises.rows import (
    BROKEN,
    OPEN,
    REPORTED,
    end_unneeded,
    get_promise,
    insert_promises,
    read_promises,
    recover_promise_act,
    update_promise,
)
from clerk_app.cases.result_licences import LicenceChanges, plan_licences, store_licence_changes
from clerk_app.cases.result_materials import PRODUCED
from clerk_app.cases.states import next_case_state
from clerk_app.cases.tasks.decisions import LapsedTask
from clerk_app.cases.tasks.new_tasks import NewTask, build_task, insert_tasks
from clerk_app.cases.tasks.queue import end_task, lapse_task
from clerk_app.catalogue.publication import read_calendar, read_policy
from clerk_app.catalogue.routing import MatterProgress, TaskState
from clerk_app.errors import Refused
from clerk_app.ledger.access import MachineKind, Role
from clerk_app.ledger.commands import Command, CommandDecision, Entry, MessagePart, Moment, Placement, RuleSet
from clerk_app.ledger.persons import person_of
from clerk_app.locales import mark
from db.engines import Row, Transaction
from db.json_lists import decode_json_list, encode_json_list

if TYPE_CHECKING:
    from clerk_app.catalogue.legal_calendar import LegalCalendar

RULES = RuleSet()
_DAY = 86_400_000_000  # microseconds


class RevokedTask(MessagePart, frozen=True, kw_only=True):
    """An approved task, and the re-check that is refused in the same act."""

    task: str
    recheck: NewTask


class PromiseAnswered(CommandDecision, frozen=True, kw_only=True):
    """Consequences of the answer to a report; none if it was rejected.

    `refused` are open tasks of the organ, `lapsed` those of matters that depend on them. `checks` are follow-ups of
    other organs. `reissues`: results were made out and not handed over; they are put together again. `counts_until`:
    of the record of the applicant `subject`, microseconds UTC; 0 for none.
    """

    stored_name: ClassVar[str] = "PromiseAnswered"
    case: str
    organ: str
    revoked: tuple[RevokedTask, ...] = ()
    refused: tuple[str, ...] = ()
    lapsed: tuple[LapsedTask, ...] = ()
    licences: tuple[LicenceChanges, ...] = ()
    checks: tuple[MadePromise, ...] = ()
    first_check: int = 0
    withdrawn_notices: tuple[str, ...] = ()
    closes: bool = False
    reissues: bool = False
    dates: CaseDates | None = None
    subject: str = ""
    counts_until: int = 0


class AnswerReport(Command[PromiseAnswered], frozen=True, kw_only=True):
    """Confirms that a promise is false, or rejects the report of a colleague. `note` is needed to reject it."""

    stored_name: ClassVar[str] = "AnswerPromiseReport"
    promise: str
    confirmed: bool
    note: str = ""


def _decide(tx: Transaction, command: AnswerReport, moment: Moment) -> PromiseAnswered:
    promise = get_own_promise(tx, command.promise, moment, REPORTED)
    if person_of(tx, promise["reported_by"]) == person_of(tx, moment.actor.id):
        raise Refused("same_person", "Who reports a promise as false does not confirm it: a colleague does.")
    case = read_case(tx, promise["case_number"])
    if not command.confirmed:
        require_reason(command.note)
        return PromiseAnswered(case=case.number, organ=promise["organ"])
    calendar, at = read_calendar(tx, case.catalogue), moment.corrected_at
    matters = decode_json_list(promise["matters"])
    approved = _list_approved(case, matters)
    refused = [task for task in case.open_tasks() if task["matter"] in matters]
    revoked = _build_rechecks(calendar, case, approved, at)
    progress = _refuse(case, [*approved, *refused])
    lapsing = _list_lapsing(case, progress, refused)
    pending = case.row["pending"] - len(refused) - len(lapsing)
    closes = case.row["state"] == "accepted" and bool(refused or lapsing) and pending == 0
    if closes:
        next_case_state(case.row["state"], "close")
    changes: dict[str, Row] = {
        **{task["id"]: {"state": "refused", "ended_at": at} for task in refused},
        **{task["id"]: {"state": "lapsed", "ended_at": at} for task in lapsing},
    }
    licences = (plan_licences(tx, case, task, "refused") for task in (*approved, *refused))
    checks = _build_checks(calendar, case, [task["matter"] for task in approved], matters, at)
    days = read_policy(tx).broken_promise_days
    applicant = str(case.row["applicant"])
    return PromiseAnswered(
        case=case.number,
        organ=promise["organ"],
        revoked=tuple(
            RevokedTask(task=task["id"], recheck=recheck) for task, recheck in zip(approved, revoked, strict=True)
        ),
        refused=tuple(task["id"] for task in refused),
        lapsed=tuple(
            LapsedTask(task=task["id"], organ=task["organ"], caused_by=_find_cause(case, task, refused, revoked))
            for task in lapsing
        ),
        licences=tuple(found for found in licences if found is not None),
        checks=checks,
        first_check=len(read_promises(tx, case.number)) + 1,
        withdrawn_notices=find_settled_notices(
            tx, case, case.open_supplements_of({task["id"] for task in (*refused, *lapsing)})
        ),
        closes=closes,
        reissues=case.row["state"] == "issued" and bool(revoked),
        dates=update_case_dates(calendar, case, changes) if changes and case.row["state"] == "accepted" else None,
        subject="" if "/" in applicant else applicant,
        counts_until=0 if is_only_check(promise) else at + days * _DAY,
    )


def _list_approved(case: CaseRecord, matters: Sequence[str]) -> list[Row]:
    """Return the approved task in force of each of these matters that has no open re-check."""
    latest = case.latest_tasks()
    return [latest[matter] for matter in matters if matter in latest and latest[matter]["state"] == "approved"]


def _build_rechecks(calendar: LegalCalendar, case: CaseRecord, approved: Sequence[Row], at: int) -> list[NewTask]:
    planned = {matter.id: matter for matter in case.plan.active_matters}
    first = len(case.tasks) + 1
    return [
        build_task(calendar, planned[task["matter"]], format_task_id(case.number, first + number), at, task["organ"])
        for number, task in enumerate(approved)
    ]


def _refuse(case: CaseRecord, tasks: Sequence[Row]) -> dict[str, MatterProgress]:
    """Return the progress of the matters with these tasks as refused."""
    progress = case.matter_progress()
    for task in tasks:
        found = progress.get(task["matter"], MatterProgress())
        progress[task["matter"]] = msgspec.structs.replace(found, state=TaskState.REFUSED)
    return progress


def _list_lapsing(case: CaseRecord, progress: Mapping[str, MatterProgress], refused: Sequence[Row]) -> list[Row]:
    ended = {task["id"] for task in refused}
    return [task for task in list_lapsing_tasks(case, progress, "") if task["id"] not in ended]


def _find_cause(case: CaseRecord, lapsed: Row, refused: Sequence[Row], revoked: Sequence[NewTask]) -> str:
    """Return the refused task that a lapsed one depends on, the first one if it does so by way of another."""
    after = next(planned.after for planned in case.plan.active_matters if planned.id == lapsed["matter"])
    before = {arrow.matter for arrow in after}
    causes = {str(task["matter"]): str(task["id"]) for task in refused} | {task.matter: task.id for task in revoked}
    return next((task for matter, task in causes.items() if matter in before), next(iter(causes.values())))


def _build_checks(
    calendar: LegalCalendar, case: CaseRecord, revoked: Sequence[str], own: Sequence[str], at: int
) -> tuple[MadePromise, ...]:
    """Return the follow-ups of the approvals that relied on a revoked matter: by its decision or by its result."""
    checks: list[MadePromise] = []
    progress = case.matter_progress()
    made = {row["material"] for row in case.materials if row["how"] == PRODUCED}
    for matter in revoked:
        results = {product.material for product in case.catalogue.matter(matter).produces} & made
        for planned in case.plan.active_matters:
            relies = results.intersection(planned.materials) or any(
                arrow.matter == matter and arrow.if_refused == "lapse" for arrow in planned.after
            )
            if relies and planned.id not in own and progress[planned.id].state is TaskState.APPROVED:
                organ, days = case.latest_tasks()[planned.id]["organ"], find_check_days(case.catalogue, [planned.id])
                due_at, expected = compute_follow_up(calendar, organ, at, days)
                checks.append(
                    MadePromise(
                        kind=RELIED,
                        subject=matter,
                        organ=organ,
                        matters=(planned.id,),
                        due_at=due_at,
                        expected=expected,
                    )
                )
    return tuple(checks)


@RULES.register(
    AnswerReport,
    PromiseAnswered,
    permission="promise.follow_up",
    roles=(Role.OFFICER,),
    machines=(MachineKind.DEPARTMENT,),
    label=mark("Answer to the report of a false promise"),
    decide=_decide,
    stream=lambda command, _: f"case/{case_number_of_promise(command.promise)}",
    documents=("promise", "case", "broken_promise"),
    placement=Placement.REMOTE,
    recover=recover_promise_act,
)
def _apply(tx: Transaction, entry: Entry[AnswerReport, PromiseAnswered]) -> None:
    command, decision, at = entry.command, entry.decision, entry.moment.corrected_at
    promise = get_promise(tx, command.promise)
    settled = {"settled_by": entry.moment.actor.id, "settled_at": at, "note": command.note.strip()}
    if not command.confirmed:
        update_promise(tx, promise, state=OPEN, note=command.note.strip())
        mark_case_changed(tx, decision.case)
        return
    update_promise(tx, promise, state=BROKEN, **settled)
    for revoked in decision.revoked:
        insert_tasks(tx, decision.case, [revoked.recheck], at, recheck_of=revoked.task)
        _record_refusal(tx, entry, revoked.recheck.id, promise["reason"])
    for task in decision.refused:
        _record_refusal(tx, entry, task, promise["reason"])
    for lapsed in decision.lapsed:
        lapse_task(tx, lapsed.task, lapsed.organ, lapsed.caused_by, at, entry.decided_at)
    withdraw_notices(tx, decision.withdrawn_notices)
    tx.query_one("cases.decrease_pending", number=decision.case, many=len(decision.refused) + len(decision.lapsed))
    if decision.closes:
        tx.update("cases", {"number": decision.case}, state="closed", closed_at=at)
    if decision.reissues:
        tx.update("cases", {"number": decision.case}, state="closed")
    store_case_dates(tx, decision.case, decision.dates)
    for changes in decision.licences:
        store_licence_changes(tx, decision.case, changes)
    case = tx.get("cases", number=decision.case)
    if case is not None and decision.checks:
        insert_promises(tx, case, decision.checks, entry, decision.first_check)
    end_unneeded(tx, decision.case, at)
    if decision.counts_until:
        insert_record(tx, promise, decision.subject, decision.counts_until, at)
    mark_case_changed(tx, decision.case)


def _record_refusal(tx: Transaction, entry: Entry[AnswerReport, PromiseAnswered], task: str, reason: str) -> None:
    """End a task as refused, with the reason of the report and the signature of who confirmed it."""
    end_task(tx, task, entry.decision.organ, "refused", entry.moment.corrected_at, entry.decided_at)
    tx.insert(
        "decisions",
        task=task,
        outcome="refused",
        reason=reason,
        reason_codes=encode_json_list(()),
        signer=entry.moment.actor.id,
        organ=entry.decision.organ,
        fence=0,
        at=entry.moment.corrected_at,
    )
