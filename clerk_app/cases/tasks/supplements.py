"""Supplements (补正): an organ returns a task for papers; the clock of that task alone is paused from the printed
notice until they arrive, or until the date on the notice has passed.

One notice collects what all tasks of a case lack (一次性告知); after it is printed, a new one is begun. When the papers
are taken in, the clock resumes with the remaining days, and a decided task that relied on a replaced paper gets a
re-check task.
"""

from __future__ import annotations

from typing import ClassVar

import msgspec

from clerk_app.cases.case_dates import CaseDates, store_case_dates
from clerk_app.cases.case_record import CaseRecord, add_materials, read_case
from clerk_app.cases.changes import mark_case_changed
from clerk_app.cases.checks import require_stock_reasons
from clerk_app.cases.completeness import GivenMaterial
from clerk_app.cases.identifiers import case_number_of
from clerk_app.cases.materials import insert_materials
from clerk_app.cases.notices import (
    TAKEN_IN,
    find_notice_time,
    find_settled_notices,
    insert_notice,
    list_printed_notices,
    withdraw_notices,
)
from clerk_app.cases.objections import (
    LATE_REQUEST,
    LATE_REQUEST_WITHOUT_REASON,
    insert_objection,
    next_objection_number,
)
from clerk_app.cases.states import CASE_STATE_NAMES, next_case_state, next_task_state
from clerk_app.cases.tasks.claims import get_held_task
from clerk_app.cases.tasks.demands import check_demand
from clerk_app.cases.tasks.late_requests import find_late_materials, require_late_reason
from clerk_app.cases.tasks.new_tasks import NewTask, insert_tasks
from clerk_app.cases.tasks.queue import get_task, suspend_task
from clerk_app.cases.tasks.rechecks import build_material_rechecks
from clerk_app.cases.tasks.resumption import ResumedTask, compute_dates_after, resume_task, return_to_queue
from clerk_app.cases.tasks.supplement_materials import (
    SupplementClaims,
    SupplementObjection,
    check_supplement_materials,
    find_time_of_materials,
    insert_supplement_objections,
    list_completed,
    require_place_of_taking,
)
from clerk_app.cases.visit_causes import record_visit_case
from clerk_app.catalogue.publication import read_calendar
from clerk_app.errors import Refused
from clerk_app.ledger.access import MachineKind, Role
from clerk_app.ledger.commands import Command, CommandDecision, Entry, Moment, RuleSet
from clerk_app.locales import mark
from db.engines import Transaction
from db.json_lists import encode_json_list

RULES = RuleSet()


class TaskReturned(CommandDecision, frozen=True, kw_only=True):
    """The requested supplement and its notice. If the notice is new, it is printed at `window`.

    `late_materials` were visible at the organ's previous notice; `objection` is the number of the objection that
    reports them to the supervisor, 0 for none. They have no reason if the notice was not known where the task was
    returned. `pauses_with_notice`: the period is paused when the notice is printed;
    false in entries of schema 0007 and before, which paused it at once. Only entries of schema 0007 have `dates`.
    `made_at` is the time of a new notice; None without one, and in entries of schema 0026 and before, which gave it the
    time of the decision. `outside_materials` are not required by the matter; `legal_basis` is why they are requested.
    """

    stored_name: ClassVar[str] = "Returned"
    case: str
    organ: str
    supplement: str
    notice: str
    new_notice: bool
    window: str
    late_materials: tuple[str, ...] = ()
    objection: int = 0
    pauses_with_notice: bool = False
    dates: CaseDates | None = None
    made_at: int | None = None
    outside_materials: tuple[str, ...] = ()
    legal_basis: str = ""


class ReturnTask(Command[TaskReturned], frozen=True, kw_only=True):
    """Returns a task that the actor holds. `materials` are those that the organ needs in order to decide.

    `reason_codes` are ids of stock reasons of the catalogue of the case, `reason` is in the officer's own words.
    `late_code` and `late_reason` are why some are requested only now (see `late_requests`),
    `legal_basis` why the matter's own list is exceeded (see `demands`).
    """

    stored_name: ClassVar[str] = "ReturnTask"
    task: str
    fence: int
    materials: tuple[str, ...]
    reason: str
    late_code: str = ""
    late_reason: str = ""
    reason_codes: tuple[str, ...] = ()
    legal_basis: str = ""


