"""Service of the department screen: the queue of an organ, and one open task."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import replace
from typing import Literal

from clerk_app.cases.case_record import CaseRecord, read_case, read_task
from clerk_app.cases.dates import to_local_time
from clerk_app.cases.notices import list_printed_notices
from clerk_app.cases.states import TASK_STATE_NAMES, has_expired_claim
from clerk_app.cases.tasks.claims import ClaimTask, ReleaseTask, RenewClaim
from clerk_app.cases.tasks.decisions import CommitTask, DecideTask
from clerk_app.cases.tasks.late_requests import LATE_REASONS, find_late_materials
from clerk_app.cases.tasks.supplements import ReturnTask
from clerk_app.cases.unmasking import UnmaskCase
from clerk_app.catalogue.publication import read_calendar, read_policy
from clerk_app.composition.office import Office
from clerk_app.errors import OutOfReach, Refused
from clerk_app.ledger.numbers import format_task_number
from clerk_app.licences.shared_materials import RecordAccess
from clerk_app.locales import _, format_list, translate
from clerk_app.roles.case_answers import list_unmask_purposes, read_answers
from clerk_app.roles.case_history import read_history
from clerk_app.roles.case_tracks import build_case_tracks
from clerk_app.roles.case_view import build_material_rows, build_matter_rows
from clerk_app.roles.clock import require_plausible_clock
from clerk_app.roles.department.ended_tasks import describe_ended_tasks
from clerk_app.roles.department.held_tasks import HeldTasks
from clerk_app.roles.formatting import (
    format_due_day,
    format_party_name,
    format_stored_reasons,
    list_stock_reasons,
    localize,
    localize_organ_name,
)
from clerk_app.roles.material_view import read_material_view
from clerk_app.roles.objection_view import name_materials
from clerk_app.roles.service_errors import raises_clerk_errors
from clerk_app.roles.staff_service import OfficeStaffService
from clerk_app.roles.status import read_status
from clerk_app.roles.task_queue import build_task_row, count_tasks, read_task_page
from clerk_app.roles.unreadable import UNREADABLE, report_unreadable
from clerk_app.views.case import MaterialRow, MaterialView
from clerk_app.views.department import DepartmentView, TaskAction, TaskPage, TaskView
from clerk_app.views.shared import LabelledValue, Option
from db.engines import Row, Transaction
from db.json_lists import decode_json_list


@raises_clerk_errors
class OfficeDepartment(OfficeStaffService):
    """Implements views.DepartmentService for an officer of an organ."""

    def __init__(self, office: Office, staff: Row) -> None:
        super().__init__(office, staff)
        self._organ = str(staff["organ"])
        self._task = ""  # id of the task on the screen
        self._fence = 0
        self._unmasked: set[str] = set()  # cases whose data the officer has asked for in full
        self._held = HeldTasks(office, self._staff_id)

    def read_view(self) -> DepartmentView:
        counts = count_tasks(self._office, self._organ, self._staff_id)
        with self._office.store.read() as tx:
            ended = self._find_ended_tasks(tx)
            organ = tx.get("organs", id=self._organ)
            name = localize_organ_name(organ, self._organ)
            return DepartmentView(
                status=read_status(self._office, tx, place=name, person=self._staff["name"], waiting=counts["open"]),
                organ=name,
                open_tasks=counts["open"],
                held=counts["mine"],
                overdue=counts["overdue"],
                returned=counts["returned"],
                task=self._read_task_view(tx),
                message="",
                ended=ended,
            )

    def _find_ended_tasks(self, tx: Transaction) -> tuple[str, ...]:
        """Return a sentence for each task of the officer that has ended elsewhere, and close it here."""
        ended = self._held.find_ended(tx)
        if self._task in ended:
            self._task, self._fence = "", 0
        return tuple(describe_ended_tasks(tx, ended))

    def acknowledge_ended(self) -> DepartmentView:
        with self._office.store.read() as tx:
            self._held.drop(self._held.find_ended(tx))
        return self.read_view()

    def _read_task_view(self, tx: Transaction) -> TaskView | None:
        """Read the view of the open task; None without a task, or if it cannot be displayed."""
        try:
            return self._build_task_view(tx) if self._task else None
        except UNREADABLE as error:
            report_unreadable(f"task {self._task}", error)
            return None

    def list_tasks(self, which: Literal["open", "mine", "overdue", "returned"], offset: int, limit: int) -> TaskPage:
        return read_task_page(self._office, self._organ, which, self._staff_id, offset, limit)

    def claim_next(self) -> DepartmentView:
        return self._claim("")

    def open_task(self, task: str) -> DepartmentView:
        with self._office.store.read() as tx:
            row = read_task(tx, task)
        if row["owner"] != self._staff_id:
            return self._claim(task)
        self._task, self._fence = task, row["fence"]
        view = self.read_view()
        if view.task is None:
            self._task, self._fence = "", 0
            raise Refused(
                "unreadable",
                "Task {task} cannot be displayed: what it needs is not in this store. A supervisor can reassign it.",
                task=format_task_number(task),
            )
        return view

    def renew_claim(self) -> DepartmentView:
        if self._task:
            with suppress(OutOfReach):  # while the center is out of reach, nobody else can claim the task
                self._door.perform(RenewClaim(task=self._task, fence=self._fence), self._staff_id)
        return self.read_view()

    def approve(self, note: str) -> DepartmentView:
        return self._decide("approved", note)

    def refuse(self, reason: str, codes: Sequence[str] = ()) -> DepartmentView:
        return self._decide("refused", reason, codes)

    def return_task(
        self,
        materials: Sequence[str],
        reason: str,
        late_code: str = "",
        late_reason: str = "",
        *,
        codes: Sequence[str] = (),
    ) -> DepartmentView:
        require_plausible_clock(self._office)
        command = ReturnTask(
            task=self._open_task_id,
            fence=self._fence,
            materials=tuple(materials),
            reason=reason,
            reason_codes=tuple(codes),
            late_code=late_code,
            late_reason=late_reason,
        )
        self._door.perform(command, self._staff_id)
        self._task, self._fence = "", 0  # it stays one of the officer's tasks: it may end before the papers come
        return self._close_task(
            _("Returned for papers. The time limit is suspended from the day on which the notice is printed.")
        )

    def list_late_reasons(self) -> tuple[Option, ...]:
        return tuple(Option(code, translate(name)) for code, name in LATE_REASONS.items())

    def commit_to_approve(self, note: str) -> DepartmentView:
        require_plausible_clock(self._office)
        decision = self._door.perform(CommitTask(task=self._open_task_id, fence=self._fence, note=note), self._staff_id)
        return replace(
            self.read_view(), message=_("Committed. {count} task(s) may start.").format(count=len(decision.started))
        )

    def release_task(self) -> DepartmentView:
        self._door.perform(ReleaseTask(task=self._open_task_id, fence=self._fence), self._staff_id)
        return self._close_task(_("Put back into the queue."))

    def list_unmask_purposes(self) -> tuple[Option, ...]:
        return list_unmask_purposes()

    def unmask(self, purpose: str) -> DepartmentView:
        with self._office.store.read() as tx:
            case = read_task(tx, self._open_task_id)["case_number"]
        self._door.perform(UnmaskCase(case=case, purpose=purpose), self._staff_id)
        self._unmasked.add(case)
        return self.read_view()

    def open_material(self, material: str) -> MaterialView:
        with self._office.store.read() as tx:
            row = read_task(tx, self._open_task_id)
            case = read_case(tx, row["case_number"])
        if material not in _materials_of_matter(case, row["matter"]):
            raise Refused("scope", "This material does not belong to the task.")
        versions = [version for version in case.materials if version["material"] == material]
        licences = [version["licence"] for version in versions if version["licence"]]
        if licences:
            purpose = localize(case.plan.one_thing.name)
            self._door.perform(
                RecordAccess(licence=licences[-1], purpose=purpose, task=self._open_task_id), self._staff_id
            )
        return read_material_view(self._office, case=case.number, material=material)

    @property
    def _open_task_id(self) -> str:
        if not self._task:
            raise Refused("no_task", "No task is open. F2 takes the most urgent one.")
        return self._task

    def _claim(self, task: str) -> DepartmentView:
        if self._task and not task:
            with self._office.store.read() as tx:
                if read_task(tx, self._task)["owner"] == self._staff_id:
                    raise Refused("open", "Decide, return or put back the task on the screen first.")
        try:
            decision = self._door.perform(ClaimTask(organ=self._organ, task=task), self._staff_id)
        except OutOfReach as lost:
            held = count_tasks(self._office, self._organ, self._staff_id)["mine"]
            raise _claim_unavailable(held) from lost
        self._task, self._fence = decision.task, decision.fence
        view = self.read_view()
        if view.task is not None:
            return view
        self._task, self._fence = "", 0  # the next F2 takes another task
        sentence = _("Task {task} cannot be displayed. It stays yours; a supervisor can reassign it. F2 takes another.")
        return replace(view, message=sentence.format(task=format_task_number(decision.task)))

    def _decide(
        self, outcome: Literal["approved", "refused"], reason: str, codes: Sequence[str] = ()
    ) -> DepartmentView:
        require_plausible_clock(self._office)
        command = DecideTask(
            task=self._open_task_id, fence=self._fence, outcome=outcome, reason=reason, reason_codes=tuple(codes)
        )
        decision = self._door.perform(command, self._staff_id)
        sentence = _("Recorded.")
        if decision.started:
            sentence += " " + _("{count} task(s) may start now.").format(count=len(decision.started))
        for count, words in (
            (len(decision.lapsed), _("{count} matter(s) that depended on it ended without a decision.")),
            (len(decision.reopened), _("{count} matter(s) that had ended because of its refusal are open again.")),
            (
                len(decision.rechecks),
                _("{count} organ(s) that relied on it check again; the supervisor sees an alert."),
            ),
        ):
            sentence += " " + words.format(count=count) if count else ""
        if decision.closes:
            sentence += " " + _("The case is decided as a whole.")
        return self._close_task(sentence)

    def _close_task(self, sentence: str) -> DepartmentView:
        self._held.drop({self._task})  # the officer's own act has ended it
        self._task, self._fence = "", 0
        self._unmasked.clear()
        return replace(self.read_view(), message=sentence)

    def _build_task_view(self, tx: Transaction) -> TaskView:
        row = read_task(tx, self._task)
        case = read_case(tx, row["case_number"])
        zone = case.catalogue.time_zone
        materials = frozenset(_materials_of_matter(case, row["matter"]))
        is_held = row["owner"] == self._staff_id and row["state"] == "claimed"
        in_full = case.number in self._unmasked
        now = self._office.corrected_now
        return TaskView(
            row=build_task_row(
                row,
                case.row,
                case.catalogue,
                read_calendar(tx, case.catalogue).working_days_of(row["organ"]),
                self._staff["name"] if is_held else "",
                now,
                read_policy(tx).officer_due_soon_days,
            ),
            applicant=(case.row["applicant_name"] or "")
            if in_full
            else format_party_name(case.row["applicant_name"], case.row["applicant_kind"]),
            is_masked=not in_full,
            promised=format_due_day(row["due_at"], zone, expected=bool(row["expected"])),
            statutory=format_due_day(row["statutory_at"], zone, expected=bool(row["statutory_expected"])),
            fields=(
                *_read_unbrought_papers(case, row),
                *_read_earlier_decision(tx, case, row),
                *read_answers(tx, case, row["matter"], in_full=in_full),
            ),
            materials=(
                *build_material_rows(case, now, materials),
                *_build_missing_rows(case, row["matter"]),
            ),
            siblings=tuple(matter for matter in build_matter_rows(tx, case, now) if matter.id != row["matter"]),
            history=read_history(tx, case),
            late_materials=find_late_materials(
                case,
                row["organ"],
                sorted(materials),
                list_printed_notices(case, tx.select("notices", case_number=case.number)),
            ),
            lease_until=to_local_time(row["lease_until"], zone) if row["lease_until"] else None,
            lease_over=has_expired_claim(row, now),
            actions=_allowed_actions(row) if is_held else (),
            refuse_reasons=list_stock_reasons(case.catalogue, "refuse", row["matter"]),
            return_reasons=list_stock_reasons(case.catalogue, "return", row["matter"]),
            tracks=build_case_tracks(tx, case, now),
        )


def _claim_unavailable(held: int) -> OutOfReach:
    if not held:
        return OutOfReach(
            "Nothing was claimed: the center, which gives tasks out, is out of reach. Nothing is lost; try again later."
        )
    return OutOfReach(
        "Nothing was claimed: the center, which gives tasks out, is out of reach. "
        "The {count} that you hold can be decided: press 2.",
        count=held,
    )


def _allowed_actions(row: Row) -> tuple[TaskAction, ...]:
    actions: list[TaskAction] = ["approve", "refuse", "return"]
    if row["committed_at"] is None:
        actions.append("commit")
    return (*actions, "release")


def _materials_of_matter(case: CaseRecord, matter: str) -> tuple[str, ...]:
    return next(planned.materials for planned in case.plan.active_matters if planned.id == matter)


def _build_missing_rows(case: CaseRecord, matter: str) -> list[MaterialRow]:
    """Build the rows of a matter's materials that the case lacks: not handed in, or produced by another matter."""
    held = {row["material"] for row in case.materials}
    requested = {
        name for row in case.supplements if row["answered_at"] is None for name in decode_json_list(row["materials"])
    }
    rows: list[MaterialRow] = []
    for name in _materials_of_matter(case, matter):
        if name in held | requested:
            continue
        material = case.catalogue.material(name)
        produced = material.origin == "produced"
        rows.append(
            MaterialRow(
                id=name,
                name=localize(material.name),
                needed_for="",
                state="produced" if produced else "missing",
                state_name=_("made by another matter") if produced else _("not handed in"),
                level="good" if produced else "warn",
            )
        )
    return rows


