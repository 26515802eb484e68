"""The supervisor screen: what is wrong, waits, departments and windows; an organ's tasks are released, reassigned."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import partial

from textual.binding import Binding
from textual.widget import Widget

from clerk_app.locales import _
from clerk_app.views.lists import ListQuery
from clerk_app.views.supervisor import HallActId, HallDetails, QueueRow, SupervisorService, SupervisorView
from screens import keys
from screens.connection import show_connection
from screens.received_acts import choose_received_act, choose_received_case
from screens.situation import Situation
from screens.supervisor import actions
from screens.supervisor.alert_strip import panel_key
from screens.supervisor.application_acts import show_applications
from screens.supervisor.arrangement import PANELS, PREVIEW
from screens.supervisor.details import DetailsDialog
from screens.supervisor.hall_screen import ALARM_SECONDS, WINDOW_ACTS, HallScreen
from screens.supervisor.lockouts import choose_locked_out
from screens.supervisor.measures import show_measures
from screens.supervisor.organ_page import OrganPage
from screens.supervisor.overview import Overview, hall_state
from screens.supervisor.preview import Content, Subject, read_subject
from screens.supervisor.reductions import show_reductions
from screens.supervisor.situation import describe_situation
from screens.supervisor.snapshot import Snapshot, snapshot_call
from screens.supervisor.task_acts import manage_task, manage_tasks
from screens.supervisor.ticket_page import TicketPage
from screens.supervisor.window_cards import WindowCards
from screens.widgets.columns import PAGE_SIZE
from screens.widgets.cursor_reader import CursorReader
from screens.widgets.row_list import RowList
from screens.widgets.switcher import ContentSwitcher
from screens.widgets.task_list import TaskList

REFRESH_SECONDS = 1.0


class SupervisorScreen(HallScreen):
    """The screen of a supervisor; a digit selects a panel, Enter opens its current row."""

    CSS_PATH = "supervisor.tcss"
    ACTIONS = actions.ACTIONS
    OTHER_KEYS = actions.LIST_KEYS
    BINDINGS = [
        *keys.bindings(actions.OTHER_ACTIONS),
        *(Binding(panel_key(panel), f"panel('{panel}')", show=False) for panel in PANELS),
        Binding("z", "enlarge", show=False),
        Binding("n", "next_alert", show=False),
        *keys.bindings(actions.ROW_ACTIONS, priority=False),
        Binding("tab", "part(1)", show=False, priority=True),
        Binding("shift+tab", "part(-1)", show=False, priority=True),
    ]

    def __init__(self, service: SupervisorService) -> None:
        super().__init__()
        self.service = service
        self._reader = CursorReader(self, self._preview_subject, partial(read_subject, service), self._show_content)
        self._hall_message = ("", "")  # the message about an act on the hall, and the state of the hall that it states

    def body(self) -> Iterable[Widget]:
        yield ContentSwitcher(
            Overview(id="overview"), OrganPage(id="organ"), TicketPage(id="ticket-page"), id="main", initial="overview"
        )

    def on_mount(self) -> None:
        self.query_one(Overview).focus_selected()
        self.set_interval(REFRESH_SECONDS, self.refresh_in_background)
        self.set_interval(ALARM_SECONDS, self.watch_emergencies)

    def key_line_actions(self) -> tuple[keys.KeyAction, ...]:
        more = actions.MORE if self.organ else actions.HALL
        if self.has_class("-narrow"):  # where the frames have no room for the keys of their rows
            acts = actions.acts_on(self.query_one(Overview).selected, self.organ, self.category)
            return keys.key_line_actions((*acts, more))
        return keys.key_line_actions((actions.LOCKOUTS, more, actions.MEASURES, keys.LOCK))

    def situation(self) -> Situation | None:
        return describe_situation(self.query_one(Overview).view, self._organ_row() if self.organ else None)

    async def refresh_view(self) -> None:
        self.query_one(Overview).show_language()
        self._paint_snapshot(await self.host.ask(self._snapshot_call()))

    def refresh_in_background(self) -> None:
        """Read the next snapshot in the background, and paint it."""
        if self.is_current and not self.host.gate_closed:
            self.host.fetch(self._snapshot_call(), self._paint_snapshot)
            self.read_tickets()

    def _snapshot_call(self) -> Callable[[], Snapshot]:
        tasks = self.query_one(TaskList)
        return snapshot_call(self.service, self.organ, tasks.page_offset, tasks.list_query, self._preview_subject())

    def _paint_snapshot(self, snapshot: Snapshot) -> None:
        view = snapshot.view
        with self.app.batch_update():
            self.show_status(view.status)
            overview = self.query_one(Overview)
            overview.show_view(view)
            self.show_emergencies(view.emergencies)
            self._reader.accept(snapshot.subject, snapshot.content)
            message, state = self._hall_message
            if message and message == self.host.message.text and state != hall_state(view):
                self.host.clear_message()  # it is no longer true
            if snapshot.page is not None and snapshot.organ == self.organ:
                self.query_one(TaskList).show_page(snapshot.offset, snapshot.page, snapshot.query)
            self.query_one(OrganPage).show_organ(self._organ_row())

    def on_overview_subject_changed(self) -> None:
        """Read the details of another row, once the cursor rests on it."""
        self._reader.follow()
        self.query_one("#keys").refresh()

    def _preview_subject(self) -> Subject | None:
        overview = self.query_one(Overview)
        return overview.subject if overview.shows(PREVIEW) and not self.is_away else None

    def _show_content(self, subject: Subject | None, content: Content) -> None:
        if subject is not None:
            self.query_one(Overview).show_content(subject, content)

    def on_row_list_page_requested(self, message: RowList.PageRequested) -> None:
        self.host.run_in_background(self._read_more(message.offset, message.query))

    async def _read_more(self, offset: int, query: ListQuery) -> None:
        organ = self.organ
        if organ:
            page = await self.host.ask(partial(self.service.list_tasks, organ, offset, PAGE_SIZE, query))
            if organ == self.organ:
                self.query_one(TaskList).add_page(offset, page, query)
                self.query_one(OrganPage).show_organ(self._organ_row())

    def _organ_row(self) -> QueueRow | None:
        view = self.query_one(Overview).view
        return next((row for row in view.queues if row.organ == self.organ), None) if view is not None else None

    # navigation

    def on_window_cards_opened(self, message: WindowCards.Opened) -> None:
        window = message.window
        self.host.perform(self._show_details(partial(self.service.read_window, window), window))

    async def on_row_list_opened(self, message: RowList.Opened) -> None:
        if message.rows.id == "departments-rows":
            self.host.perform(self._open_organ(message.row.key))
        elif message.rows.id == "tasks":
            self.action_more()
        elif message.rows.id == "waiting-rows":
            self.host.perform(self.open_tickets(message.row.key))
        elif message.rows.id == "tickets":
            self.read_ticket()
        elif message.rows.id == "events-rows":
            await self.open_event(message.row.key)

    async def _open_organ(self, organ: str) -> None:
        self.organ = organ
        self.query_one(TaskList).clear_tasks()
        await self.refresh_view()
        self.switch_to("organ")
        self.set_focus(self.query_one(TaskList))

    def action_step_back(self) -> None:
        if self.is_away:
            self.host.end_message()
            self.organ = self.category = ""
            self.switch_to("overview")
            self.query_one(Overview).focus_selected()
        elif self.query_one(Overview).enlarged:
            self.action_enlarge()

    # actions

    def action_connection(self) -> None:
        self.host.perform(show_connection(self, self.service))

    def action_more(self) -> None:
        tasks = self.query_one(TaskList)
        task = tasks.current_task if self.organ else None
        if self.organ and tasks.marked_tasks:
            self.host.perform(self._manage_marked(tasks))
        elif task is not None:
            self.host.perform(manage_task(self, self.service, self.organ, task, self.call_and_paint))
        elif self.organ:
            self.host.notify(_("There is no task here."), severity="warning")
        else:
            self.host.perform(self._show_details(self.service.read_day))

    async def _manage_marked(self, tasks: TaskList) -> None:
        if await manage_tasks(self, self.service, self.organ, tasks.marked_tasks, self.call_and_paint):
            tasks.clear_marks()

    def action_show_applications(self) -> None:
        self.host.perform(show_applications(self, self.service, self.call_and_paint))

    def action_show_received(self) -> None:
        self.host.perform(self._show_received())

    async def _show_received(self) -> None:
        row = await choose_received_case(self, self.service)
        if row is not None:
            await choose_received_act(self, self.service, row, self.call_and_paint)

    def action_show_measures(self) -> None:
        self.host.perform(show_measures(self, self.service))

    def action_show_reductions(self) -> None:
        self.host.perform(show_reductions(self, self.service))

    def action_choose(self) -> None:
        self.host.perform(self._end_lockout())

    async def _end_lockout(self) -> None:
        chosen = await choose_locked_out(self.host, self.service)
        if chosen is not None:
            await self.call_and_paint(partial(self.service.end_lockout, chosen))

    async def _show_details(self, read: Callable[[], HallDetails], window: str = "") -> None:
        """Show a category, a window or the day, and perform the act that was chosen; `window` is that of the act."""
        chosen = await self.host.show(DetailsDialog(await self.host.ask(read)))
        acts: dict[HallActId, Callable[[], SupervisorView]] = {
            "close_day": self.service.close_day,
            "open_day": self.service.open_day,
        }
        view = self.query_one(Overview).view
        row = next((row for row in view.windows if row.id == window), None) if view is not None else None
        if row is not None and chosen in WINDOW_ACTS:
            await WINDOW_ACTS[chosen](self, self.service, row, self.call_and_paint)
        elif chosen in acts:
            await self.call_and_paint(acts[chosen])
        if chosen is not None:
            self._hall_message = self.host.message.text, hall_state(self.query_one(Overview).view)

    async def call_and_paint(self, call: Callable[[], SupervisorView]) -> None:
        view = await self.host.ask(call)
        await self.refresh_view()
        if view.message:
            self.notify_result(view.message)
