"""The frame of the counter screen: painting of a view, and saving of the form."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import partial

from textual import events
from textual.geometry import Size

from clerk_app.locales import _
from clerk_app.views.case_list import CaseRow
from clerk_app.views.counter import CounterService, CounterView
from clerk_app.views.shared import CameraService
from screens import keys
from screens.counter.actions import mode_of, offered_actions
from screens.counter.applicant_panel import ApplicantPanel
from screens.counter.case_panels import CaseFactsPanel, CoursePanel, HistoryPanel
from screens.counter.day_panels import DayPanel, EventsPanel, OneThingsPanel, WindowPanel
from screens.counter.hall_panels import KeptPanel, WaitingPanel
from screens.counter.intake_panel import IntakePanel, describe_submit
from screens.counter.materials_panel import MaterialsPanel
from screens.counter.own_cases import OwnCases
from screens.counter.person_panel import PersonPanel, PortraitPanel
from screens.counter.plans import panel_number
from screens.counter.receipt_panels import PrintingPanel, ReceiptPanel
from screens.counter.staff_notices import StaffNotices
from screens.counter.steps import list_steps
from screens.counter.steps_panel import StepsPanel
from screens.papers.background_reading import BackgroundReader
from screens.widgets.dialogs import Dialog
from screens.widgets.fields import FormInput
from screens.widgets.form import Form
from screens.widgets.row_list import RowList
from screens.widgets.text_input import typed_text

REFRESH_SECONDS = 3.0


class CounterFrame(StaffNotices):
    """Paints a view into the panels, and saves what is typed into the form."""

    def __init__(self, service: CounterService, camera: CameraService) -> None:
        super().__init__()
        self.service = service
        self.camera = camera
        self.closed_receipt_id = ""
        self.offered_papers: set[str] = set()  # ids of the pending papers that the clerk was asked about
        self.asked_prints: set[str] = set()  # ids of the prints about which the clerk was asked
        self.camera_read = ("", 0.0)  # the code that the camera read last, and when
        self.reader = BackgroundReader(lambda: self.view.intake if self.view is not None else None)

    def on_mount(self) -> None:
        super().on_mount()
        self.set_interval(REFRESH_SECONDS, self.refresh_in_background)

    def key_line_actions(self) -> tuple[keys.KeyAction, ...]:
        return keys.key_line_actions(offered_actions(self.mode, self.view, is_ticket_marked=self.is_ticket_marked))

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
        self.show_notices(view)
        self.mode = mode_of(view, self.closed_receipt_id)
        serving = view.serving
        self.show_status(
            view.status, serving.number or serving.category if serving else "", serving.called_at if serving else None
        )
        self.reader.read_waiting(self)
        if last is not None and self.mode == last_mode and differs_in_time_only(last, view):
            return
        await self._show_panels(view)
        was_shown = self.query_one(OwnCases).display
        self.arrange_panels()  # reads today's cases if it shows them
        if (was_shown and self.query_one(OwnCases).display) or self.mode == "hall":
            self._read_own_cases()
        self.query_one("#keys").refresh()
        if self.mode != last_mode:
            self.focus_first_part()

    async def _show_panels(self, view: CounterView) -> None:
        """Show a view in the panels of its mode, and in the panels of the hall, which a huge screen shows as well."""
        self.query_one(WindowPanel).show_view(view)
        self.query_one(WaitingPanel).show_view(view, panel_number(self.mode, "hall"))
        self.query_one(KeptPanel).show_view(view, panel_number(self.mode, "kept"))
        self.query_one(DayPanel).show_view(view)
        self.query_one(EventsPanel).show_view(view)
        self.query_one(OneThingsPanel).show_view(view)
        self.query_one(PersonPanel).show_view(view)
        self.query_one(PortraitPanel).show_view(view)
        self.query_one(ApplicantPanel).show_view(view)
        self.query_one(MaterialsPanel).show_view(view)
        self.query_one(ReceiptPanel).show_paper(view.receipt)
        self.query_one(PrintingPanel).show_paper(view.receipt)
        self.query_one(StepsPanel).show_steps(self.mode, list_steps(self.mode, view), panel_number(self.mode, "steps"))
        course, key = self.query_one(CoursePanel), panel_number(self.mode, "tracks")
        dates = _("Promised {promised}, statutory {statutory}")
        intake, case = view.intake, view.case
        if intake is not None:
            await self.query_one(IntakePanel).show_intake(intake)
        if case is not None:
            self.query_one(CaseFactsPanel).show_case(case)
            self.query_one(HistoryPanel).show_case(case, view.case_papers)
            words = dates.format(promised=case.promised, statutory=case.statutory) if case.statutory else case.promised
            course.show_course(case.number, case.tracks, case.matters, key=key, dates=words)
        elif intake is not None:
            words = dates.format(promised=intake.promised, statutory=intake.statutory)
            course.show_course(intake.draft, intake.tracks, intake.matters, key=key, dates=words)

    def arrange_panels(self, size: Size | None = None) -> None:
        """Place the panels; read today's cases if their panel comes into view."""
        own_cases = self.query_one(OwnCases)
        was_shown = own_cases.display
        super().arrange_panels(size)
        if own_cases.display and not was_shown and self.view is not None:
            self._read_own_cases()

    def _read_own_cases(self) -> None:
        self.host.fetch(self.service.list_own_cases, self._show_own_cases, group="own cases")

    def _show_own_cases(self, cases: tuple[CaseRow, ...]) -> None:
        self.query_one(OwnCases).show_cases(cases, key=panel_number(self.mode, "today"))

    def focus_first_part(self) -> None:
        """Set the focus to the first field that needs an answer, or else to the first part that Tab visits."""
        if self.mode == "intake":
            self.show_panel("filling")
        if self.mode != "intake" or not self.query_one(Form).focus_first_unanswered():
            self.set_focus(self.focusable_parts()[0])

    def refresh_in_background(self) -> None:
        """Read the view and paint it, unless an action is running; below a dialog only when the window was closed."""
        if self.host.gate_closed:
            return
        if self.is_current:
            self.host.fetch(self.service.read_view, self.paint)
        elif self.view is not None and not self.view.closed:
            self.host.fetch(self.service.read_view, self._paint_if_closed)  # also below a dialog, and while locked

    async def paint_view(self, view: CounterView) -> None:
        await self.paint(view)

    async def _paint_if_closed(self, view: CounterView) -> None:
        self.show_notices(view)
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

    async def choose_requirement(self) -> str:
        """Return the key of the marked material or matter; empty if none is marked.

        Chosen from the menu while another part has the focus, it only leads to the list: no row was marked yet.
        """
        needs = self.query_one("#needs", RowList)
        if self.focused is not needs:
            self.focus_panel("materials")
            self.host.notify(_("Choose a row with Up and Down; Space toggles it."))
            return ""
        return needs.current_row.key if needs.current_row is not None else ""

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
            self.query_one(MaterialsPanel).show_row_detail()
        elif message.rows.id == "waiting":
            self.query_one(WaitingPanel).show_ticket()

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
