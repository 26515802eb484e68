"""Service of the department screen: the queue of an organ, and one open task."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from typing import Literal, TypedDict

from clerk_app.cases.case_record import read_case, read_task
from clerk_app.cases.dates import end_of_day, to_local_time
from clerk_app.cases.result_materials import PRODUCED, ResultValues
from clerk_app.cases.tasks.claims import ClaimTask, ReleaseTask, RenewClaim
from clerk_app.cases.tasks.corrections import ReopenDecision
from clerk_app.cases.tasks.decisions import CommitTask, DecideTask
from clerk_app.cases.tasks.late_requests import LATE_REASONS
from clerk_app.cases.tasks.supplements import ReturnTask
from clerk_app.cases.unmasking import UnmaskCase
from clerk_app.catalogue.publication import load_frame, read_calendar
from clerk_app.composition.office import Office
from clerk_app.errors import OutOfReach, Refused
from clerk_app.ledger.numbers import format_task_number
from clerk_app.licences.shared_materials import RecordAccess
from clerk_app.locales import _, format_list, plural_form, translate
from clerk_app.roles.case_answers import list_unmask_purposes
from clerk_app.roles.clock import require_plausible_clock
from clerk_app.roles.day_plots import read_load_plot
from clerk_app.roles.department import decided_tasks, task_selection, terms
from clerk_app.roles.department.answers import AnswerActs
from clerk_app.roles.department.bulk import BulkActs
from clerk_app.roles.department.course import CourseActs
from clerk_app.roles.department.ended_tasks import describe_ended_tasks
from clerk_app.roles.department.escalations import list_escalations
from clerk_app.roles.department.follow_ups import FollowUps, list_follow_ups
from clerk_app.roles.department.held_tasks import HeldTasks
from clerk_app.roles.department.messages import TaskMessages
from clerk_app.roles.department.papers import DepartmentPapers
from clerk_app.roles.department.result_form import check_result_fields
from clerk_app.roles.department.task_view import build_preview, build_task_view, materials_of_matter
from clerk_app.roles.formatting import format_days_left, localize, localize_organ_name
from clerk_app.roles.material_view import read_material_view
from clerk_app.roles.service_errors import raises_clerk_errors
from clerk_app.roles.staff_service import OfficeCourierService
from clerk_app.roles.status import read_status
from clerk_app.roles.task_queue import count_due_before, count_tasks, read_task_page, remaining_days
from clerk_app.roles.unreadable import UNREADABLE, report_unreadable
from clerk_app.views.case import FieldRow, MaterialView
from clerk_app.views.department import (
    DecidedRow,
    DepartmentView,
    QueueName,
    TaskPage,
    TaskSelection,
    TaskView,
)
from clerk_app.views.requested_papers import RequestedPapersService
from clerk_app.views.shared import Option
from db.engines import Row, Transaction

_ALL_TASKS = TaskSelection()


@raises_clerk_errors
class OfficeDepartment(CourseActs, AnswerActs, BulkActs, TaskMessages, FollowUps, OfficeCourierService):
    """Implements views.DepartmentService for an officer of an organ."""

    def __init__(self, office: Office, staff: Row) -> None:
        super().__init__(office, staff)
        self._organ = str(staff["organ"])
        self._task = ""  # id of the task on the screen
        self._fence = 0
        self._unmasked: set[str] = set()  # cases whose data the officer has asked for in full
        self._held = HeldTasks(office, self._staff_id)
        self.requested_papers: RequestedPapersService = DepartmentPapers(office, self._organ, self._staff_id)

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
                extensions=terms.list_asked_extensions(tx, self._organ, self._staff_id),
                escalations=list_escalations(tx, self._organ, self._office.catalogue_frame().time_zone),
                follow_ups=list_follow_ups(tx, self._organ, self._staff_id, self._office.corrected_now),
                load=read_load_plot(self._office, tx, self._organ),
                decided=decided_tasks.count_decided(tx, self._staff_id, self._office.corrected_now),
                **self._read_due_days(tx, counts["overdue"]),
            )

    def _read_due_days(self, tx: Transaction, overdue: int) -> _DueDays:
        """Return how many tasks are due today and this week, and the nearest due day."""
        catalogue, now = load_frame(tx), self._office.corrected_now
        zone = catalogue.time_zone
        today = to_local_time(now, zone).date()
        days = {
            name: count_due_before(tx, self._organ, end_of_day(last, zone) + 1) - overdue
            for name, last in (("today", today), ("week", task_selection.last_day_of_week(today)))
        }
        nearest = tx.query_one("cases.next_due", organ=self._organ, now=now)
        due_at = nearest["at"] if nearest is not None else None
        if due_at is None:
            return _DueDays(due_today=days["today"], due_this_week=days["week"], next_due="")
        working = read_calendar(tx, catalogue).working_days_of(self._organ)
        left = remaining_days({"due_at": due_at, "state": "pooled"}, working, zone, today)
        words = (to_local_time(due_at, zone).date().isoformat(), format_days_left(left or 0))
        return _DueDays(due_today=days["today"], due_this_week=days["week"], next_due=format_list(words))

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
            return self._build_task_view(tx, self._task) if self._task else None
        except UNREADABLE as error:
            report_unreadable(f"task {self._task}", error)
            return None

    def _build_task_view(self, tx: Transaction, task: str) -> TaskView:
        in_full = read_task(tx, task)["case_number"] in self._unmasked
        return build_task_view(self._office, tx, task, self._staff, in_full=in_full)

    def list_tasks(self, which: QueueName, offset: int, limit: int, selection: TaskSelection = _ALL_TASKS) -> TaskPage:
        place = (self._office, self._organ, which, self._staff_id, offset, limit)
        if selection == _ALL_TASKS:
            return read_task_page(*place)
        return task_selection.read_selected_page(*place, selection)

    def list_selections(self, which: QueueName) -> tuple[Option, ...]:
        return task_selection.list_selections(self._office, self._organ, which, self._staff_id)

    def preview_task(self, task: str) -> TaskView | None:
        try:
            with self._office.store.read() as tx:
                return build_preview(self._office, tx, task)
        except UNREADABLE as error:
            report_unreadable(f"task {task}", error)
            return None

    def list_decided(self) -> tuple[DecidedRow, ...]:
        with self._office.store.read() as tx:
            return decided_tasks.list_decided(tx, self._staff_id, self._office.corrected_now)

    def reopen_decision(self, task: str, reason: str) -> DepartmentView:
        require_plausible_clock(self._office)
        reopened = self._door.perform(ReopenDecision(task=task, reason=reason), self._staff_id)
        view = self._claim(reopened.recheck.id)
        sentence = _("The matter is checked again: decide task {task}. The first decision holds until then.")
        return replace(view, message=sentence.format(task=format_task_number(reopened.recheck.id)))

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

    def check_results(self, values: Mapping[str, str]) -> tuple[FieldRow, ...]:
        with self._office.store.read() as tx:
            task = read_task(tx, self._open_task_id)
            case = read_case(tx, task["case_number"])
            return check_result_fields(tx, case, task["matter"], values, self._office.corrected_now)

    def approve(self, note: str, results: Mapping[str, str] | None = None) -> DepartmentView:
        values = {name: value for name, value in (results or {}).items() if value}
        return self._decide("approved", note, results=ResultValues(values=values) if values else None)

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
        legal_basis: str = "",
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
            legal_basis=legal_basis,
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
            self.read_view(),
            message=plural_form(
                len(decision.started), _("Committed. {count} task may start."), _("Committed. {count} tasks may start.")
            ).format(count=len(decision.started)),
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
        if material not in materials_of_matter(case, row["matter"]):
            raise Refused("scope", "This material does not belong to the task.")
        versions = [version for version in case.materials if version["material"] == material]
        licences = [version["licence"] for version in versions if version["licence"]]
        if licences or (versions and (versions[-1]["how"] == PRODUCED or versions[-1]["content"])):
            purpose = localize(case.plan.one_thing.name)
            opened = {"licence": licences[-1]} if licences else {"licence": "", "material": material}
            self._door.perform(RecordAccess(purpose=purpose, task=self._open_task_id, **opened), self._staff_id)
        return read_material_view(self._office, self._staff, case=case.number, material=material)

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
        self,
        outcome: Literal["approved", "refused"],
        reason: str,
        codes: Sequence[str] = (),
        results: ResultValues | None = None,
    ) -> DepartmentView:
        require_plausible_clock(self._office)
        command = DecideTask(
            task=self._open_task_id,
            fence=self._fence,
            outcome=outcome,
            reason=reason,
            reason_codes=tuple(codes),
            personal=results,
        )
        decision = self._door.perform(command, self._staff_id)
        sentence = _("Recorded.")
        if decision.started:
            sentence += " " + plural_form(
                len(decision.started), _("{count} task may start now."), _("{count} tasks may start now.")
            ).format(count=len(decision.started))
        for changed, one, several in (
            (
                decision.lapsed,
                _("{count} matter that depended on it ended without a decision."),
                _("{count} matters that depended on it ended without a decision."),
            ),
            (
                decision.reopened,
                _("{count} matter that had ended because of its refusal is open again."),
                _("{count} matters that had ended because of its refusal are open again."),
            ),
            (
                decision.rechecks,
                _("{count} organ that relied on it checks again; the supervisor sees an alert."),
                _("{count} organs that relied on it check again; the supervisor sees an alert."),
            ),
        ):
            count = len(changed)
            sentence += " " + plural_form(count, one, several).format(count=count) if count else ""
        if decision.closes:
            sentence += " " + _("The case is decided as a whole.")
        return self._close_task(sentence)

    def _close_task(self, sentence: str) -> DepartmentView:
        self._held.drop({self._task})  # the officer's own act has ended it
        self._task, self._fence = "", 0
        self._unmasked.clear()
        return replace(self.read_view(), message=sentence)


class _DueDays(TypedDict):
    due_today: int
    due_this_week: int
    next_due: str


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
