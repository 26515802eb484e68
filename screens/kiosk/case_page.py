"""The page with the state of a case: what to do now, what to bring, and each part with its organ and day."""

from __future__ import annotations

from collections.abc import Callable, Coroutine, Iterable
from typing import Any

from textual.app import ComposeResult

from clerk_app.locales import _
from clerk_app.views.case import MatterRow
from clerk_app.views.citizen_case import CaseStatusView, MatterPhase
from screens.host import ScreenHost
from screens.kiosk.pages import KioskPage
from screens.kiosk.text_pages import TextPages, hang_lines
from screens.widgets.paint import Line, Span, cell_width, flow, level_style, level_symbol, wrap

TWO_COLUMNS = 100  # cells from which the parts are at the left and the next step at the right
COLUMN_GAP = 4
BAR_CELLS = 24  # of the bar that shows how many parts are decided
PHASE_MARKS: dict[MatterPhase, Span] = {
    "done": ("+", "good"),
    "now": (">", "mark"),
    "waits": ("!", "warn"),
    "later": ("-", "dim"),
    "refused": ("x", "bad"),
    "ended": ("x", "bad"),
    "not_needed": (" ", "dim"),
}
DECIDED: tuple[MatterPhase, ...] = ("done", "refused", "ended")


class CaseStatePage(KioskPage):
    """Shows the state of a case in one or more pages; page keys, arrows, wheel and buttons turn them."""

    def __init__(
        self,
        state: CaseStatusView,
        read: Callable[[], CaseStatusView],
        back: Callable[[], Coroutine[Any, Any, None]] | None = None,
    ) -> None:
        """`read` reads the state again, in the current language; `back` shows the list of cases, where there is one."""
        super().__init__()
        self._back = back
        self.state = state
        self._read = read

    def compose(self) -> ComposeResult:
        yield TextPages(lambda width: case_lines(self.state, width), id="state")

    def show_state(self, state: CaseStatusView) -> None:
        """Show a newer state of the case, possibly in another language."""
        self.state = state
        self.query_one(TextPages).reload()

    def step_back(self) -> Coroutine[Any, Any, None] | None:
        return self._back() if self._back is not None else None

    async def read_again(self, host: ScreenHost) -> None:
        self.show_state(await host.ask(self._read))

    def press(self, key: str, character: str) -> bool:  # noqa: ARG002
        steps = {"up": -1, "pageup": -1, "down": 1, "pagedown": 1}
        return key in steps and (self.query_one(TextPages).turn(steps[key]) or key.startswith("page"))


def case_lines(state: CaseStatusView, width: int) -> list[Line]:
    """Return the lines of the page; with TWO_COLUMNS cells, the parts are to the right of what to do."""
    head: list[Line] = [[(line, "title")] for line in wrap(f"{state.one_thing}  {state.number}", width)]
    head += [[(line, "strong")] for line in wrap(state.state, width)]
    promised = _("promised by {date}").format(date=state.promised) if state.promised else ""
    head += [*flow([(promised, "strong"), (state.as_of, "dim")], width), []]
    if width < TWO_COLUMNS:
        tasks = list(_task_lines(state, width))
        return [*head, *tasks, *([[]] if tasks else []), *_part_lines(state, width)]
    left = (width - COLUMN_GAP) * 2 // 5
    return [*head, *_join_columns(list(_task_lines(state, left)), left, list(_part_lines(state, width - left - 4)))]


def _join_columns(left: list[Line], width: int, right: list[Line]) -> Iterable[Line]:
    for row in range(max(len(left), len(right))):
        spans = left[row] if row < len(left) else ()
        gap = " " * (width + COLUMN_GAP - cell_width(spans))
        yield [*spans, (gap, ""), *(right[row] if row < len(right) else ())]


def _task_lines(state: CaseStatusView, width: int) -> Iterable[Line]:
    """Yield what the citizen does now, then what to bring."""
    if state.next_steps:
        yield [(_("What you do now:"), "title")]
        for number, step in enumerate(state.next_steps, 1):
            yield from hang_lines(f" {number}  ", "cap", step, "", width)
    if state.requested_materials:
        if state.next_steps:
            yield []
        yield [(f"{level_symbol('warn')} " + _("Please bring:"), "warn")]
        for material in state.requested_materials:
            yield from hang_lines("  - ", "", material, "strong", width)


def _part_lines(state: CaseStatusView, width: int) -> Iterable[Line]:
    """Yield a bar of the decided parts, then each part: its state, who has it, and by when it is expected."""
    yield [(_("The parts of your application:"), "title")]
    counted = [phase for phase in state.phases if phase != "not_needed"]
    if counted:
        decided = sum(phase in DECIDED for phase in counted)
        text = "  " + _("{decided} of {all} decided").format(decided=decided, all=len(counted))
        cells = max(0, min(BAR_CELLS, width - 2 - cell_width([(text, "")])))
        full = cells * decided // len(counted)
        yield [("  ", ""), ("█" * full, "good"), ("░" * (cells - full), "dim"), (text, "strong")]
    column = min(max((cell_width([(row.name, "")]) for row in state.matters), default=0), width // 2)
    for index, row in enumerate(state.matters):
        phase = state.phases[index] if index < len(state.phases) else None
        symbol, style = PHASE_MARKS[phase] if phase else (level_symbol(row.level), level_style(row.level))
        name = list(hang_lines(f"{symbol} ", style, row.name, "dim" if phase == "not_needed" else "strong", width))
        facts = _join_facts(_part_facts(row, phase, style))
        gap = column + 4 - cell_width(name[-1])
        if gap > 1 and column + 4 + cell_width(facts) <= width:
            yield from (*name[:-1], [*name[-1], (" " * gap, ""), *facts])
        else:
            yield from name
            yield from flow([("  " + text, part) for text, part in facts if text.strip()], width, "")
        yield from ([("    " + line, "dim")] for line in wrap(row.reason, width - 4) if line)


def _join_facts(facts: Iterable[Span]) -> list[Span]:
    return [span for fact in facts for span in (("   ", ""), fact)][1:]


def _part_facts(row: MatterRow, phase: MatterPhase | None, style: str) -> Iterable[Span]:
    """Yield the state of a part, the organ that has it, and the day by which its decision is expected."""
    if phase in ("now", "waits"):
        yield _("{state}: {organ}").format(state=row.state, organ=row.organ), style
        if row.promised:
            yield _("expected by {date}").format(date=row.promised), ""
    else:
        yield row.state, style
        if phase != "not_needed":
            yield row.organ, "dim"
