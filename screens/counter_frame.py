"""The frame of the counter's screen: its panels, what a view paints, where the focus goes, how the form is kept."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace
from functools import partial

from textual import events
from textual.binding import Binding
from textual.widget import Widget
from textual.widgets import ContentSwitcher

from clerk_app.desk import CounterDesk, CounterView, Lens
from clerk_app.locales import _
from screens import counter_keys as table
from screens import keys
from screens.counter_case import CasePanel
from screens.counter_keys import Mode, mode_of
from screens.counter_main import Filling, Hall, Person, Receipt
from screens.counter_side import Side
from screens.role import RoleScreen
from screens.widgets.fields import FormInput
from screens.widgets.form import Form
from screens.widgets.paint import clean
from screens.widgets.rows import RowList
from screens.widgets.status import TopLine

LOOK_EVERY = 3.0  # seconds between looks at the hall
PANELS: dict[Mode, str] = {
    "hall": "hall", "called": "hall", "person": "person", "intake": "filling", "case": "case", "receipt": "receipt",
}  # fmt: skip


class CounterFrame(RoleScreen):
    """Left what is known, right what is done; the focus is where the next key should go."""

    CSS_PATH = "counter.tcss"
    BINDINGS = [
        Binding("tab", "part(1)", show=False, priority=True),
        Binding("shift+tab", "part(-1)", show=False, priority=True),
    ]

    def __init__(self, desk: CounterDesk, lens: Lens) -> None:
        super().__init__()
        self.desk = desk
        self.lens = lens
        self.view: CounterView | None = None
        self.mode: Mode = "hall"
        self.closed_receipt = ""

    def body(self) -> Iterable[Widget]:
        yield Side(id="side")
        panels = (
            Hall(id="hall"),
            Person(id="person"),
            Filling(id="filling"),
            CasePanel(id="case"),
            Receipt(id="receipt"),
        )
        yield ContentSwitcher(*panels, id="main", initial="hall")

    def on_mount(self) -> None:
        self.query_one(Form).is_code = self.desk.is_code
        self.set_focus(self.query_one("#code"))
        self.set_interval(LOOK_EVERY, self._look)

    def keyline(self) -> tuple[keys.Act, ...]:
        return keys.keyline(table.offered(self.mode, self.view))

    async def refresh_view(self) -> None:
        view = await self.desk_app.ask(self.desk.look)
        self.view = None  # everything is painted anew: the words may be in another language
        await self.paint(view)

    async def do(self, call: Callable[[], CounterView]) -> None:
        """A desk's act, painted, with what it has to say."""
        view = await self.desk_app.ask(call)
        await self.paint(view)
        if view.say:
            self.desk_app.say(view.say)

    async def paint(self, view: CounterView) -> None:
        """Show the whole view; the focus moves only when the situation has changed."""
        last, before, self.view = self.view, self.mode, view
        self.mode = mode_of(view, self.closed_receipt)
        serving = view.serving
        self.query_one(TopLine).tell(
            view.status, serving.number if serving else "", serving.called_at if serving else None
        )
        if last is not None and self.mode == before and _shows_the_same(last, view):
            return
        self.query_one(Side).tell(view)
        self.query_one(Hall).tell(view)
        self.query_one(Person).tell(view)
        self.query_one(Receipt).tell(view.receipt)
        if view.intake is not None:
            await self.query_one(Filling).tell(view.intake)
        if view.case is not None:
            self.query_one(CasePanel).tell(view.case)
        self.set_class(self.mode in ("hall", "called", "receipt"), "-slim")
        self.query_one("#keys").refresh()
        self.query_one("#main", ContentSwitcher).current = PANELS[self.mode]
        if self.mode != before:
            self.focus_here()

    def focus_here(self) -> None:
        """The focus where the next key should go."""
        if self.mode != "intake" or not self.query_one(Form).go_to_first_open():
            self.set_focus(self._parts()[0])

    def _look(self) -> None:
        if self.is_current and not self.desk_app.keys_waiting:
            self.desk_app.fetch(self.desk.look, self.paint)

    def action_part(self, by: int) -> None:
        """Tab: to the next part of the screen, and in the form to where the cursor was."""
        parts = self._parts()
        here = next((at for at, part in enumerate(parts) if part.has_focus), 0)
        self.set_focus(parts[(here + by) % len(parts)])

    def _parts(self) -> list[Widget]:
        """The first of them has the focus in this situation."""
        code, needs = self.query_one("#code"), self.query_one("#needs")
        main: dict[Mode, list[Widget]] = {
            "hall": [code, self.query_one("#waiting")],
            "called": [code, self.query_one("#waiting")],
            "person": [self.query_one(Person), code],
            "intake": [*self._last_field(), needs, code],
            "case": [self.query_one("#caserows"), code],
            "receipt": [self.query_one("#paper"), code],
        }
        return main[self.mode]

    def _last_field(self) -> list[Widget]:
        form = self.query_one(Form)
        lines = form.field_lines
        left_at = form.left_at if form.left_at in lines else next(iter(lines), None)
        line = form.current or left_at
        return [line.input] if line is not None else []

    def on_key(self, event: events.Key) -> None:
        """What a wedge scanner types while nothing takes text goes to the code line, from its first letter on."""
        if event.is_printable and event.character not in (None, " "):
            event.stop()
            code = self.query_one("#code", FormInput)
            self.set_focus(code)
            code.insert_text_at_cursor(event.character or "")

    def on_paste(self, event: events.Paste) -> None:
        """What is pasted where nothing takes text goes to the code line as well."""
        lines = event.text.splitlines()
        if lines:
            code = self.query_one("#code", FormInput)
            self.set_focus(code)
            code.insert_text_at_cursor(clean(lines[0]))

    def on_form_entered(self, message: Form.Entered) -> None:
        self.query_one(Filling).about(message.row)

    def on_form_filled(self, message: Form.Filled) -> None:
        if self.desk_app.said.level == "bad":
            self.desk_app.say("")  # what was refused may stand right now
        self.desk_app.aside(self._fill(message.field, message.value))

    async def _fill(self, field: str, value: str) -> None:
        form, kept = self.query_one(Form), False
        try:
            view = await self.desk_app.ask(partial(self.desk.fill, field, value))
            kept = True
        finally:
            form.landed(field, kept=kept)
        await self.paint(view)

    def on_form_finished(self) -> None:
        self.desk_app.say(_("That was the last field. F9 accepts the case."))

    def on_row_list_moved(self, message: RowList.Moved) -> None:
        if message.rows.id == "needs":
            self.query_one(Filling).about(self.query_one(Side).row_detail(message.row))

    async def put_away(self) -> None:
        for field, value in self.query_one(Form).take_changes():
            await self._fill(field, value)


def _shows_the_same(last: CounterView, view: CounterView) -> bool:
    """Whether only the clock has moved on, and what was said."""
    return replace(view, status=replace(view.status, now=last.status.now), say=last.say) == last
