"""The counter screen: one method for each key. The service applies the rules; the screen calls it and paints."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from time import monotonic
from typing import TYPE_CHECKING

from textual.binding import Binding
from textual.widget import Widget

from clerk_app.errors import ClerkError
from clerk_app.locales import _
from screens import keys
from screens.connection import ask_clock
from screens.counter import actions, papers
from screens.counter.frame import needs_face_check
from screens.counter.print_questions import ask_new_questions
from screens.counter.row_actions import CounterRows
from screens.scan_receiver import FastKeys, Scan, describe_undo
from screens.undo import undo_typing
from screens.widgets.fields import FormInput
from screens.widgets.form import Form
from screens.widgets.pick import PickDialog, PickRow
from screens.widgets.row_list import RowList

if TYPE_CHECKING:
    from clerk_app.views.counter import CounterView
    from screens.situation import Situation

SAME_CODE_SECONDS = 3.0  # time in which camera and hand scanner may read the same code


class CounterScreen(CounterRows):
    """The screen of a counter clerk."""

    ACTIONS = actions.ACTIONS
    SIGN_OUT = actions.SIGN_OUT
    OTHER_KEYS = actions.OTHER_KEYS
    BINDINGS = [
        *keys.bindings(action for action in actions.ACTIONS if action != actions.HELP_CALL),
        Binding(keys.HELP_CALL.key, "explain_help", show=False),  # in a field the key moves the cursor
    ]

    def situation(self) -> Situation | None:
        from screens.counter.situation import describe_situation

        return describe_situation(self.view, self.mode) if self.view is not None else None

    async def load_first_view(self) -> None:
        await self.refresh_view()
        await ask_clock(self, self.service)
        await papers.offer_after_sign_in(self)

    def action_next(self) -> None:
        from screens.counter import leaving

        self.host.perform(leaving.call_next(self))

    async def call_and_paint(self, call: Callable[[], CounterView]) -> None:
        """Call the service and paint; then ask about a print with an unknown outcome."""
        await super().call_and_paint(call)
        await ask_new_questions(self)

    def action_recall(self) -> None:
        from screens.counter import reopening

        serving = self.view is not None and self.view.serving is not None
        self.host.perform(self.call_and_paint(self.service.recall) if serving else reopening.reopen(self))

    def action_hold(self) -> None:
        from screens.counter import leaving

        serving = self.view is not None and self.view.serving is not None
        self.host.perform(self._hold_ticket() if serving else leaving.choose_held_ticket(self))

    async def _hold_ticket(self) -> None:
        await self.save_input()
        await self.call_and_paint(self.service.hold)

    def action_choose(self) -> None:
        from screens.counter import finding

        waiting = self.query_one("#waiting", RowList) if self.mode == "hall" and self.is_ticket_marked else None
        if waiting is not None and waiting.current_row is not None:
            self.host.perform(self.serve_row(waiting.current_row))
        else:
            self.host.perform(finding.choose_or_find(self) if self.mode == "hall" else self._choose_one_thing())

    async def _choose_one_thing(self) -> None:
        from screens.counter.consent import ask_consent
        from screens.counter.navigation import navigate_offer
        from screens.counter.offers import NAVIGATE, find_offer

        chosen = await find_offer(self, _("One thing or matter"), can_navigate=True)
        if chosen is not None and chosen.startswith(NAVIGATE):
            await navigate_offer(self, chosen.removeprefix(NAVIGATE))
        elif chosen is not None:
            if self.mode == "case":  # an open case would hide the new draft
                await self.call_and_paint(self.service.close_case_view)
            await self.call_and_paint(partial(self.service.begin_draft, chosen))
            await ask_consent(self)
            self.focus_first_part()

    def action_return_it(self) -> None:
        from screens.counter import supplements

        view = self.view
        if view is not None and view.case is not None:
            self.host.perform(supplements.take_in_materials(self))
        elif self.mode == "called":
            self.host.perform(self.call_and_paint(self.service.mark_no_show))
        else:
            self.host.notify(
                _("F6 is for a no-show, and for a case that is waiting for materials."), severity="warning"
            )

    def action_scan(self) -> None:
        from screens.counter import procedures

        self.host.perform(procedures.scan(self))

    def action_connection(self) -> None:
        from screens.connection import show_connection

        self.host.perform(show_connection(self, self.service))

    def action_undo_act(self) -> None:
        if not undo_typing(self.focused):
            self.host.perform(self._undo_act())

    async def _undo_act(self) -> None:
        from screens.undo import undo_last_act

        await self.save_input()
        await undo_last_act(self.host, self.service, self.call_and_paint)

    def action_more(self) -> None:
        from screens.counter.menu import show_menu

        self.host.perform(show_menu(self))

    def action_submit(self) -> None:
        from screens.counter.hand_over import hand_over_results

        if self.mode == "case":
            self.host.perform(hand_over_results(self))
        elif self.mode == "person":
            self.host.perform(self._confirm_person())
        elif self.mode == "intake" and needs_face_check(self.view):
            self.host.perform(self._check_face())
        elif self.mode == "intake":
            self.host.perform(self._accept())

    async def _confirm_person(self) -> None:
        from screens.counter.identity_check import check_face

        person = self.view.applicant if self.view else None
        if person is not None and person.needs_confirmation:
            await check_face(self)
        elif person is not None and not person.confirmed:
            self.host.notify(_("This code was refused: there is nobody to compare. F7 scans another."))

    async def _check_face(self) -> None:
        from screens.counter.identity_check import check_face

        await self.save_input()
        await check_face(self)

    async def _accept(self) -> None:
        from screens.counter.accepting import accept_case

        await self.save_input()
        try:
            await accept_case(self)
        except ClerkError:
            self.focus_first_part()
            raise

    def action_jump(self) -> None:
        if self.mode == "intake":
            self.host.perform(self._go_to_field())

    async def _go_to_field(self) -> None:
        lines = self.query_one(Form).field_lines
        rows = [PickRow(line.row.id, line.row.label, str(line.row.number), line.shown_value) for line in lines]
        field = await self.host.show(PickDialog(_("Go to field"), rows, hint=_("goes there")))
        if field is not None:
            self.query_one(Form).focus_field(field)

    def action_step_back(self) -> None:
        if self.mode == "receipt" and self.view is not None and self.view.receipt is not None:
            self.closed_receipt_id = self.view.receipt.id
            self.host.perform(self.paint(self.view))
        elif self.mode == "case":
            self.host.perform(self.call_and_paint(self.service.close_case_view))
        elif self.mode == "intake" and self.query_one(Form).current_line is not None:
            self.host.notify(_("The draft is kept. F4 puts the ticket on hold, F8 discards the draft."))
        else:
            self.host.end_message()
            self.query_one("#code", FormInput).value = ""
            self.focus_first_part()

    def on_form_input_completed(self, message: FormInput.Completed) -> None:
        from screens.counter import procedures

        text = message.input.value.strip()
        if text:
            message.input.reset_value("")
            self.host.perform(procedures.process_code(self, text))

    def is_scan(self, keys: FastKeys, field: Widget | None) -> bool:
        if isinstance(field, FormInput) and field.id == "code":
            return keys.ended and len(keys.text.strip()) >= 3 and not field.value
        return super().is_scan(keys, field)

    def take_scan(self, scan: Scan) -> None:
        """Process a scan, unless the camera has just read the same code."""
        read_by_camera, at = self.camera_read
        if scan.text != read_by_camera or monotonic() - at > SAME_CODE_SECONDS:
            self.host.perform(self._use_scan(scan, self.focused))

    async def _use_scan(self, scan: Scan, field: Widget | None) -> None:
        from screens.counter import procedures

        try:
            await procedures.process_code(self, scan.raw)
        except ClerkError as error:
            self.host.notify(f"{error} {describe_undo(scan, field)}".rstrip(), severity="error")

    def on_person_panel_identity_confirmed(self) -> None:
        self.action_submit()