class MaterialsTakenIn(CommandDecision, frozen=True, kw_only=True):
    """Consequences of taking in materials: resumed tasks and re-checks.

    `versions` are those of the materials, in the order of the command. `rechecked_tasks` are the decided tasks that
    `rechecks` check again, in the same order. `completed` are tasks whose papers came after their term had ended.
    `dates` are the new dates of the case; None if they do not change. `taken_at` is the time of the materials; None in
    entries of schema 0026 and before, which gave them the time of the decision. `notice` is the receipt for the
    materials; empty without a window, and in entries of earlier versions. `consents` gives by material how consent was
    confirmed; `objections` are numbered from `objection`, 0 for none.
    """

    stored_name: ClassVar[str] = "TakenIn"
    case: str
    versions: tuple[int, ...]
    resumed: tuple[ResumedTask, ...] = ()
    rechecks: tuple[NewTask, ...] = ()
    rechecked_tasks: tuple[str, ...] = msgspec.field(name="rechecked", default=())
    reopens: bool = False
    withdrawn_notices: tuple[str, ...] = ()
    completed: tuple[str, ...] = ()
    dates: CaseDates | None = None
    taken_at: int | None = None
    notice: str = ""
    consents: dict[str, str] = {}
    objections: tuple[SupplementObjection, ...] = ()
    objection: int = 0


class TakeInMaterials(Command[MaterialsTakenIn], frozen=True, kw_only=True):
    """Takes in for a running case what the citizen brings, or what the city holds, with consent."""

    stored_name: ClassVar[str] = "TakeIn"
    case: str
    materials: tuple[GivenMaterial, ...]
    window: str = ""  # that prints the receipt; of an officer, the window of the case
    visit: str = ""  # in which the papers were brought; empty at a department, and in entries of earlier versions
    personal: SupplementClaims | None = None


def _decide_return(tx: Transaction, command: ReturnTask, moment: Moment) -> TaskReturned:
    task = get_held_task(tx, command.task, command.fence, moment)
    next_task_state(task["state"], "return")
    if not command.materials or not (command.reason.strip() or command.reason_codes):
        raise Refused("reason", "Say which papers are needed and why: the citizen is told once, in writing.")
    case = add_materials(tx, read_case(tx, task["case_number"]), command.materials)
    require_stock_reasons(case.catalogue, command.reason_codes)
    outside, basis = check_demand(case, task["matter"], command.materials, command.legal_basis)
    open_notice = tx.query_one("cases.open_supplement_notice", number=case.number)
    notices = tx.select("notices", case_number=case.number)
    count = sum(notice["kind"] == "supplement" for notice in notices)
    # an officer out of reach gave no reason, because this organ's notice was not known there; an objection reports it
    is_unaware = moment.is_remote and not command.late_code
    printed = list_printed_notices(case, notices, until=moment.corrected_at if is_unaware else None)
    late_materials = find_late_materials(case, task["organ"], command.materials, printed)
    if not is_unaware:
        require_late_reason(case.catalogue, late_materials, command.late_code, command.late_reason)
    return TaskReturned(
        case=case.number,
        organ=task["organ"],
        supplement=f"{command.task}-{len(case.supplements_of(command.task)) + 1}",
        notice=open_notice["id"] if open_notice else f"{case.number}-supplement-{count + 1}",
        new_notice=open_notice is None,
        window=case.row["window_id"],
        late_materials=late_materials,
        objection=next_objection_number(tx, case.number) if late_materials and moment.is_authority else 0,
        pauses_with_notice=True,
        made_at=None if open_notice else find_notice_time(tx, case.number, moment),
        outside_materials=outside,
        legal_basis=basis,
    )


@RULES.register(
    ReturnTask,
    TaskReturned,
    permission="task.return",
    roles=(Role.OFFICER,),
    machines=(MachineKind.DEPARTMENT,),
    label=mark("Return of a task for papers"),
    decide=_decide_return,
    stream=lambda command, _: f"case/{case_number_of(command.task)}",
    documents=("case",),
)
def _apply_return(tx: Transaction, entry: Entry[ReturnTask, TaskReturned]) -> None:
    command, decision = entry.command, entry.decision
    paused = {} if decision.pauses_with_notice else {"due_at": None, "statutory_at": None}
    suspend_task(tx, command.task, decision.organ, "returned", entry.decided_at, **paused)
    tx.insert(
        "supplements",
        id=decision.supplement,
        task=command.task,
        case_number=decision.case,
        notice=decision.notice,
        materials=encode_json_list(command.materials),
        reason=command.reason,
        reason_codes=encode_json_list(command.reason_codes),
        asked_by=entry.moment.actor.id,
        asked_at=entry.moment.corrected_at,
        late_materials=encode_json_list(decision.late_materials),
        late_code=command.late_code if decision.late_materials else "",
        late_reason=command.late_reason if decision.late_materials else "",
        notified_at=None if decision.pauses_with_notice else entry.moment.corrected_at,
        outside_materials=encode_json_list(decision.outside_materials),
        legal_basis=decision.legal_basis,
    )
    if decision.objection:
        insert_objection(
            tx,
            decision.case,
            decision.objection,
            LATE_REQUEST,
            facts={
                "task": command.task,
                "materials": ",".join(decision.late_materials),
                "code": command.late_code,
                "reason": command.late_reason,
            },
            raised_at=entry.decided_at,
            sentence="" if command.late_code else LATE_REQUEST_WITHOUT_REASON,
        )
    if decision.new_notice:
        made_at = decision.made_at or entry.decided_at
        insert_notice(tx, decision.notice, decision.case, "supplement", decision.window, made_at)
    store_case_dates(tx, decision.case, decision.dates)
    mark_case_changed(tx, decision.case)


