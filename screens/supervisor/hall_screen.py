"""`HallScreen`: the keys with which the supervisor acts on windows, categories, waiting tickets and calls for help."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Coroutine, Sequence
from functools import partial
from typing import Any

from clerk_app.locales import _
from clerk_app.views.supervisor import (
    WINDOW_QUEUE,
    CategoryRow,
    HallActId,
    OpenEmergency,
    SupervisorService,
    SupervisorView,
    WaitingTicket,
    WindowRow,
)
from screens import keys
from screens.role_screen import RoleScreen
from screens.supervisor import ticket_acts, window_acts
from screens.supervisor.arrangement import EVENTS, WAITING, WINDOWS
from screens.supervisor.board_screen import BoardScreen
from screens.supervisor.overview import Overview
from screens.supervisor.panel_lists import find_event
from screens.supervisor.ticket_page import TicketPage
from screens.widgets.dialogs import ConfirmDialog
from screens.widgets.notice_line import Notice, NoticeLine
from screens.widgets.switcher import ContentSwitcher

WindowAct = Callable[[RoleScreen, SupervisorService, WindowRow, window_acts.Perform], Coroutine[Any, Any, None]]
WINDOW_ACTS: dict[HallActId | None, WindowAct] = {
    "open_window": window_acts.open_window,
    "close_window": window_acts.pause_or_close,
    "change_functions": window_acts.change_functions,
    "send_message": window_acts.send_message,
}
ALARM_SECONDS = 3  # between two bells while nobody has seen a call for help


class HallScreen(BoardScreen):
    """The part of the supervisor's screen that acts on the hall."""

    HAS_NOTICES = True
    service: SupervisorService

    def __init__(self) -> None:
        super().__init__()
        self._emergencies: tuple[OpenEmergency, ...] = ()

    async def call_and_paint(self, call: Callable[[], SupervisorView]) -> None:
        """Call the service, paint the board, and show the message."""
        raise NotImplementedError

    # what the keys act on

    def _window_row(self) -> WindowRow | None:
        """Return the window under the cursor; also that of an alert or event about one."""
        overview = self.query_one(Overview)
        key = self._subject_of(WINDOWS, "windows")
        view = overview.view
        return next((row for row in view.windows if row.id == key), None) if view is not None else None

    def _category_row(self) -> CategoryRow | None:
        """Return the category whose tickets are shown, or that under the cursor, or of the alert under it."""
        key = self.category or self._subject_of(WAITING, "waiting")
        view = self.query_one(Overview).view
        return next((row for row in view.hall if row.id == key), None) if view is not None else None

    def _subject_of(self, panel: str, place: str) -> str:
        overview = self.query_one(Overview)
        if self.is_away or overview.view is None:
            return ""
        subject = overview.subject
        if subject.panel == EVENTS:
            found = find_event(overview.view, subject.key)
            return found.row if found is not None and found.place == place else ""
        return subject.key if subject.panel == panel else ""

    # windows

    def _act_on_window(self, act: WindowAct) -> None:
        row = self._window_row()
        if row is not None:
            self.host.perform(act(self, self.service, row, self.call_and_paint))
        elif not self.is_away:
            self.host.notify(_("This key acts on a window: 4 selects the windows."))

    def action_open_window(self) -> None:
        self._act_on_window(window_acts.open_window)

    def action_close_window(self) -> None:
        self._act_on_window(window_acts.pause_or_close)

    def action_change_functions(self) -> None:
        """Change what a window serves; in the list of tickets, their further windows."""
        if self.category:
            self._act_on_tickets(self._set_stations)
        else:
            self._act_on_window(window_acts.change_functions)

    def action_send_message(self) -> None:
        self._act_on_window(window_acts.send_message)

    def action_add_window(self) -> None:
        row, view = self._category_row(), self.query_one(Overview).view
        if row is not None and view is not None:
            add = window_acts.add_window(self, self.service, row.id, row.name, view.windows, self.call_and_paint)
            self.host.perform(add)
        elif not self.is_away:
            self.host.notify(_("This key acts on a category: 1 selects who waits."))

    # waiting tickets

    def action_list_tickets(self) -> None:
        """Show the waiting tickets of a category, or those that a window calls; there, `t` moves them."""
        row, window = self._category_row(), self._window_row()
        if self.category:
            self._act_on_tickets(self._move_tickets)
        elif row is not None:
            self.host.perform(self.open_tickets(row.id))
        elif window is not None:
            self.host.perform(self.open_tickets(WINDOW_QUEUE + window.id))
        elif not self.is_away:
            self.host.notify(_("This key acts on a category or a window: 1 and 4 select them."))

    def action_change_priority(self) -> None:
        if self.category:
            self._act_on_tickets(self._change_priority)
        else:
            self.action_list_tickets()

    async def open_tickets(self, category: str) -> None:
        """Show the waiting tickets of a category, or of a window (`WINDOW_QUEUE`)."""
        self.category = category
        page = self.query_one(TicketPage)
        page.rows.clear_marks()
        page.rows.cursor = 0
        self._show_tickets(category, await self.host.ask(partial(self.service.list_waiting, category)))
        self.switch_to("ticket-page")
        self.set_focus(page.rows)

    def _show_tickets(self, category: str, tickets: Sequence[WaitingTicket]) -> None:
        if category == self.category:
            view, window = self.query_one(Overview).view, category.removeprefix(WINDOW_QUEUE)
            found = (row.name for row in view.windows if row.id == window) if view is not None else iter(())
            name = next(found, "") if category != window else ""
            self.query_one(TicketPage).show_tickets(self._category_row(), tickets, name)

    def read_tickets(self) -> None:
        """Read the tickets that are shown again, in the background."""
        category = self.category
        if category:
            read = partial(self.service.list_waiting, category)
            self.host.fetch(read, partial(self._show_tickets, category), group="tickets")

    def _act_on_tickets(self, act: Callable[[Sequence[WaitingTicket]], Awaitable[bool]]) -> None:
        tickets = self.query_one(TicketPage).chosen
        if tickets:
            self.host.perform(self._act_and_unmark(act, tickets))

    async def _act_and_unmark(
        self, act: Callable[[Sequence[WaitingTicket]], Awaitable[bool]], tickets: Sequence[WaitingTicket]
    ) -> None:
        if await act(tickets):
            self.query_one(TicketPage).rows.clear_marks()
            self._show_tickets(self.category, await self.host.ask(partial(self.service.list_waiting, self.category)))

    async def _move_tickets(self, tickets: Sequence[WaitingTicket]) -> bool:
        return await ticket_acts.move_tickets(self, self.service, tickets, self.call_and_paint)

    async def _set_stations(self, tickets: Sequence[WaitingTicket]) -> bool:
        return await ticket_acts.set_stations(self, self.service, tickets, self.call_and_paint)

    async def _change_priority(self, tickets: Sequence[WaitingTicket]) -> bool:
        return await ticket_acts.change_priority(self, self.service, tickets, self.call_and_paint)

    def read_ticket(self) -> None:
        """Show why the ticket under the cursor has its place."""
        row = self.query_one(TicketPage).rows.current_row
        ticket = next(
            (each for each in self.query_one(TicketPage).shown if row is not None and each.id == row.key), None
        )
        if ticket is not None:
            self.host.perform(ticket_acts.read_ticket(self, self.service, ticket))

    def switch_to(self, part: str) -> None:
        """Show the board, the tasks of an organ, or the tickets of a category."""
        self.query_one("#main", ContentSwitcher).current = part
        self.query_one("#keys").refresh()

    # calls for help

    def show_emergencies(self, calls: Sequence[OpenEmergency]) -> None:
        """Show the calls for help, and ring the bell for a new one."""
        unseen = {call.id for call in calls if not call.is_seen}
        if unseen - {call.id for call in self._emergencies}:
            self.app.bell()
        self._emergencies = tuple(calls)
        answer, end = _("{key} I come"), _("{key} has ended")
        cap = keys.HELP_CALL.key_cap
        self.query_one(NoticeLine).show_notices(
            [
                Notice(
                    "warn" if call.is_seen else "bad", call.sentence, (end if call.is_seen else answer).format(key=cap)
                )
                for call in calls
            ]
        )

    def watch_emergencies(self) -> None:
        """Read the calls for help, also while the screen is locked, and ring the bell while nobody has seen one."""
        if not self.is_current:
            self.host.fetch(self.service.read_emergencies, self.show_emergencies, group="emergencies")
        if any(not call.is_seen for call in self._emergencies):
            self.app.bell()

    def action_answer_help(self) -> None:
        if self._emergencies:
            self.host.perform(self._answer_help(self._emergencies[0]))
        else:
            self.host.notify(_("Nobody calls for help."))

    async def _answer_help(self, call: OpenEmergency) -> None:
        if not call.is_seen:
            await self.call_and_paint(partial(self.service.answer_emergency, call.id))
        elif await self.host.show(ConfirmDialog(_("Call for help"), call.sentence, hint=_("it has ended"))):
            await self.call_and_paint(partial(self.service.end_emergency, call.id))
