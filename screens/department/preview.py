"""The preview of the task under the cursor: applicant, dates, who holds it and why it waits, materials, history."""

from __future__ import annotations

from collections.abc import Iterable

from rich.cells import cell_len

from clerk_app.locales import _, format_list
from clerk_app.views.department import DecidedRow, TaskView
from screens.theme.panels import title_panel
from screens.theme.sizes import WIDE_COLUMNS
from screens.widgets.paint import Line, Span, fit, flow, level_style, level_symbol, wrap
from screens.widgets.scroll import ScrollingText
from screens.widgets.tracks import TrackChart

MAX_LABEL_CELLS = 14


class TaskPreview(ScrollingText, can_focus=False):
    """What an officer needs to know of a task before it is opened; the essential lines if there is little room."""

    def __init__(self, *, id: str) -> None:
        super().__init__(self._source_lines, id=id, classes="panel")
        self.shown_task: TaskView | None = None
        self.decided: DecidedRow | None = None

    def show_task(self, task: TaskView | None, decided: DecidedRow | None = None) -> None:
        """Show a task, or what to do without one; `decided` is the officer's decision on it."""
        if task is None or self.shown_task is None or task.row.id != self.shown_task.row.id:
            self.scroll_to(y=0, animate=False)
        self.shown_task, self.decided = task, decided
        self.paint_frame()
        self.reload()

    def paint_frame(self) -> None:
        """Write number and time left into the frame."""
        row = self.shown_task.row if self.shown_task is not None else None
        if row is None:
            title_panel(self, _("Preview"))
        elif self.decided is not None:
            title_panel(self, row.number, state=self.decided.outcome, level=self.decided.level)
        else:
            title_panel(self, row.number, state=row.remaining, level=row.urgency)

    def on_resize(self) -> None:
        self.reload()

    def _source_lines(self, width: int) -> Iterable[Line]:
        task = self.shown_task
        correction = list(decision_lines(self.decided, width)) if self.decided is not None else []
        if task is None and correction:
            return correction
        if task is None:
            return [[(" " + line, "dim")] for line in wrap(_("The task under the cursor is shown here."), width - 2)]
        if self.app.size.width < WIDE_COLUMNS:
            return [*correction, *essential_lines(task, width)]
        return [*correction, *fact_lines(task, width), [], *material_lines(task, width)]


class TaskHistory(ScrollingText, can_focus=False):
    """The history of a task's case, the last entry first; without tracks, its other matters before it."""

    def __init__(self, *, id: str) -> None:
        super().__init__(self._source_lines, id=id, classes="panel")
        self.shown_task: TaskView | None = None

    def show_task(self, task: TaskView | None) -> None:
        """Show the case of a task."""
        self.shown_task = task
        self.paint_frame()
        self.reload()

    def paint_frame(self) -> None:
        """Write the number of entries into the frame."""
        count = len(self.shown_task.history) if self.shown_task is not None else ""
        title_panel(self, _("History"), count=count)

    def _source_lines(self, width: int) -> Iterable[Line]:
        if self.shown_task is not None:
            if self.shown_task.tracks is None:
                yield from matter_lines(self.shown_task, width)
            yield from history_lines(self.shown_task, width)


def show_tracks(chart: TrackChart, task: TaskView | None) -> None:
    """Show the case of a task over time, with the cursor on its matter; nothing if it cannot be displayed."""
    tracks = task.tracks if task is not None else None
    before = chart.tracks.number if chart.tracks is not None else ""
    chart.display = tracks is not None
    chart.show_tracks(tracks)
    if task is not None and tracks is not None and tracks.number != before:
        names = [track.name for track in tracks.tracks]
        chart.cursor = next((at for at, name in enumerate(names) if task.row.matter.startswith(name)), 0)
    if tracks is not None:  # frame or tracks show the one thing and the number
        count = f"{tracks.done}/{tracks.total}"
        title_panel(chart, _("Course"), count=count, state=tracks.outlook, level=tracks.level)
    chart.styles.height = chart.full_height + 1  # its words may need one more line here


def decision_lines(row: DecidedRow, width: int) -> Iterable[Line]:
    """Return a decision of the day with its reasons, and whether it can be corrected."""
    words = format_list(filter(None, (f"{row.at:%H:%M} {row.outcome}", row.reasons)), ":")
    yield from _indented([(line, level_style(row.level))] for line in wrap(words, width - 1))
    sentence = row.obstacle or _("Enter corrects it: the matter is checked again, and you hold the new task.")
    yield from _indented([(line, "warn" if row.obstacle else "")] for line in wrap(sentence, width - 1))


