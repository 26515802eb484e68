"""The frame of the counter screen: its panels, painting of a view, focus, and saving of the form."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace
from functools import partial

from textual import events
from textual.binding import Binding
from textual.widget import Widget
from textual.widgets import ContentSwitcher

from clerk_app.locales import _
from clerk_app.views.counter import CounterService, CounterView
from clerk_app.views.shared import CameraService
from screens import keys
from screens.counter.actions import Mode, mode_of, offered_actions
from screens.counter.case_panel import CasePanel
from screens.counter.panels import HallPanel, IntakePanel, PersonPanel, ReceiptPanel, describe_submit
from screens.counter.sidebar import Sidebar
from screens.role_screen import RoleScreen
from screens.widgets.dialogs import Dialog
from screens.widgets.fields import FormInput
from screens.widgets.form import Form
from screens.widgets.row_list import RowList
from screens.widgets.text_input import typed_text

REFRESH_SECONDS = 3.0
PANEL_OF_MODE: dict[Mode, str] = {
    "hall": "hall", "called": "hall", "person": "person", "intake": "filling", "case": "case", "receipt": "receipt",
}  # fmt: skip


class CounterFrame(RoleScreen):
    """The sidebar at the left, and at the right the panel of the current mode."""

    CSS_PATH = "counter.tcss"
    BINDINGS = [
        Binding("tab", "part(1)", show=False, priority=True),
        Binding("shift+tab", "part(-1)", show=False, priority=True),
    ]

    def __init__(self, service: CounterService, camera: CameraService) -> None:
        super().__init__()
        self.service = service
        self.camera = camera
        self.view: CounterView | None = None
        self.mode: Mode = "hall"
        self.closed_receipt_id = ""
        self.offered_papers: set[str] = set()  # ids of the pending papers that the clerk was asked about
        self.camera_read = ("", 0.0)  # the code that the camera read last, and when

    def body(self) -> Iterable[Widget]:
        yield Sidebar(id="side")
        panels = (
            HallPanel(id="hall"),
            PersonPanel(id="person"),
            IntakePanel(id="filling"),
            CasePanel(id="case"),
            ReceiptPanel(id="receipt"),
        )
        yield ContentSwitcher(*panels, id="main", initial="hall")

    def on_mount(self) -> None:
        self.set_focus(self.query_one("#code"))
        self.set_interval(REFRESH_SECONDS, self.refresh_in_background)

    def key_line_actions(self) -> tuple[keys.KeyAction, ...]:
        return keys.key_line_actions(offered_actions(self.mode, self.view))

    async def refresh_view(self) -> None:
        view = await self.host.ask(self.service.read_view)
        self.view = None  # forces a full repaint: the texts may be in another language
        await self.paint(view)

    async def call_and_paint(self, call: Callable[[], CounterView]) -> None:
        """Call the service, paint the view that it returns, and show its message."""
        view = await self.host.ask(call)
        await self.paint(view)
        if view.message:
            self.notify_result(view.message, severity="error" if view.is_refusal else "information")

    async def paint(self, view: CounterView) -> None:
        """Paint a view; the focus moves only when the mode has changed."""
        if view.closed and (self.view is None or not self.view.closed):
            await self._leave_closed_window(view.closed)
        last, last_mode, self.view = self.view, self.mode, view
        self.mode = mode_of(view, self.closed_receipt_id)
        serving = view.serving
        self.show_status(view.status, serving.number if serving else "", serving.called_at if serving else None)
        if last is not None and self.mode == last_mode and differs_in_time_only(last, view):
            return
        self.query_one(Sidebar).show_view(view)
        self.query_one(HallPanel).show_view(view)
        self.query_one(PersonPanel).show_view(view)
        self.query_one(ReceiptPanel).show_paper(view.receipt)
        if view.intake is not None:
            await self.query_one(IntakePanel).show_intake(view.intake, needs_check=needs_face_check(view))
            self._show_hint_on_row()
        if view.case is not None:
            self.query_one(CasePanel).show_case(view.case)
        self.set_class(self.mode in ("hall", "called", "receipt"), "-slim")
        self.query_one("#keys").refresh()
        self.query_one("#main", ContentSwitcher).current = PANEL_OF_MODE[self.mode]
        if self.mode != last_mode:
            self.focus_first_part()

    def focus_first_part(self) -> None:
        """Set the focus to the first field that needs an answer, or else to the first part that Tab visits."""
        if self.mode != "intake" or not self.query_one(Form).focus_first_unanswered():
            self.set_focus(self._focusable_parts()[0])

    def refresh_in_background(self) -> None:
        """Read the view and paint it, unless an action is running; below a dialog only when the window was closed."""
        if self.host.gate_closed:
            return
        if self.is_current:
            self.host.fetch(self.service.read_view, self.paint)
        elif self.view is not None and not self.view.closed:
            self.host.fetch(self.service.read_view, self._paint_if_closed)  # also below a dialog, and while locked

    async def _paint_if_closed(self, view: CounterView) -> None:
        if view.closed:
            await self.paint(view)

    async def _leave_closed_window(self, sentence: str) -> None:
        """Save what was typed, close the dialogs above this screen, and show why the window is closed."""
        await self.save_input()
        stack = self.app.screen_stack
        for screen in reversed(stack[stack.index(self) + 1 :] if self in stack else []):
            if isinstance(screen, Dialog):
                screen.close(None)
        self.host.notify(sentence, severity="warning")

    def action_part(self, by: int) -> None:
        """Tab: move the focus `by` parts; the form keeps its current field."""
        parts = self._focusable_parts()
        current = next((index for index, part in enumerate(parts) if part.has_focus), 0)
        self.set_focus(parts[(current + by) % len(parts)])

    async def choose_requirement(self) -> str:
        """Return the key of the marked material or matter; empty if none is marked.

        Chosen from the menu while another part has the focus, it only leads to the list: no row was marked yet.
        """
        needs = self.query_one("#needs", RowList)
        if self.focused is not needs:
            needs.focus()
            self.host.notify(_("Choose a row with Up and Down; Space toggles it."))
            return ""
        return needs.current_row.key if needs.current_row is not None else ""

    def _focusable_parts(self) -> list[Widget]:
        """The widgets that Tab visits in the current mode; the first one has the focus at the start."""
        code, needs = self.query_one("#code"), self.query_one("#needs")
        parts: dict[Mode, list[Widget]] = {
            "hall": [code, self.query_one("#waiting")],
            "called": [code, self.query_one("#waiting")],
            "person": [self.query_one(PersonPanel), code],
            "intake": [*self._last_field(), needs, code],
            "case": [self.query_one("#caserows"), code],
            "receipt": [self.query_one("#paper"), code],
        }
        return parts[self.mode]

    def _last_field(self) -> list[Widget]:
        form = self.query_one(Form)
        lines = form.field_lines
        last_line = form.last_line if form.last_line in lines else next(iter(lines), None)
        line = form.current_line or last_line
        return [line.input] if line is not None else []

    def on_key(self, event: events.Key) -> None:
        """Send keys of a wedge scanner to the code line while no text field has the focus."""
        character = typed_text(event)
        if character and not character.isspace():
            event.stop()
            code = self.query_one("#code", FormInput)
            self.set_focus(code)
            code.insert_text_at_cursor(character)

    def on_paste(self, event: events.Paste) -> None:
        """Send pasted text to the code line while no text field has the focus."""
        code = self.query_one("#code", FormInput)
        self.set_focus(code)
        code.insert_text_at_cursor(event.text)

    def on_form_field_entered(self, message: Form.FieldEntered) -> None:
        self.query_one(IntakePanel).show_hint(message.row)

    def on_form_field_changed(self, message: Form.FieldChanged) -> None:
        if self.host.message.severity == "error":
            self.host.clear_message()  # the change may have corrected the error
        self.host.run_in_background(self._save_field(message.field, message.value))

    async def _save_field(self, field: str, value: str) -> None:
        form, saved = self.query_one(Form), False
        try:
            view = await self.host.ask(partial(self.service.fill_field, field, value))
            saved = True
        finally:
            form.confirm_save(field, saved=saved)
        await self.paint(view)

    def on_form_finished(self) -> None:
        self.host.run_in_background(self._describe_next_act())

    async def _describe_next_act(self) -> None:
        """After the last field, show what F9 does now; the calls before this one have saved what was typed."""
        view = await self.host.ask(self.service.read_view)
        await self.paint(view)
        if view.intake is not None:
            next_act = describe_submit(view.intake, needs_check=needs_face_check(view))
            self.host.notify(_("That was the last field. {next}").format(next=next_act))

    def on_row_list_moved(self, message: RowList.Moved) -> None:
        if message.rows.id == "needs":
            self._show_hint_on_row()

    def _show_hint_on_row(self) -> None:
        """Show the hint on the marked material or matter, while the list has the focus."""
        needs = self.query_one("#needs", RowList)
        if needs.has_focus and needs.current_row is not None:
            self.query_one(IntakePanel).show_hint(self.query_one(Sidebar).row_detail(needs.current_row))

    async def save_input(self) -> None:
        for field, value in self.query_one(Form).take_changes():
            await self._save_field(field, value)


def needs_face_check(view: CounterView | None) -> bool:
    """Return whether a person is identified whom the clerk has not compared with the photo yet."""
    return view is not None and view.applicant is not None and view.applicant.needs_confirmation


def differs_in_time_only(last: CounterView, view: CounterView) -> bool:
    """Return whether two views differ only in time and message."""
    return (
        replace(
            view, status=replace(view.status, now=last.status.now), message=last.message, is_refusal=last.is_refusal
        )
        == last
    )
