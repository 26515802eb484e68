"""The department screen: the queue of an organ by urgency, then one task with all its data, and the decision."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import partial

from textual.binding import Binding
from textual.widget import Widget

from clerk_app.errors import ClerkError
from clerk_app.locales import _
from clerk_app.views.department import DepartmentService, DepartmentView, TaskView
from screens import keys
from screens.connection import show_connection
from screens.department import actions
from screens.department.corrections import correct_decision
from screens.department.course_acts import act_on_wait
from screens.department.decided_list import DecidedList
from screens.department.deciding import DecidingScreen
from screens.department.queue_page import EVERYTHING, QueuePage, QueueReading
from screens.department.queue_tabs import TABS, TabName
from screens.department.requested import take_in_requested
from screens.department.selections import choose_selection
from screens.department.situation import describe_situation
from screens.department.task_panel import TaskPanel
from screens.department.term_acts import end_procedure, show_queue_acts
from screens.papers.material import show_material
from screens.situation import Situation
from screens.undo import undo_last_act, undo_typing
from screens.widgets.dialogs import Dialog
from screens.widgets.panel_tabs import PanelTabs
from screens.widgets.row_list import RowList
from screens.widgets.switcher import ContentSwitcher
from screens.widgets.task_list import TaskList

REFRESH_SECONDS = 3.0  # seconds between reads of the queue
LEASE_RENEWAL_SECONDS = 120.0  # seconds between renewals of the lease, which ends after 15 minutes by default


class DepartmentScreen(DecidingScreen):
    """The screen of a department officer: the queue of an organ, and one task at a time."""

    CSS_PATH = "department.tcss"
    ACTIONS = actions.ACTIONS
    SIGN_OUT = actions.SIGN_OUT
    OTHER_KEYS = actions.LIST_KEYS
    BINDINGS = [
        *keys.bindings(ACTIONS),
        Binding("tab", "part(1)", show=False, priority=True),
        Binding("shift+tab", "part(-1)", show=False, priority=True),
        *(Binding(str(index + 1), f"tab('{name}')", show=False) for index, name in enumerate(TABS)),
    ]

    def __init__(self, service: DepartmentService) -> None:
        super().__init__(service)
        self._lost_task_id = ""  # the task for which the loss of the lease was shown

    def body(self) -> Iterable[Widget]:
        queue = QueuePage(self.service, id="queue")
        yield ContentSwitcher(queue, TaskPanel(id="task"), id="main", initial="queue")

    def on_mount(self) -> None:
        self.set_focus(self.query_one("#tasks"))
        self.set_interval(REFRESH_SECONDS, self.refresh_in_background)
        self.set_interval(LEASE_RENEWAL_SECONDS, self.renew_lease)

    def key_line_actions(self) -> tuple[keys.KeyAction, ...]:
        offered = actions.offered_actions(self.shown_task, has_last=bool(self.left_task_id))
        return keys.key_line_actions(offered)

    @property
    def page(self) -> QueuePage:
        """The page of the queue."""
        return self.query_one(QueuePage)

    async def refresh_view(self) -> None:
        await self._paint_reading(await self.host.ask(self.page.reading()))

    async def call_and_paint(self, call: Callable[[], DepartmentView]) -> None:
        """Call the service, paint its view (with the queue, if no task is open), and show its message."""
        view = await self.host.ask(call)
        self.left_task_id = ""
        ended = self.paint(view)
        if self.shown_task is None:
            await self.refresh_view()
        if view.message:
            self.notify_result(" ".join((view.message, *ended)))

    def paint(self, view: DepartmentView) -> tuple[str, ...]:
        """Paint a view; the focus moves only between queue and task. Return new sentences on tasks that ended."""
        if view.task is None:
            self.left_task_id = ""
        self.view = view
        task, switcher = self.shown_task, self.query_one("#main", ContentSwitcher)
        before = switcher.current
        with self.app.batch_update():
            self.show_status(view.status)
            self.panel.show_task(task)
            ended = self.page.show_view(view)
            switcher.current = "task" if task is not None else "queue"
            self.query_one("#keys").refresh()
        if switcher.current != before:
            self.set_focus(self.panel.own if task is not None else self.page.shown_list)
        self._notify_if_lost(task)
        if ended:
            self.host.notify(" ".join(ended), severity="warning")
        return ended

    def _notify_if_lost(self, task: TaskView | None) -> None:
        if task is None or task.actions:
            self._lost_task_id = ""
        elif task.row.id != self._lost_task_id:
            self._lost_task_id = task.row.id
            sentence = _("You no longer hold {task} and have not decided it. F2 takes the next one.")
            self.host.notify(sentence.format(task=task.row.number), severity="error")

    def refresh_in_background(self) -> None:
        """Read queue and task again in the background; the cursor does not move."""
        if self.is_current and not self.host.gate_closed:
            self.host.fetch(self.page.reading(), self._paint_reading)

    async def _paint_reading(self, reading: QueueReading) -> None:
        self.page.show_reading(reading)
        self.paint(reading.view)

    def on_row_list_page_requested(self, message: RowList.PageRequested) -> None:
        self.host.run_in_background(self.page.read_more(message.offset))

    def renew_lease(self) -> None:
        """Renew the lease of the task on the screen, also while a dialog covers it."""
        on_top = self.is_current or isinstance(self.app.screen, Dialog)
        if on_top and self.shown_task is not None and self.shown_task.actions:
            self.host.run_in_background(self._renew())

    async def _renew(self) -> None:
        try:
            self.paint(await self.host.ask(self.service.renew_claim))
        except ClerkError as error:
            self._lost_task_id = self.shown_task.row.id if self.shown_task is not None else ""
            self.host.notify(str(error), severity="error")
            self.paint(await self.host.ask(self.service.read_view))

    def situation(self) -> Situation | None:
        return describe_situation(self.view, self.shown_task, has_last=bool(self.left_task_id))

    def action_next(self) -> None:
        self.host.perform(self.call_and_paint(self.service.claim_next))

    def action_recall(self) -> None:
        if self.left_task_id and self.view is not None:
            self.left_task_id = ""
            self.host.perform(self._reopen(self.view))

    async def _reopen(self, view: DepartmentView) -> None:
        self.paint(view)

    def action_connection(self) -> None:
        self.host.perform(show_connection(self, self.service))

    def action_undo_act(self) -> None:
        if not undo_typing(self.focused):
            self.host.perform(undo_last_act(self.host, self.service, self.call_and_paint))

    def action_more(self) -> None:
        if self.shown_task is None and self.view is not None:
            self.host.perform(show_queue_acts(self, self.view))
        else:
            self.show_other_acts()

    def action_choose(self) -> None:
        if self.shown_task is None:
            self.host.perform(self._choose())

    async def _choose(self) -> None:
        if await choose_selection(self.host, self.service, self.page):
            self.page.show_tab(self.page.tab)
            await self.refresh_view()

    def action_step_back(self) -> None:
        if self.shown_task is not None and self.panel.form.has_focus_within:
            self.panel.leave_form()
        elif self.shown_task is not None and self.view is not None:
            self.left_task_id = self.shown_task.row.id
            self.host.perform(self._return_to_queue(self.view))
        elif self.page.selection != EVERYTHING:
            self._show_list(self.page.tab)

    async def _return_to_queue(self, view: DepartmentView) -> None:
        self.paint(view)
        await self.refresh_view()

    # the parts of the screen

    def action_part(self, by: int) -> None:
        """Tab: the next filter of the queue, or the next section of the task."""
        if self.shown_task is not None:
            self.panel.focus_next_part(by)
        else:
            self.action_tab(TABS[(TABS.index(self.page.tab) + by) % len(TABS)])

    def action_tab(self, tab: TabName) -> None:
        """Show another list of tasks."""
        if self.shown_task is None and tab != self.page.tab:
            self._show_list(tab)

    def _show_list(self, tab: TabName) -> None:
        self.page.show_everything(tab)
        self.set_focus(self.page.shown_list)
        self.host.perform(self.refresh_view())

    def on_panel_tabs_chosen(self, message: PanelTabs.Chosen) -> None:
        self.action_tab(next(tab for tab in TABS if tab == message.panel))

    def on_row_list_opened(self, message: RowList.Opened) -> None:
        if message.rows.id == "tasks":
            self._open_row(message.row.key)
        elif message.rows.id == "decided":
            row = self.query_one(DecidedList).current_decision
            if row is not None:
                self.host.perform(correct_decision(self, row))
        else:
            material = self.panel.material_at(message.row)
            if material:
                self.host.perform(self._open_material(material))

    def _open_row(self, task_id: str) -> None:
        """Take a task of the queue; of one that waits, take in its papers or ask for the result of its procedure."""
        row = self.query_one(TaskList).tasks.get(task_id)
        if row is not None and row.in_procedure:
            self.host.perform(end_procedure(self, row))
        elif row is not None and row.in_wait:
            self.host.perform(act_on_wait(self, row))
        elif self.page.tab == "returned":
            self.host.perform(take_in_requested(self, task_id))
        else:
            self.host.perform(self.call_and_paint(partial(self.service.open_task, task_id)))

    async def _open_material(self, material: str) -> None:
        await show_material(self.host, await self.host.ask(partial(self.service.open_material, material)))
