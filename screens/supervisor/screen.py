"""The supervisor screen: queues, hall and windows at a glance; tasks of an organ can be released and reassigned."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import partial

from textual.binding import Binding
from textual.containers import Vertical
from textual.widget import Widget
from textual.widgets import ContentSwitcher

from clerk_app.locales import _
from clerk_app.views.department import TaskPage, TaskRow
from clerk_app.views.supervisor import HallActId, HallDetails, QueueRow, SupervisorService, SupervisorView
from screens import keys
from screens.connection import show_connection
from screens.role_screen import RoleScreen
from screens.situation import Situation
from screens.supervisor import actions
from screens.supervisor.details import DetailsDialog
from screens.supervisor.lockouts import choose_locked_out
from screens.supervisor.overview import Overview, hall_state
from screens.supervisor.situation import describe_situation
from screens.widgets.columns import PAGE_SIZE
from screens.widgets.paint import Line, Span, TextBlock, level_style, level_symbol
from screens.widgets.pick import PickDialog, PickRow
from screens.widgets.reasons import record_reasons
from screens.widgets.row_list import RowList
from screens.widgets.task_list import TaskList

REFRESH_SECONDS = 1.0

Snapshot = tuple[SupervisorView, str, int, TaskPage | None]
"""View, organ whose tasks are shown (empty for the overview), offset of the page, page of tasks."""


class SupervisorScreen(RoleScreen):
    """The screen of a supervisor; Enter opens the tasks of an organ."""

    CSS_PATH = "supervisor.tcss"
    ACTIONS = actions.ACTIONS
    OTHER_KEYS = actions.LIST_KEYS
    BINDINGS = [
        *keys.bindings(ACTIONS),
        Binding("tab", "part(1)", show=False, priority=True),
        Binding("shift+tab", "part(-1)", show=False, priority=True),
    ]

    def __init__(self, service: SupervisorService) -> None:
        super().__init__()
        self.service = service
        self.organ = ""  # the organ whose tasks are shown; empty for the overview
        self._hall_message = ("", "")  # the message about an act on the hall, and the state of the hall that it states

    def body(self) -> Iterable[Widget]:
        tasks = Vertical(
            TextBlock(lambda _width: self._organ_lines(), id="organhead"),
            TaskList(id="tasks", empty=lambda: _("There is no task here.")),
            id="organ",
        )
        yield ContentSwitcher(Overview(id="overview"), tasks, id="main", initial="overview")

    def on_mount(self) -> None:
        self.set_focus(self.query_one(Overview).lists[0])
        self.set_interval(REFRESH_SECONDS, self.refresh_in_background)

    def key_line_actions(self) -> tuple[keys.KeyAction, ...]:
        return keys.key_line_actions((actions.LOCKOUTS, actions.MORE if self.organ else actions.HALL, keys.LOCK))

    def situation(self) -> Situation | None:
        return describe_situation(self.query_one(Overview).view, self._organ_row() if self.organ else None)

    async def refresh_view(self) -> None:
        self._paint_snapshot(await self.host.ask(self._snapshot_call()))

    def refresh_in_background(self) -> None:
        """Read the next snapshot in the background, and paint it."""
        if self.is_current and not self.host.gate_closed:
            self.host.fetch(self._snapshot_call(), self._paint_snapshot)

    def _snapshot_call(self) -> Callable[[], Snapshot]:
        organ, offset = self.organ, self.query_one(TaskList).page_offset

        def read_snapshot() -> Snapshot:
            return (
                self.service.read_view(),
                organ,
                offset,
                self.service.list_tasks(organ, offset, PAGE_SIZE) if organ else None,
            )

        return read_snapshot

    def _paint_snapshot(self, snapshot: Snapshot) -> None:
        view, organ, offset, page = snapshot
        with self.app.batch_update():
            self.show_status(view.status)
            self.query_one(Overview).show_view(view)
            message, state = self._hall_message
            if message and message == self.host.message.text and state != hall_state(view):
                self.host.clear_message()  # it is no longer true
            if page is not None and organ == self.organ:
                self.query_one(TaskList).show_page(offset, page)
            self.query_one("#organhead", TextBlock).refresh()

    def on_row_list_page_requested(self, message: RowList.PageRequested) -> None:
        self.host.run_in_background(self._read_more(message.offset))

    async def _read_more(self, offset: int) -> None:
        organ = self.organ
        if organ:
            page = await self.host.ask(partial(self.service.list_tasks, organ, offset, PAGE_SIZE))
            if organ == self.organ:
                self.query_one(TaskList).add_page(offset, page)

    def _organ_row(self) -> QueueRow | None:
        view = self.query_one(Overview).view
        return next((row for row in view.queues if row.organ == self.organ), None) if view is not None else None

    def _organ_lines(self) -> Iterable[Line]:
        row = self._organ_row()
        if row is None:
            return
        counts = _("{count} in the queue, {taken} taken, {returned} wait for papers").format(
            count=row.length, taken=row.claimed, returned=row.returned
        )
        late: Span = (f"   {level_symbol('bad')} " + _("{count} overdue").format(count=row.overdue), level_style("bad"))
        yield [(f" {row.name}", "title"), (f"   {counts}", ""), *((late,) if row.overdue else ())]
        yield [(" Enter ", "cap"), (_("releases or reassigns the marked task"), "dim"), ("   Esc ", "cap"),
               (_("goes back"), "dim")]  # fmt: skip

    # navigation

    def action_part(self, by: int) -> None:
        """Tab: focus the next list."""
        if not self.organ:
            lists = self.query_one(Overview).lists
            current = next((index for index, rows in enumerate(lists) if rows.has_focus), 0)
            self.set_focus(lists[(current + by) % len(lists)])

    def on_row_list_opened(self, message: RowList.Opened) -> None:
        if message.rows.id == "queues-rows":
            self.host.perform(self._open_organ(message.row.key))
        elif message.rows.id == "tasks":
            self.action_more()
        elif message.rows.id == "hall-rows":
            self.host.perform(self._show_details(partial(self.service.read_category, message.row.key)))
        elif message.rows.id == "windows-rows":
            window = message.row.key
            self.host.perform(self._show_details(partial(self.service.read_window, window), window))

    async def _open_organ(self, organ: str) -> None:
        self.organ = organ
        self.query_one(TaskList).clear_tasks()
        await self.refresh_view()
        self._switch_to("organ", "#tasks")

    def action_step_back(self) -> None:
        if self.organ:
            self.host.end_message()
            self.organ = ""
            self._switch_to("overview", "#queues-rows")

    def _switch_to(self, part: str, focus: str) -> None:
        self.query_one("#main", ContentSwitcher).current = part
        self.set_focus(self.query_one(focus))
        self.query_one("#keys").refresh()

    # actions

    def action_connection(self) -> None:
        self.host.perform(show_connection(self, self.service))

    def action_more(self) -> None:
        task = self.query_one(TaskList).current_task if self.organ else None
        if task is not None:
            self.host.perform(self._manage_task(task))
        elif self.organ:
            self.host.notify(_("There is no task here."), severity="warning")
        else:
            self.host.perform(self._show_details(self.service.read_day))

    def action_choose(self) -> None:
        self.host.perform(self._end_lockout())

    async def _end_lockout(self) -> None:
        chosen = await choose_locked_out(self.host, self.service)
        if chosen is not None:
            await self._call_and_paint(partial(self.service.end_lockout, chosen))

    async def _show_details(self, read: Callable[[], HallDetails], window: str = "") -> None:
        """Show a category, a window or the day, and perform the act that was chosen; `window` is that of the act."""
        chosen = await self.host.show(DetailsDialog(await self.host.ask(read)))
        acts: dict[HallActId, Callable[[], SupervisorView]] = {
            "close_window": partial(self.service.close_window, window),
            "close_day": self.service.close_day,
            "open_day": self.service.open_day,
        }
        if chosen is not None:
            await self._call_and_paint(acts[chosen])
            self._hall_message = self.host.message.text, hall_state(self.query_one(Overview).view)

    async def _manage_task(self, task: TaskRow) -> None:
        """Release a task from its officer or reassign it to another; both record a reason that the supervisor types."""
        rows = [PickRow("reassign", _("Reassign to another officer"), "2")]
        if task.holder:
            rows.insert(0, PickRow("release", _("Release: take it back from {person}").format(person=task.holder), "1"))
        chosen = await self.host.show(PickDialog(f"{task.number}  {task.matter}", rows))
        if chosen == "release":
            sentence = _("Why is the task taken back from {person}? The reason is recorded.")
            await record_reasons(
                self,
                f"release {task.id}",
                _("Release"),
                sentence.format(person=task.holder),
                lambda reason: self._call_and_paint(partial(self.service.release_task, task.id, reason)),
            )
        elif chosen == "reassign":
            await self._reassign(task)

    async def _reassign(self, task: TaskRow) -> None:
        officers = await self.host.ask(partial(self.service.list_officers, self.organ))
        rows = [
            PickRow(officer.id, officer.name, str(index + 1), officer.hint) for index, officer in enumerate(officers)
        ]
        chosen = await self.host.show(PickDialog(_("To which officer?"), rows))
        if chosen is None:
            return
        name = next(officer.name for officer in officers if officer.id == chosen)
        sentence = _("Why is the task given to {person}? The reason is recorded.").format(person=name)
        await record_reasons(
            self,
            f"reassign {task.id}",
            _("Reassign"),
            sentence,
            lambda reason: self._call_and_paint(partial(self.service.reassign_task, task.id, chosen, reason)),
        )

    async def _call_and_paint(self, call: Callable[[], SupervisorView]) -> None:
        view = await self.host.ask(call)
        await self.refresh_view()
        if view.message:
            self.notify_result(view.message)
