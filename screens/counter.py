"""The window: call, scan, choose, fill in, accept, next. The desk knows every rule; the screen shows and asks."""

from __future__ import annotations

from functools import partial

from clerk_app.desk import ClerkError
from clerk_app.locales import _
from screens import counter_keys as table
from screens import keys
from screens.counter_frame import CounterFrame
from screens.counter_more import (
    ask_consent,
    ask_to_print,
    choose_draft,
    choose_held,
    fetch,
    hand_over,
    show_more,
    take_in,
)
from screens.counter_scan import ScanDialog
from screens.line import show_line
from screens.widgets.dialogs import Confirm
from screens.widgets.fields import FormInput, Scanned
from screens.widgets.form import Form
from screens.widgets.material import Material
from screens.widgets.paint import clean
from screens.widgets.pick import Pick, Row
from screens.widgets.rows import RowList


class Counter(CounterFrame):
    """Everything that is done at one window."""

    ACTS = table.ACTS
    BINDINGS = keys.bindings(table.ACTS)

    async def arrive(self) -> None:
        await self.refresh_view()
        for paper in self.view.unprinted if self.view else ():
            if await self.desk_app.show(ask_to_print(paper)):
                await self.do(partial(self.desk.reprint, paper.id))

    def action_next(self) -> None:
        self.desk_app.perform(self._next())

    async def _next(self) -> None:
        view = self.view
        if self.mode == "intake":
            sentence = _("This case is not accepted yet. Its draft stays. Call the next ticket?")
            if not await self.desk_app.show(Confirm(_("Call next"), sentence, hint=_("calls the next"))):
                return
            await self.put_away()
        if view is not None and view.serving is not None:
            await self.desk_app.ask(self.desk.finish)
        await self.do(self.desk.call_next)

    def action_recall(self) -> None:
        serving = self.view is not None and self.view.serving is not None
        self.desk_app.perform(self.do(self.desk.recall) if serving else choose_draft(self))

    def action_hold(self) -> None:
        serving = self.view is not None and self.view.serving is not None
        self.desk_app.perform(self._hold() if serving else choose_held(self))

    async def _hold(self) -> None:
        await self.put_away()
        await self.do(self.desk.hold)

    def action_choose(self) -> None:
        self.desk_app.perform(self._choose())

    async def _choose(self) -> None:
        found = await self._one_things("")
        chosen = await self.desk_app.show(Pick(_("One thing"), found, search=self._one_things))
        if chosen is not None:
            if self.mode == "case":  # it would hide what is begun
                await self.do(self.desk.close_case)
            await self.do(partial(self.desk.begin, chosen))
            await ask_consent(self)
            self.focus_here()

    async def _one_things(self, query: str) -> list[Row]:
        choices = await self.desk_app.ask(partial(self.desk.one_things, query))
        return [Row(choice.id, choice.name, str(at + 1), choice.hint) for at, choice in enumerate(choices)]

    def action_return_it(self) -> None:
        view = self.view
        if view is not None and view.case is not None:
            self.desk_app.perform(take_in(self))
        elif self.mode == "called":
            self.desk_app.perform(self.do(self.desk.no_show))
        else:
            self.desk_app.say(_("F6 is for a ticket nobody came for, and for a case that waits for papers."), "warn")

    def action_scan(self) -> None:
        self.desk_app.perform(self.scan())

    async def scan(self) -> None:
        """Show the camera and present what it or the clerk reads."""
        text = await self.desk_app.show(ScanDialog(self.lens))
        if text is not None:
            await self.present(text)

    async def present(self, text: str) -> None:
        """A citizen's code, a receipt's or a ticket's number."""
        await self.do(partial(self.desk.present, clean(text)))
        if self.mode == "intake":
            await ask_consent(self)

    def action_line(self) -> None:
        self.desk_app.perform(show_line(self, self.desk))

    def action_more(self) -> None:
        self.desk_app.perform(show_more(self))

    def action_submit(self) -> None:
        if self.mode == "case":
            self.desk_app.perform(hand_over(self))
        elif self.mode == "person":
            self.desk_app.perform(self.do(self.desk.confirm_person))
        elif self.mode == "intake":
            self.desk_app.perform(self._accept())

    async def _accept(self) -> None:
        await self.put_away()
        try:
            await self.do(self.desk.accept)
        except ClerkError:
            self.focus_here()
            raise

    def action_jump(self) -> None:
        if self.mode == "intake":
            self.desk_app.perform(self._jump())

    async def _jump(self) -> None:
        lines = self.query_one(Form).field_lines
        rows = [Row(line.row.id, line.row.label, str(line.row.number), line.input.value) for line in lines]
        field = await self.desk_app.show(Pick(_("Go to field"), rows, hint=_("goes there")))
        if field is not None:
            self.query_one(Form).go_to(field)

    def action_step_back(self) -> None:
        if self.mode == "receipt" and self.view is not None and self.view.receipt is not None:
            self.closed_receipt = self.view.receipt.id
            self.desk_app.perform(self.paint(self.view))
        elif self.mode == "case":
            self.desk_app.perform(self.do(self.desk.close_case))
        elif self.mode == "intake" and self.query_one(Form).current is not None:
            self.desk_app.say(_("The draft is kept. F4 puts the ticket aside, F8 discards the draft."))
        else:
            self.query_one("#code", FormInput).value = ""
            self.focus_here()

    def on_form_input_done(self, message: FormInput.Done) -> None:
        text = message.input.value.strip()
        if text:
            message.input.set_quietly("")
            self.desk_app.perform(self.present(text))

    def on_scanned(self, message: Scanned) -> None:
        self.desk_app.perform(self.present(message.text))

    def on_person_confirmed(self) -> None:
        self.action_submit()

    def on_row_list_opened(self, message: RowList.Opened) -> None:
        kind, _colon, key = message.row.key.partition(":")
        if kind == "material":
            self.desk_app.perform(self._look_at(key))
        elif kind == "fetch":
            self.desk_app.perform(fetch(self))

    async def _look_at(self, material: str) -> None:
        await self.desk_app.show(Material(await self.desk_app.ask(partial(self.desk.look_at, material))))

    def on_row_list_ticked(self, message: RowList.Ticked) -> None:
        if message.rows.id == "needs":
            self.desk_app.perform(self.toggle_need())

    async def toggle_need(self) -> None:
        """A material handed in on paper (or taken back), a matter dropped (or taken again)."""
        row = self.query_one("#needs", RowList).row
        kind, _colon, key = row.key.partition(":") if row is not None else ("", "", "")
        if kind == "material":
            await self.do(partial(self.desk.take_paper, key))
        elif kind == "matter" and row is not None:
            await self.do(partial(self.desk.add_matter if row.dim else self.desk.drop_matter, key))