def _decide_take_in(tx: Transaction, command: TakeInMaterials, moment: Moment) -> MaterialsTakenIn:
    case = read_case(tx, command.case)
    require_place_of_taking(tx, case, command.materials, moment)
    return decide_take_in(tx, command, moment, case)


def decide_take_in(tx: Transaction, command: TakeInMaterials, moment: Moment, case: CaseRecord) -> MaterialsTakenIn:
    """Check materials for a case that the actor may act on, and return what follows. Raises Refused, BadData."""
    if case.row["state"] not in ("accepted", "closed"):
        raise Refused(
            "case_state", "A case that is {state} takes in no more papers.", state=CASE_STATE_NAMES[case.row["state"]]
        )
    if not command.materials:
        raise Refused("nothing", "No paper was marked as handed in.")
    consents, objections = check_supplement_materials(tx, case, command.visit, command.materials, moment)
    if command.window not in ("", case.row["window_id"]) and tx.get("windows", id=command.window) is None:
        raise Refused("window", "There is no window {window}.", window=command.window)
    brought = {material.material for material in command.materials}
    versions = {material["material"]: material["version"] for material in case.materials}
    calendar = read_calendar(tx, case.catalogue)
    resumed = tuple(
        msgspec.structs.replace(
            resume_task(calendar, case, supplement, moment),
            papers_overdue=case.lacks_overdue_papers(supplement["task"], brought),
        )
        for supplement in case.supplements
        if supplement["answered_at"] is None
        and not supplement["kind"]
        and not case.missing_materials(supplement, brought)
    )
    replaced = brought & versions.keys()
    rechecks = build_material_rechecks(calendar, case, replaced, moment)
    return MaterialsTakenIn(
        case=case.number,
        versions=tuple(versions.get(material.material, 0) + 1 for material in command.materials),
        resumed=resumed,
        rechecks=tuple(task for task, _ in rechecks),
        rechecked_tasks=tuple(decided for _, decided in rechecks),
        reopens=bool(rechecks) and case.row["state"] == "closed" and bool(next_case_state("closed", "recheck")),
        withdrawn_notices=find_settled_notices(tx, case, {task.supplement for task in resumed}),
        completed=list_completed(case, brought),
        dates=compute_dates_after(calendar, case, resumed, rechecks, moment) if resumed or rechecks else None,
        taken_at=find_time_of_materials(case, moment),
        notice=f"{case.number}-{TAKEN_IN}-{moment.key}" if command.window else "",
        consents=consents,
        objections=objections,
        objection=next_objection_number(tx, case.number) if objections and moment.is_authority else 0,
    )


@RULES.register(
    TakeInMaterials,
    MaterialsTakenIn,
    permission="case.take_in",
    roles=(Role.CLERK, Role.OFFICER),
    machines=(MachineKind.COUNTER, MachineKind.DEPARTMENT),
    label=mark("Papers taken in"),
    decide=_decide_take_in,
    stream=lambda command, _: f"case/{command.case}",
    documents=("case", "promise"),
)
def apply_take_in(tx: Transaction, entry: Entry[TakeInMaterials, MaterialsTakenIn]) -> None:
    """Insert materials, and let the tasks that waited for them continue."""
    command, decision = entry.command, entry.decision
    taken_at = decision.taken_at or entry.decided_at
    claims = command.personal.claims if command.personal is not None else {}
    insert_materials(tx, decision.case, command.materials, decision.versions, entry, claims, taken_at)
    insert_supplement_objections(tx, decision.case, decision.objection, decision.objections, entry.decided_at)
    if decision.notice:
        insert_notice(tx, decision.notice, decision.case, TAKEN_IN, command.window, taken_at)
    for task in decision.resumed:
        return_to_queue(tx, task, entry.moment.corrected_at, papers_overdue=task.papers_overdue)
    for completed in decision.completed:
        tx.update("tasks", {"id": completed}, papers_overdue=False)
        tx.mark_changed(f"organ/{get_task(tx, completed)['organ']}", f"case/{decision.case}")
    for recheck, decided in zip(decision.rechecks, decision.rechecked_tasks, strict=True):
        insert_tasks(tx, decision.case, [recheck], entry.moment.corrected_at, recheck_of=decided)
    if decision.rechecks:
        tx.query_one("cases.decrease_pending", number=decision.case, many=-len(decision.rechecks))
    if decision.reopens:
        tx.update("cases", {"number": decision.case}, state="accepted", closed_at=None)
    withdraw_notices(tx, decision.withdrawn_notices)
    record_visit_case(tx, command.visit, decision.case, "supplement", entry.moment.corrected_at)
    store_case_dates(tx, decision.case, decision.dates)
    mark_case_changed(tx, decision.case)
