"""The reception's screen: a ticket in two digits, the tickets issued here, and where a ticket is."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import partial

from textual.binding import Binding
from textual.widget import Widget

from clerk_app.errors import ClerkError
from clerk_app.locales import _
from clerk_app.views.reception import ReceptionCategory, ReceptionClass, ReceptionService, ReceptionView, TicketAnswer
from screens import keys
from screens.connection import show_connection
from screens.reception import actions
from screens.reception.code_requests import answer_code_request
from screens.reception.issue_panel import CATEGORIES_PER_PAGE, IssuePanel
from screens.reception.kiosk_calls import show_calls
from screens.reception.lists import AppointmentsPanel, IssuedPanel, WindowsPanel, answer_lines
from screens.reception.papers import take_ticket_papers
from screens.reception.situation import describe_situation
from screens.role_screen import RoleScreen
from screens.scan_receiver import Scan
from screens.situation import Situation
from screens.theme.panels import title_panel
from screens.undo import undo_last_act, undo_typing
from screens.widgets.columns import ListRow
from screens.widgets.containers import Horizontal, Vertical
from screens.widgets.dialogs import ConfirmDialog, ReadDialog, ask_text, drop_texts
from screens.widgets.pick import PickDialog
from screens.widgets.preview import Preview, PreviewLines
from screens.widgets.row_list import RowList

REFRESH_SECONDS = 3.0


class ReceptionScreen(RoleScreen):
    """Issues tickets; Enter or F8 lists what can be done with the marked one."""

    CSS_PATH, HAS_NOTICES = "reception.tcss", True
    ACTIONS = actions.ACTIONS
    OTHER_KEYS = actions.OTHER_KEYS
    BINDINGS = [
        *keys.bindings(ACTIONS),
        *(Binding(str(digit), f"digit('{digit}')", show=False) for digit in range(10)),
        Binding("plus", "add(1)", show=False),
        Binding("minus", "add(-1)", show=False),
    ]

    def __init__(self, service: ReceptionService) -> None:
        super().__init__()
        self.service = service
        self._view: ReceptionView | None = None

    def body(self) -> Iterable[Widget]:
        issued = IssuedPanel(id="issued-panel")
        yield Horizontal(Vertical(IssuePanel(id="issue"), issued, id="left"), Vertical(id="right"), id="parts")

    async def on_mount(self) -> None:
        self.set_focus(self._issued.list)
        empty = actions.describe_empty_details
        details = Preview(self._issued.list, self._read_details, empty=empty, id="details", classes="panel")
        await self.query_one("#right").mount(details, AppointmentsPanel(id="appointments"), WindowsPanel(id="windows"))
        self.set_interval(REFRESH_SECONDS, self._refresh_in_background)

    @property
    def _issue(self) -> IssuePanel:
        return self.query_one(IssuePanel)

    @property
    def _issued(self) -> IssuedPanel:
        return self.query_one(IssuedPanel)

    def situation(self) -> Situation | None:
        return describe_situation(self._view, self._issue.chosen, self._issued.current)

    def _read_details(self, row: ListRow) -> PreviewLines:
        """Read where a ticket is; runs in the service thread."""
        return answer_lines(self.service.describe_ticket(row.key))

    async def refresh_view(self) -> None:
        self.paint(await self.host.ask(self.service.read_view))

    def _refresh_in_background(self) -> None:
        if self.is_current and not self.host.gate_closed:
            self.host.fetch(self.service.read_view, self.paint)

    def paint(self, view: ReceptionView) -> None:
        """Show a view."""
        show_calls(self, view, self._view)
        self._view = view
        self.show_status(view.status)
        self._issue.show_view(view)
        self._issued.show_view(view)
        for panel in (*self.query(WindowsPanel), *self.query(AppointmentsPanel)):
            panel.show_view(view)
        for details in self.query(Preview):
            title_panel(details, _("Marked ticket"))
            details.read_again()

    async def _call_and_paint(self, call: Callable[[], ReceptionView]) -> None:
        try:
            view = await self.host.ask(call)
        except ClerkError:
            await self.refresh_view()
            raise
        await self._show_result(view)

    async def _show_result(self, view: ReceptionView) -> None:
        """Show a view with its message; ask about each slip that the printer did not confirm."""
        self.paint(view)
        if view.message:
            self.notify_result(view.message)
        for ticket in view.unconfirmed:
            await self._show_ticket(partial(self.service.describe_ticket, ticket))

    # issue

    def action_digit(self, digit: str) -> None:
        """Choose a category, or issue a ticket of a class of the chosen category."""
        try:
            chosen = self._issue.press(digit)
        except KeyError:
            self.app.bell()
            return
        if chosen is not None:
            self.host.perform(self._issue_tickets(*chosen))

    async def _issue_tickets(self, category: ReceptionCategory, ticket_class: ReceptionClass) -> None:
        count = self._issue.count
        self._issue.reset()
        await self._call_and_paint(partial(self.service.issue, category.id, ticket_class.id, count))

    def action_add(self, tickets: int) -> None:
        """Issue more or fewer tickets at once."""
        self._issue.add(tickets)

    def action_step_back(self) -> None:
        self._issue.reset()

    # acts on a ticket

    def on_row_list_opened(self, _message: RowList.Opened) -> None:
        self.action_more()

    def action_more(self) -> None:
        row = self._issued.current
        if row is None:
            self.host.notify(_("No ticket is marked: F5 finds one by its number."), severity="warning")
        else:
            self.host.perform(self._show_ticket(partial(self.service.describe_ticket, row.id)))

    def action_recall(self) -> None:
        self._perform_on_marked("reprint")

    def action_answer_help(self) -> None:
        for call in self._view.calls[:1] if self._view is not None else ():
            self.host.perform(self._call_and_paint(partial(self.service.answer_call, call.id)))

    def action_answer_code(self) -> None:
        self.host.perform(answer_code_request(self, self.service, self._call_and_paint))

    def action_return_it(self) -> None:
        self._perform_on_marked("left")

    def _perform_on_marked(self, act: str) -> None:
        row = self._issued.current
        if row is None or act not in row.acts:
            sentence = _("This is not possible with the marked ticket {number}.")
            self.host.notify(sentence.format(number=row.number if row is not None else ""))
            self.app.bell()
        else:
            self.host.perform(self._perform(act, row.id, row.number))

    def action_choose(self) -> None:
        self.host.perform(self._find())

    def action_scan(self) -> None:
        self.host.perform(self._ask_code())

    async def _ask_code(self) -> None:
        code = await ask_text(self, "code", _("Scan"), _("Scan or type the code of an appointment, slip or receipt."))
        if code is not None:
            await self._use_code(code)
            drop_texts(self, "code")

    async def _use_code(self, code: str) -> None:
        """Issue the ticket of an appointment, or show where the ticket of a slip is."""
        result = await self.host.ask(partial(self.service.take_code, code))
        if isinstance(result, TicketAnswer):
            await self._show_answer(result)
        else:
            await self._show_result(result)

    async def _find(self) -> None:
        number = await ask_text(self, "find", _("Where is it"), _("The number of the ticket, such as A023."))
        if number is not None:
            await self._show_ticket(partial(self.service.find_ticket, number))
            drop_texts(self, "find")

    def take_scan(self, scan: Scan) -> None:
        """Use the scanned code of an appointment or of a slip."""
        if scan.trouble:
            super().take_scan(scan)
        else:
            self.host.perform(self._use_code(scan.text))

    async def _show_ticket(self, call: Callable[[], TicketAnswer]) -> None:
        await self._show_answer(await self.host.ask(call))

    async def _show_answer(self, answer: TicketAnswer) -> None:
        """Show where a ticket is, and perform the act that is chosen."""
        rows = actions.act_rows(answer.acts)
        if not rows:
            await self.host.show(ReadDialog(answer.number, sentences=answer.sentences))
            return
        act = await self.host.show(PickDialog(answer.number, rows, sentence="\n".join(answer.sentences)))
        if act is not None:
            await self._perform(act, answer.id, answer.number)

    async def _perform(self, act: str, ticket: str, number: str) -> None:
        if act == "reprint":
            await self._call_and_paint(partial(self.service.reprint, ticket))
        elif act == "left":
            sentence = _("Take {number} out of the queue? Its holder leaves, and needs a new ticket to come back.")
            if await self.host.show(ConfirmDialog(_("Leaves"), sentence.format(number=number))):
                await self._call_and_paint(partial(self.service.record_left, ticket))
        elif act == "move":
            await self._move(ticket, number)
        elif act == "papers":
            await take_ticket_papers(self.host, self.service, ticket, number, self._call_and_paint)
        else:
            await self._call_and_paint(partial(self.service.record_slip, ticket, printed=act == "printed"))

    async def _move(self, ticket: str, number: str) -> None:
        categories = self._view.categories if self._view is not None else ()
        rows = actions.category_rows(categories, CATEGORIES_PER_PAGE)
        category = await self.host.show(PickDialog(_("Move {number} to").format(number=number), rows))
        if category is not None:
            await self._call_and_paint(partial(self.service.move, ticket, category))

    def action_connection(self) -> None:
        self.host.perform(show_connection(self, self.service))

    def action_undo_act(self) -> None:
        if not undo_typing(self.focused):
            self.host.perform(undo_last_act(self.host, self.service, self._call_and_paint))
