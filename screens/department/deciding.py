"""The acts on the open task of the department screen: its decision form, and the menu of the other acts."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from clerk_app.locales import _
from clerk_app.views.department import DepartmentService, DepartmentView, TaskView
from clerk_app.views.shared import GivenReasons
from screens.department.decision_acts import ActId, kept_key, needed_act, stock_of
from screens.department.decision_form import DecisionForm
from screens.department.decisions import show_menu
from screens.department.recording import record_act
from screens.department.result_dialog import ask_results
from screens.department.task_panel import TaskPanel
from screens.role_screen import RoleScreen


class DecidingScreen(RoleScreen):
    """Base of the department screen: what the officer does with the open task."""

    def __init__(self, service: DepartmentService) -> None:
        super().__init__()
        self.service = service
        self.view: DepartmentView | None = None
        self.left_task_id = ""  # the task that the officer left with Escape and that the service still has open

    @property
    def shown_task(self) -> TaskView | None:
        """The task on the screen, or None while the queue is shown."""
        task = self.view.task if self.view is not None else None
        return None if task is None or task.row.id == self.left_task_id else task

    @property
    def panel(self) -> TaskPanel:
        """The pages of a task with the decision form."""
        return self.query_one(TaskPanel)

    async def call_and_paint(self, call: Callable[[], DepartmentView]) -> None:
        """Call the service, paint its view and show its message."""

    async def save_input(self) -> None:
        self.panel.form.editor.store_now()

    def action_submit(self) -> None:
        if self._require_task() is None:
            return
        if self.panel.form.has_focus_within:
            self.panel.form.submit()
        else:
            self.panel.enter_form()

    def action_return_it(self) -> None:
        if self._require_task() is not None:
            self.host.perform(self._begin_act("return"))

    def on_decision_form_chosen(self, message: DecisionForm.Chosen) -> None:
        self.host.perform(self._begin_act(message.act))

    async def _begin_act(self, act: ActId) -> None:
        """Show papers and reasons of an act in the form; an approval without a note is recorded at once.

        If the results of the task have fields, a dialog asks for them first.
        """
        task, form = self.shown_task, self.panel.form
        if task is None:
            return
        act = needed_act(act, task)
        if act == "approve":
            await self._record_approval(task, act, GivenReasons())
        elif act == "return" and not (task.materials or task.other_materials):
            words = _("No material belongs to this task, so there is nothing to ask for.")
            self.host.notify(words, severity="warning")
        else:
            kept = await self.kept_reasons.find(self.host, kept_key(act, task.row.id))
            form.editor.save = partial(self.kept_reasons.save, self.host)
            form.show_act(act, kept, stock_of(act, task))
            self.panel.enter_form(at_reasons=True)

    def on_decision_form_submitted(self, message: DecisionForm.Submitted) -> None:
        self.host.perform(self._record(message))

    async def _record(self, message: DecisionForm.Submitted) -> None:
        task = self.shown_task
        if task is None:
            return
        if message.act == "note":
            is_recorded = await self._record_approval(task, message.act, message.given)
        else:
            is_recorded = await record_act(self, task, message.act, message.given, message.papers, {})
        if is_recorded:
            self.panel.form.forget_choice()

    async def _record_approval(self, task: TaskView, act: ActId, given: GivenReasons) -> bool:
        """Ask what the results of the task need, and record the approval; return whether it was recorded."""
        results = await ask_results(self, task)
        return results is not None and await record_act(self, task, act, given, (), results)

    def show_other_acts(self) -> None:
        """Show the menu of the other acts on the task."""
        task = self._require_task()
        if task is not None:
            self.host.perform(show_menu(self, task, self._begin_act))

    def _require_task(self) -> TaskView | None:
        """Return the task on the screen if it can be decided; otherwise show what to do."""
        task = self.shown_task
        if task is None or not task.actions:
            sentence = _("First take a task: F2 takes the most urgent, Enter the marked one.")
            self.host.notify(sentence, severity="warning")
            return None
        return task
