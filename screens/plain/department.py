"""`LineDepartment`: the queue and the task of an officer in the linear mode, with the actions of the screen."""

from __future__ import annotations

from collections.abc import Callable, Coroutine, Sequence
from functools import partial
from typing import Any

from clerk_app.locales import _, mark
from clerk_app.views.department import DepartmentService, DepartmentView, QueueName, TaskView
from screens.connection import show_connection
from screens.department import actions
from screens.department.corrections import correct_decision
from screens.department.course_acts import act_on_wait
from screens.department.decisions import decide_task, return_for_papers, show_menu
from screens.department.situation import describe_situation
from screens.department.term_acts import end_procedure, show_queue_acts
from screens.papers.material import show_material
from screens.plain.command import Command
from screens.plain.department_text import decided_sentence, task_lines, task_pages, task_sentence
from screens.plain.host import LineHost
from screens.plain.line_screen import LineScreen
from screens.plain.picking import pick_row
from screens.situation import Situation
from screens.undo import undo_last_act
from screens.widgets.pick import PickRow

LIST_LENGTH = 50  # tasks of a queue from which one is picked; letters narrow them down
_QUEUES: dict[QueueName, str] = {
    "open": mark("All open"),
    "mine": mark("Mine"),
    "overdue": mark("Overdue"),
    "returned": mark("Papers, procedures"),
}


