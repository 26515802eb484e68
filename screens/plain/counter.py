"""`LineCounter`: the counter screen in the linear mode. It inherits every action; only what paints is replaced."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from functools import partial
from typing import Any

from clerk_app.locales import _, mark
from clerk_app.views.case import FieldRow
from clerk_app.views.counter import CounterService, CounterView
from clerk_app.views.shared import CameraService, Status
from screens.counter import procedures
from screens.counter.actions import mode_of
from screens.counter.frame import needs_face_check
from screens.counter.held_materials import open_material_row
from screens.counter.intake_panel import describe_submit
from screens.counter.paper_pages import open_paper
from screens.counter.screen import CounterScreen
from screens.papers.material import show_material
from screens.plain.command import Command
from screens.plain.counter_text import all_lines, shown_value, state_lines
from screens.plain.form import fill_form, needs_answer
from screens.plain.host import LineHost
from screens.plain.line_screen import LineScreen
from screens.plain.picking import pick_row
from screens.plain.reading import material_sentence, matter_sentence
from screens.undo import undo_last_act
from screens.widgets.pick import PickRow

_PROMPTS = {
    "hall": mark("Hall:"),
    "called": mark("Ticket:"),
    "person": mark("Person:"),
    "intake": mark("Draft:"),
    "case": mark("Case:"),
    "receipt": mark("Paper:"),
}


class LineCounter(LineScreen, CounterScreen):
    """The counter as lines; `line_host` runs its actions. It is never mounted."""

    def __init__(self, service: CounterService, camera: CameraService, line_host: LineHost) -> None:
        super().__init__(service, camera)
        self.line_host = line_host
        self._fills_form = False  # whether the form is asked when the action has ended

    @property
    def prompt(self) -> str:
        """The prompt for a command in the present mode."""
        return _(_PROMPTS[self.mode])

    @property
    def commands(self) -> Sequence[Command]:
        """The commands that have no key."""
        return (
            Command(mark("read"), mark("reads everything about the present state"), self._read),
            Command(mark("form"), mark("asks the fields of the form"), self._fill_form),
            Command(mark("field"), mark("goes to one field of the form"), self._go_to_field),
            Command(mark("material"), mark("opens a material"), self._choose_material),
        )

    # views

    async def refresh_view(self) -> None:
        self.clear_written()
        await self.paint(await self.host.ask(self.service.read_view))

    async def refresh_quietly(self) -> None:
        """Read the view before a command; only what has changed is written."""
        await self.paint(await self.host.ask(self.service.read_view))

    async def paint(self, view: CounterView) -> None:
        """Write the sentences that are new; all of them when the mode has changed."""
        mode, last = self.mode, self.view
        self.view, self.mode = view, mode_of(view, self.closed_receipt_id)
        self.notify_rejection(view.status)
        if last is None or self.mode != mode:
            self.clear_written()
        self.write_new(state_lines(view, self.mode))
        self.reader.read_waiting(self)

    def show_status(self, status: Status, *_parts: Any) -> None:
        self.notify_rejection(status)

    def focus_first_part(self) -> None:
        """Ask the form when the present action has ended, as the screen sets the focus to its first open field."""
        self._fills_form = self.mode == "intake"

    async def save_input(self) -> None:
        """Do nothing: an answer is saved when it has been typed."""

    async def finish_action(self) -> str:
        """Ask the form if the action that has ended leads there; return the function key that ended it."""
        fills, self._fills_form = self._fills_form, False
        is_open = any(needs_answer(field) for field in self.form_fields())
        return await self._ask_form("") if fills and is_open else ""

    # commands

    async def process_text(self, text: str) -> None:
        """Process a scanned or typed code, ticket number or case number."""
        await procedures.process_code(self, text)

    def form_fields(self) -> Sequence[FieldRow]:
        """Return the fields of the draft that is open."""
        return self.view.intake.fields if self.mode == "intake" and self.view and self.view.intake else ()

    async def save_field(self, field: str, value: str) -> None:
        """Save a value; what it changes is written after the form."""
        self.view = await self.host.ask(partial(self.service.fill_field, field, value))

    async def _ask_form(self, start: str) -> str:
        key = await fill_form(self, self.process_text, start)
        intake = self.view.intake if self.view else None
        if intake is not None and self.mode == "intake":
            self._written |= {describe_submit(intake, needs_check=needs_face_check(self.view))}
            self.line_host.write(describe_submit(intake, needs_check=needs_face_check(self.view)))
        return key

    async def _fill_form(self) -> None:
        if self.form_fields():
            await self._ask_form("")
        else:
            self.host.notify(_("No form is open: F5 chooses what the citizen came for."))

    async def _go_to_field(self) -> None:
        rows = [PickRow(field.id, field.label, str(field.number), shown_value(field)) for field in self.form_fields()]
        field = await pick_row(self.line_host, (_("Go to field"),), rows) if rows else None
        if field is not None:
            await self._ask_form(field)

    async def _read(self) -> None:
        if self.view is not None:
            self.line_host.write(*all_lines(self.view, self.mode))

    async def _choose_material(self) -> None:
        view = self.view
        materials = view.intake.materials if view and view.intake else view.case.materials if view and view.case else ()
        rows = [
            PickRow(row.id, row.name, "", row.state_name)
            for row in materials
            if row.can_be_opened or self.mode == "case"
        ]
        chosen = await pick_row(self.line_host, (_("Materials"),), rows) if rows else None
        paper = next((row for row in materials if row.id == chosen and row.is_paper), None)
        if paper is not None and paper.pages and self.mode == "intake":
            await open_paper(self, paper)
        elif paper is not None:
            await open_material_row(self, paper)
        elif chosen is not None:
            await show_material(self.host, await self.host.ask(partial(self.service.open_material, chosen)))

    async def choose_requirement(self) -> str:
        intake = self.view.intake if self.view else None
        if intake is None:
            return ""
        rows = [PickRow(f"material:{row.id}", material_sentence(row)) for row in intake.materials]
        rows += [PickRow(f"matter:{row.id}", matter_sentence(row)) for row in intake.matters]
        question = (_("Which material was handed in on paper, or which matter is dropped or added?"),)
        return await pick_row(self.line_host, question, rows) or ""

    def action_step_back(self) -> None:
        if self.mode == "receipt" and self.view is not None and self.view.receipt is not None:
            self.closed_receipt_id = self.view.receipt.id
            self.host.perform(self.paint(self.view))
        elif self.mode == "case":
            self.host.perform(self.call_and_paint(self.service.close_case_view))
        elif self.mode == "intake":
            self.host.notify(_("The draft is kept. F4 puts the ticket on hold, F8 discards the draft."))
        else:
            self.host.notify(_("There is nothing to go back from."))

    def action_undo_act(self) -> None:
        self.host.perform(undo_last_act(self.host, self.service, self.call_and_paint))

    def call_later(self, callback: Callable[..., Awaitable[None] | None], *args: Any, **_kwargs: Any) -> bool:
        """Keep an action of the program, which a menu starts after its own action."""
        if callback == self.perform_action:
            self.line_host.requested = args[0].id
        return True