def essential_lines(task: TaskView, width: int) -> Iterable[Line]:
    """Return the lines of a small preview: dates, applicant, why it waits, what is missing."""
    dates = _("promised {promised}, statutory {statutory}").format(
        promised=task.promised or "-", statutory=task.statutory or "-"
    )
    yield [(" " + fit(task.row.matter, width - 2), "title")]
    yield from _indented(flow([(task.applicant, "strong"), (dates, ""), (task.row.one_thing, "dim")], width - 1))
    for sentence in task.waiting:
        yield from _indented([(line, "")] for line in wrap(sentence, width - 1))
    yield from _indented(missing_lines(task, width - 1))


def missing_lines(task: TaskView, width: int) -> Iterable[Line]:
    """Return how many materials are there, and which are missing."""
    missing = [row.name for row in task.materials if row.level != "good"]
    words = _materials_count(task)
    if missing:
        words = format_list((words, _("missing: {materials}").format(materials=format_list(missing))), ";")
    yield from ([(line, "warn" if missing else "good")] for line in wrap(words, width))


def fact_lines(task: TaskView, width: int) -> Iterable[Line]:
    """Return applicant, one thing, dates, holder and reason of waiting, with aligned labels."""
    yield from _indented([(line, "title")] for line in wrap(task.row.matter, width - 1))
    waiting: list[tuple[str, str]] = [(sentence, "strong") for sentence in task.waiting[:1]]
    waiting += [(sentence, "") for sentence in task.waiting[1:]]
    pairs = [
        (_("Applicant"), [(task.applicant, "strong")]),
        (_("One thing"), [(task.row.one_thing, "")]),
        (_("Accepted"), [(task.accepted, "")]),
        (_("Promised"), [(task.promised or _("clock stopped"), level_style(task.row.urgency))]),
        (_("Statutory"), [(task.statutory or _("clock stopped"), "")]),
        (_("State"), [(task.row.state, "")]),
        (_("Now"), waiting),
    ]
    label_cells = min(MAX_LABEL_CELLS, max(cell_len(label) for label, _texts in pairs)) + 2
    for label, texts in pairs:
        for index, (text, style) in enumerate(texts):
            for number, line in enumerate(wrap(text, max(8, width - label_cells - 1))):
                shown = label if index == number == 0 else ""
                yield [(" " + fit(shown, label_cells), "dim"), (line, style)]


def material_lines(task: TaskView, width: int) -> Iterable[Line]:
    """Return the materials with symbol, state and the reason of the state."""
    yield [(" " + _materials_count(task), "title")]
    name_cells = min(max((cell_len(row.name) for row in task.materials), default=0), max(10, width // 2))
    for row in task.materials:
        until = _("valid to {date}").format(date=row.valid_to) if row.valid_to else ""
        first, *more = wrap(row.name, name_cells)
        lead: Line = [(f" {level_symbol(row.level)} ", level_style(row.level)), (fit(first, name_cells) + "  ", "")]
        facts: list[Span] = [(row.state_name, level_style(row.level)), (until, "dim"), (row.reason, "dim")]
        lines = flow(facts, max(8, width - name_cells - 6))
        for index in range(max(len(lines), 1 + len(more))):
            rest = lines[index] if index < len(lines) else ()
            name = more[index - 1] if 0 < index <= len(more) else ""
            yield [*(lead if index == 0 else [("   ", ""), (fit(name, name_cells) + "  ", "")]), *rest]


def matter_lines(task: TaskView, width: int) -> Iterable[Line]:
    """Return the other matters of the case: state, organ, promised day."""
    if not task.siblings:
        return
    name_cells = min(max(cell_len(row.name) for row in task.siblings), max(10, width // 2))
    for row in task.siblings:
        name, *more = wrap(row.name, name_cells)
        yield [
            (f" {level_symbol(row.level)} ", level_style(row.level)),
            (fit(name, name_cells) + "  ", ""),
            (fit(row.state, width - name_cells - 16), level_style(row.level)),
            (f" {row.promised}"[:11], "dim"),
        ]
        yield from ([("   " + line, "")] for line in more)
    yield []


def history_lines(task: TaskView, width: int) -> Iterable[Line]:
    """Return the history of the case, the last entry first."""
    for entry in reversed(task.history):
        first, *more = wrap(f"{entry.actor}  {entry.action}", max(8, width - 14))
        yield [(f" {entry.at:%m-%d %H:%M}  ", "dim"), (first, "")]
        yield from ([(" " * 14 + line, "")] for line in more)


def _materials_count(task: TaskView) -> str:
    held = sum(row.level == "good" for row in task.materials)
    return _("Materials {held} of {count}").format(held=held, count=len(task.materials))


def _indented(lines: Iterable[Line]) -> Iterable[Line]:
    return ([(" ", ""), *line] for line in lines)