def _read_unbrought_papers(case: CaseRecord, task: Row) -> tuple[LabelledValue, ...]:
    """Return the papers of a task that were not brought in time, and what the officer can do about it."""
    if not task["papers_overdue"]:
        return ()
    ended = [supplement for supplement in case.supplements_of(task["id"]) if supplement["term_ended"]]
    missing = dict.fromkeys(name for supplement in ended for name in case.missing_materials(supplement))
    sentence = _("{papers}. F9 decides on what there is, or refuses; F6 asks again with a new notice.")
    return (LabelledValue(_("Papers not brought"), sentence.format(papers=name_materials(case.catalogue, missing))),)


def _read_earlier_decision(tx: Transaction, case: CaseRecord, task: Row) -> tuple[LabelledValue, ...]:
    """Return the decision that a re-check checks again: outcome, day and reason."""
    earlier = tx.get("decisions", task=task["recheck_of"]) if task["recheck_of"] else None
    if earlier is None:
        return ()
    day = to_local_time(earlier["at"], case.catalogue.time_zone).date().isoformat()
    outcome = f"{translate(TASK_STATE_NAMES[earlier['outcome']])} {day}"
    reasons = format_stored_reasons(case.catalogue, earlier)
    return (LabelledValue(_("Earlier decision"), format_list(filter(None, (outcome, reasons)), ":")),)