class LineDepartment(LineScreen):
    """The department as lines; `line_host` runs its actions. It is never mounted."""

    ACTIONS = tuple(action for action in actions.ACTIONS if action.id != actions.NARROW.id)
    SIGN_OUT = actions.SIGN_OUT

    def __init__(self, service: DepartmentService, line_host: LineHost) -> None:
        super().__init__()
        self.service = service
        self.line_host = line_host
        self.view: DepartmentView | None = None
        self._left_task_id = ""  # the task that the officer left and that the service still has open

    @property
    def shown_task(self) -> TaskView | None:
        """The task that is open, or None at the queue."""
        task = self.view.task if self.view is not None else None
        return None if task is None or task.row.id == self._left_task_id else task

    @property
    def prompt(self) -> str:
        """The prompt for a command."""
        return _("Queue:") if self.shown_task is None else _("Task:")

    @property
    def commands(self) -> Sequence[Command]:
        """The commands that have no key."""
        if self.shown_task is not None:
            return (
                Command(mark("read"), mark("reads the task: details, materials, other matters, history"), self._read),
                Command(mark("material"), mark("opens a material"), self._choose_material),
            )
        return (
            Command(mark("read"), mark("reads the counts of the queue"), self._read),
            Command(mark("list"), mark("lists tasks and takes one"), self._choose_task),
            Command(mark("decided"), mark("lists what you decided today, to correct it"), self._choose_decided),
        )

    def situation(self) -> Situation | None:
        return describe_situation(self.view, self.shown_task, has_last=bool(self._left_task_id))

    # views

    async def refresh_view(self) -> None:
        self.clear_written()
        self.paint(await self.host.ask(self.service.read_view))

    async def refresh_quietly(self) -> None:
        """Read the view before a command; only what has changed is written."""
        self.paint(await self.host.ask(self.service.read_view))

    async def call_and_paint(self, call: Callable[[], DepartmentView]) -> None:
        """Call the service, write what is new, and its message."""
        view = await self.host.ask(call)
        self._left_task_id = ""
        self.paint(view)
        if view.message:
            self.notify_result(view.message)

    def paint(self, view: DepartmentView) -> None:
        """Write the sentences on the task or the queue that are new."""
        if view.task is None:
            self._left_task_id = ""
        self.view = view
        self.notify_rejection(view.status)
        task = self.shown_task
        lines = list(view.ended)
        if task is not None:
            lines += task_lines(task)
        else:
            situation = describe_situation(view, None)
            lines.append(situation.now if situation is not None else "")
        self.write_new(lines)

    async def renew_claim(self) -> None:
        """Renew the lease of the task that is open."""
        if self.shown_task is not None and self.shown_task.actions:
            self.view = await self.host.ask(self.service.renew_claim)

    # commands

    async def process_text(self, text: str) -> None:
        """Report a text that is no command: nothing here takes a code."""
        self.host.notify(_("{text} is no command here. ? lists them.").format(text=text[:20]), severity="warning")

    async def finish_action(self) -> str:
        """Do nothing: no action leads to another question."""
        return ""

    def action_next(self) -> None:
        self.host.perform(self.call_and_paint(self.service.claim_next))

    def action_recall(self) -> None:
        self._left_task_id = ""
        self.host.perform(self.refresh_view())

    def action_submit(self) -> None:
        self._perform_on_task(partial(decide_task, self))

    def action_return_it(self) -> None:
        self._perform_on_task(partial(return_for_papers, self))

    def action_more(self) -> None:
        if self.shown_task is None and self.view is not None:
            self.host.perform(show_queue_acts(self, self.view))
        else:
            self._perform_on_task(partial(show_menu, self))

    def action_undo_act(self) -> None:
        self.host.perform(undo_last_act(self.host, self.service, self.call_and_paint))

    def action_connection(self) -> None:
        self.host.perform(show_connection(self, self.service))

    def action_step_back(self) -> None:
        if self.shown_task is not None:
            self._left_task_id = self.shown_task.row.id
            self.host.perform(self.refresh_view())
        else:
            self.host.notify(_("There is nothing to go back from."))

    def _perform_on_task(self, action: Callable[[TaskView], Coroutine[Any, Any, None]]) -> None:
        task = self.shown_task
        if task is None or not task.actions:
            sentence = _("First take a task: F2 takes the most urgent, list lets you choose.")
            self.host.notify(sentence, severity="warning")
        else:
            self.host.perform(action(task))

    async def _read(self) -> None:
        task = self.shown_task
        if task is not None:
            self.line_host.write(*task_lines(task), *task_pages(task))
        else:
            self.line_host.write_situation(self.situation())

    async def _choose_task(self) -> None:
        queues = [PickRow(name, _(title), str(number)) for number, (name, title) in enumerate(_QUEUES.items(), 1)]
        chosen = await pick_row(self.line_host, (_("Which tasks?"),), queues)
        queue: QueueName | None = next((name for name in _QUEUES if name == chosen), None)
        if queue is None:
            return
        page = await self.host.ask(partial(self.service.list_tasks, queue, 0, LIST_LENGTH))
        if not page.rows:
            self.host.notify(_("There is no task here. list shows others; F2 takes the most urgent."))
            return
        rows = [PickRow(row.id, task_sentence(row), str(number)) for number, row in enumerate(page.rows, 1)]
        task = await pick_row(self.line_host, (_("{count} tasks.").format(count=page.total),), rows)
        waiting = next((row for row in page.rows if row.id == task and (row.in_procedure or row.in_wait)), None)
        if waiting is not None:
            await (end_procedure if waiting.in_procedure else act_on_wait)(self, waiting)
        elif task is not None:
            await self.call_and_paint(partial(self.service.open_task, task))

    async def _choose_material(self) -> None:
        task = self.shown_task
        rows = [PickRow(row.id, row.name, "", row.state_name) for row in task.materials] if task is not None else []
        if not rows:
            self.host.notify(_("No material is needed for this matter."))
            return
        chosen = await pick_row(self.line_host, (_("Materials"),), rows)
        if chosen is not None:
            await show_material(self.host, await self.host.ask(partial(self.service.open_material, chosen)))

    async def _choose_decided(self) -> None:
        decided = await self.host.ask(self.service.list_decided)
        if not decided:
            self.host.notify(_("You have decided nothing today."))
            return
        rows = [PickRow(row.id, decided_sentence(row), str(number)) for number, row in enumerate(decided, 1)]
        chosen = await pick_row(self.line_host, (_("Which decision is to be corrected?"),), rows)
        row = next((row for row in decided if row.id == chosen), None)
        if row is not None:
            await correct_decision(self, row)
