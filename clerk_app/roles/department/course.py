"""Acts of an officer on the course of a task: special procedure, extension, referral, wait for another office."""

from __future__ import annotations

from dataclasses import replace

from clerk_app.cases.tasks.escalations import AnswerEscalation
from clerk_app.cases.tasks.extensions import AskExtension, DecideExtension
from clerk_app.cases.tasks.external_waits import (
    BeginExternalWait,
    EndExternalWait,
    ExtendExternalWait,
    RemindOffice,
)
from clerk_app.cases.tasks.procedures import BeginProcedure, EndProcedure
from clerk_app.cases.tasks.referrals import ReferTask, SendBackTask
from clerk_app.ledger.numbers import format_task_number
from clerk_app.locales import _
from clerk_app.roles.clock import require_plausible_clock
from clerk_app.roles.department import terms
from clerk_app.roles.department.referred import read_referred
from clerk_app.roles.department.waits import read_wait_view
from clerk_app.roles.formatting import localize_organ_name
from clerk_app.roles.staff_service import OfficeStaffService
from clerk_app.views.course import WaitOutcome, WaitView
from clerk_app.views.department import DepartmentView
from clerk_app.views.shared import Option


class CourseActs(OfficeStaffService):
    """Implements views.CourseService for the open task of an officer."""

    _fence: int

    @property
    def _open_task_id(self) -> str:
        raise NotImplementedError

    def read_view(self) -> DepartmentView:
        raise NotImplementedError

    def open_task(self, task: str) -> DepartmentView:
        raise NotImplementedError

    def _close_task(self, sentence: str) -> DepartmentView:
        raise NotImplementedError

    def list_procedures(self) -> tuple[Option, ...]:
        return terms.list_procedures()

    def begin_procedure(self, kind: str, working_days: int, reason: str) -> DepartmentView:
        require_plausible_clock(self._office)
        task, fence = self._open_task_id, self._fence
        command = BeginProcedure(task=task, fence=fence, kind=kind, working_days=working_days, reason=reason)
        self._door.perform(command, self._staff_id)
        return self._close_task(_("Begun. The time limit is suspended from the day on which the notice is printed."))

    def end_procedure(self, task: str, result: str) -> DepartmentView:
        require_plausible_clock(self._office)
        self._door.perform(EndProcedure(task=task, result=result), self._staff_id)
        sentence = _("The special procedure of task {task} has ended; its time limit runs again.")
        return replace(self.read_view(), message=sentence.format(task=format_task_number(task)))

    def ask_extension(self, working_days: int, reason: str) -> DepartmentView:
        require_plausible_clock(self._office)
        command = AskExtension(task=self._open_task_id, fence=self._fence, working_days=working_days, reason=reason)
        self._door.perform(command, self._staff_id)
        return replace(self.read_view(), message=_("Asked for. A colleague of your organ approves or declines it."))

    def decide_extension(self, task: str, note: str, *, approved: bool) -> DepartmentView:
        self._door.perform(DecideExtension(task=task, approved=approved, note=note), self._staff_id)
        sentence = (
            _("Extended. A notice for the citizen is printed at the window of the case.")
            if approved
            else _("Declined. The time limit stays as it is.")
        )
        return replace(self.read_view(), message=sentence)

    def answer_escalation(self, escalation: str, note: str) -> DepartmentView:
        self._door.perform(AnswerEscalation(escalation=escalation, note=note), self._staff_id)
        return replace(self.read_view(), message=_("Recorded: the department of the task reads it."))

    def list_referred(self) -> tuple[Option, ...]:
        return read_referred(self._office, self._staff_id)

    def refer_task(self, opinion: str) -> DepartmentView:
        require_plausible_clock(self._office)
        command = ReferTask(task=self._open_task_id, fence=self._fence, opinion=opinion)
        referred = self._door.perform(command, self._staff_id)
        sentence = _("Referred to {organ}, which decides. The citizen gets a notice at the window of the case.")
        return self._close_task(sentence.format(organ=self._name_organ(referred.superior)))

    def send_back(self, reason: str) -> DepartmentView:
        require_plausible_clock(self._office)
        command = SendBackTask(task=self._open_task_id, fence=self._fence, reason=reason)
        self._door.perform(command, self._staff_id)
        return self._close_task(_("Sent back. The organ that referred it has the task again."))

    def begin_wait(self, office: str, document: str, working_days: int, reason: str) -> DepartmentView:
        require_plausible_clock(self._office)
        command = BeginExternalWait(
            task=self._open_task_id,
            fence=self._fence,
            office=office,
            document=document,
            working_days=working_days,
            reason=reason,
        )
        begun = self._door.perform(command, self._staff_id)
        printed = _("Letter and notice are printed at the window of the case.")
        clock = (
            _("The time limit runs meanwhile.")
            if begun.is_counted
            else _("The time limit is suspended from the day on which the notice is printed.")
        )
        return self._close_task(f"{printed} {clock}")

    def read_wait(self, task: str) -> WaitView:
        with self._office.store.read() as tx:
            return read_wait_view(self._office, tx, task)

    def remind_office(self, wait: str) -> DepartmentView:
        reminded = self._door.perform(RemindOffice(wait=wait), self._staff_id)
        sentence = _("Reminder no. {number} is printed at the window of the case.").format(number=reminded.number)
        return replace(self.read_view(), message=sentence)

    def extend_wait(self, wait: str, working_days: int, reason: str) -> DepartmentView:
        self._door.perform(ExtendExternalWait(wait=wait, working_days=working_days, reason=reason), self._staff_id)
        sentence = _("Extended. A notice for the citizen is printed at the window of the case.")
        return replace(self.read_view(), message=sentence)

    def end_wait(self, wait: str, outcome: WaitOutcome, note: str = "") -> DepartmentView:
        require_plausible_clock(self._office)
        ended = self._door.perform(EndExternalWait(wait=wait, outcome=outcome, note=note), self._staff_id)
        if outcome == "not_come":
            sentence = _("The wait has ended. F6 asks the citizen for the document, or F9 decides.")
            return replace(self.open_task(ended.resumed.task), message=sentence)
        sentence = _("The wait of task {task} has ended; the task is in the queue again.")
        return replace(self.read_view(), message=sentence.format(task=format_task_number(ended.resumed.task)))

    def _name_organ(self, organ: str) -> str:
        with self._office.store.read() as tx:
            return localize_organ_name(tx.get("organs", id=organ), organ)
