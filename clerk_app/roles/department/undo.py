"""The department service with Ctrl+Z: a task that was taken or put back, and why a decision is corrected otherwise."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace

from clerk_app.cases.case_record import read_task
from clerk_app.composition.office import Office
from clerk_app.ledger.numbers import format_task_number
from clerk_app.locales import _, mark
from clerk_app.roles.department.service import OfficeDepartment
from clerk_app.roles.service_errors import raises_clerk_errors
from clerk_app.roles.undo import ActLog, is_never_blocked
from clerk_app.views.department import DepartmentView
from clerk_app.views.undo import UndoOffer
from db.engines import Row

_PUT_BACK = mark("Put task {task} back into the queue, as it was before you took it?")
_TAKE_AGAIN = mark("Take task {task} again, which you put back?")
_DECIDED = mark(
    "The decision on task {task} is recorded and is not undone. List 5 has what you decided today: Enter there has it "
    "checked again, with a reason."
)
_DECIDED_SEVERAL = mark(
    "The approvals of {count} tasks are recorded and are not undone. List 5 has what you decided today: Enter there "
    "has each checked again, with a reason."
)
_RETURNED = mark(
    "Task {task} was returned for papers, and its notice is being printed: that is not undone. The task comes back "
    "when the papers are brought or their term ends."
)
_COMMITTED = mark(
    "The commitment to approve task {task} holds for the departments that rely on it, and is not undone. The decision "
    "can still be a refusal, with reasons."
)


_PROCEDURE = mark(
    "The special procedure of task {task} has begun and its notice is being printed: that is not undone. Enter on the "
    "task in list 4 ends it."
)
_EXTENSION = mark("An extension of task {task} was asked for: that is not undone. A colleague can decline it.")

_REFERRED = mark(
    "Task {task} was referred to the superior organ: that is not undone. The superior organ can send it back."
)
_SENT_BACK = mark("Task {task} was sent back: that is not undone. The organ can refer it again.")
_WAIT = mark(
    "Task {task} waits for another office and its letter is being printed: that is not undone. Enter on the task in "
    "list 4 ends the wait."
)


@raises_clerk_errors
class UndoableDepartment(OfficeDepartment):
    """`OfficeDepartment` that records each act which can be undone, and explains those which cannot."""

    def __init__(self, office: Office, staff: Row) -> None:
        super().__init__(office, staff)
        self._acts: ActLog[DepartmentView] = ActLog(self._door.clock)

    def read_undo(self) -> UndoOffer | None:
        return self._acts.find_offer()

    def undo(self, offer: int) -> DepartmentView:
        return replace(self._acts.undo(offer), message=_("Undone."))

    def _claim(self, task: str) -> DepartmentView:
        view = super()._claim(task)
        claimed = self._task
        if claimed:

            def put_back() -> DepartmentView:
                return super(UndoableDepartment, self).release_task()

            def find_obstacle() -> str:
                if self._task == claimed and self._holds(claimed):
                    return ""
                return _("That task is not on the screen any more, or you no longer hold it.")

            self._record(_PUT_BACK, claimed, put_back, find_obstacle)
        return view

    def release_task(self) -> DepartmentView:
        task = self._open_task_id
        view = super().release_task()

        def take_again() -> DepartmentView:
            return super(UndoableDepartment, self)._claim(task)

        def find_obstacle() -> str:
            return _("Another task is open: decide it or put it back first.") if self._task else ""

        self._record(_TAKE_AGAIN, task, take_again, find_obstacle)
        return view

    def approve(self, note: str, results: Mapping[str, str] | None = None) -> DepartmentView:
        task = self._open_task_id
        view = super().approve(note, results)
        self._record(_DECIDED, task)
        return view

    def end_bulk(self) -> DepartmentView:
        count = len(self._require_run().approved)
        view = super().end_bulk()
        if count:
            self._acts.record(_DECIDED_SEVERAL, None, facts=lambda: {"count": str(count)})
        return view

    def refuse(self, reason: str, codes: Sequence[str] = ()) -> DepartmentView:
        task = self._open_task_id
        view = super().refuse(reason, codes)
        self._record(_DECIDED, task)
        return view

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
        task = self._open_task_id
        view = super().return_task(materials, reason, late_code, late_reason, codes=codes, legal_basis=legal_basis)
        self._record(_RETURNED, task)
        return view

    def commit_to_approve(self, note: str) -> DepartmentView:
        task = self._open_task_id
        view = super().commit_to_approve(note)
        self._record(_COMMITTED, task)
        return view

    def begin_procedure(self, kind: str, working_days: int, reason: str) -> DepartmentView:
        task = self._open_task_id
        view = super().begin_procedure(kind, working_days, reason)
        self._record(_PROCEDURE, task)
        return view

    def ask_extension(self, working_days: int, reason: str) -> DepartmentView:
        task = self._open_task_id
        view = super().ask_extension(working_days, reason)
        self._record(_EXTENSION, task)
        return view

    def refer_task(self, opinion: str) -> DepartmentView:
        task = self._open_task_id
        view = super().refer_task(opinion)
        self._record(_REFERRED, task)
        return view

    def send_back(self, reason: str) -> DepartmentView:
        task = self._open_task_id
        view = super().send_back(reason)
        self._record(_SENT_BACK, task)
        return view

    def begin_wait(self, office: str, document: str, working_days: int, reason: str) -> DepartmentView:
        task = self._open_task_id
        view = super().begin_wait(office, document, working_days, reason)
        self._record(_WAIT, task)
        return view

    def _record(
        self,
        sentence: str,
        task: str,
        undo: Callable[[], DepartmentView] | None = None,
        find_obstacle: Callable[[], str] = is_never_blocked,
    ) -> None:
        facts = {"task": format_task_number(task)}
        self._acts.record(sentence, undo, facts=lambda: facts, find_obstacle=find_obstacle)

    def _holds(self, task: str) -> bool:
        with self._office.store.read() as tx:
            row = read_task(tx, task)
        return bool(row["owner"] == self._staff_id and row["state"] == "claimed")
