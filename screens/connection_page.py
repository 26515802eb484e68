"""The page of the connection to the center: its state and progress, the lists kept here, and rejected work."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from operator import attrgetter
from time import monotonic

from rich.cells import cell_len
from textual import events
from textual.app import ComposeResult
from textual.widget import Widget

from clerk_app.locales import _, format_list, mark
from clerk_app.views.connection import ConnectionView, RejectedWork
from clerk_app.views.shared import Level
from screens import keys
from screens.theme.panels import PANEL_CSS, title_panel
from screens.theme.sizes import set_size_classes
from screens.widgets.columns import Column, ListRow
from screens.widgets.containers import Horizontal, Vertical
from screens.widgets.dialogs import Dialog
from screens.widgets.labelled_lines import labelled_lines
from screens.widgets.paint import Line, level_style, level_symbol, wrap
from screens.widgets.progress import TimeLeft, progress_line
from screens.widgets.row_list import RowList
from screens.widgets.scroll import ScrollingText

REFRESH_SECONDS = 1.0
LABEL_CELLS = 22


class ConnectionPage(Dialog[RejectedWork]):
    """Covers the screen at 80x24. Enter chooses the item of rejected work under the cursor to be settled.

    The state is read again each second, so that sending can be watched.
    """

    about = mark("The state of the connection; nothing is changed before a note is recorded.")
    BINDINGS = [*keys.bindings((keys.KeyAction("agree", "enter", "", ""),), priority=False)]
    OTHER_KEYS = (keys.PARTS, keys.ROWS)
    DEFAULT_CSS = (
        "ConnectionPage { "
        + PANEL_CSS
        + """}
    ConnectionPage > Vertical { width: 132 !important; height: 30; max-height: 100%; }
    ConnectionPage #parts { height: 1fr; }
    ConnectionPage #state { width: 1fr; height: 1fr; max-height: 100%; }
    ConnectionPage #work { width: 1fr; height: 1fr; }
    ConnectionPage #rejected-panel { height: auto; max-height: 50%; }
    ConnectionPage #rejected { height: auto; max-height: 100%; min-height: 2; }
    ConnectionPage #work-text { height: 1fr; max-height: 100%; }
    ConnectionPage.-wide .panel { padding: 0 1; }
    ConnectionPage.-narrow > Vertical { width: 100% !important; height: 100%; }
    ConnectionPage.-narrow #parts { layout: vertical; }
    ConnectionPage.-narrow #work { display: none; }
    ConnectionPage.-narrow.-rejected #state { height: 40%; }
    ConnectionPage.-narrow.-rejected #work { display: block; height: 60%; }
    """
    )

    def __init__(self, read: Callable[[], ConnectionView], view: ConnectionView) -> None:
        super().__init__(
            _("Connection to the center"), hint=_("settles the marked item") if view.rejected else _("closes")
        )
        self._read, self.view = read, view
        self._time_left: dict[str, TimeLeft] = {}
        self._seconds_left: dict[str, float | None] = {}

    def dialog_body(self) -> Iterable[Widget]:
        columns = [
            Column(lambda: _("Time"), 11),
            Column(lambda: _("What"), 20, grow=2),
            Column(lambda: _("Case"), 15, priority=0),
            Column(lambda: _("Due"), 11, keep_whole=True),
        ]
        with Horizontal(id="parts"):
            yield ScrollingText(self._state_lines, id="state", classes="panel")
            with Vertical(id="work"):
                with Vertical(id="rejected-panel", classes="panel"):
                    yield RowList(columns, id="rejected", empty=lambda: _("Nothing was rejected that is not settled."))
                yield ScrollingText(self._work_lines, id="work-text", classes="panel")

    def compose(self) -> ComposeResult:
        set_size_classes(self, self.app.size, update=False)
        self.set_class(bool(self.view.rejected), "-rejected", update=False)
        return super().compose()

    def on_mount(self, event: events.Mount) -> None:  # type: ignore[override]
        event.prevent_default()  # that of the base class, which would focus the first panel
        super().on_mount()
        self._paint()
        if self.view.rejected:
            self.set_focus(self.query_one(RowList))
        self.set_interval(REFRESH_SECONDS, self.refresh_in_background)

    def on_resize(self, event: events.Resize) -> None:
        set_size_classes(self, event.size)

    def _state_lines(self, width: int) -> Iterable[Line]:
        return state_lines(self.view, width, self._seconds_left)

    def refresh_in_background(self) -> None:
        """Read the state again, and paint it if it has changed."""
        if self.is_current and not self.host.gate_closed:
            self.host.fetch(self._read, self._show_view, group="connection")

    def _show_view(self, view: ConnectionView) -> None:
        before = dict(self._seconds_left)
        for progress in view.progress:
            estimate = self._time_left.setdefault(progress.label, TimeLeft())
            self._seconds_left[progress.label] = estimate.add_sample(monotonic(), progress.done, progress.total)
        if (view, self._seconds_left) != (self.view, before) and self.is_attached:
            self.view = view
            self.set_class(bool(view.rejected), "-rejected")
            self._paint()

    def _paint(self) -> None:
        view = self.view
        state, rejected = self.query_one("#state", ScrollingText), self.query_one("#rejected-panel")
        title_panel(state, _("State"), state=view.headline, level=view.level)
        overdue = sum(work.is_overdue for work in view.rejected)
        words = _("{count} past their term").format(count=overdue) if overdue else ""
        level: Level = "bad" if overdue else "plain"
        title_panel(rejected, _("Rejected, to be settled"), count=len(view.rejected), state=words, level=level)
        state.reload()
        self.query_one(RowList).show_rows([_work_row(work) for work in view.rejected])
        self._show_current()

    def _show_current(self) -> None:
        work, text = self._current_work(), self.query_one("#work-text", ScrollingText)
        title_panel(text, work.action if work is not None else _("What is settled here"))
        text.reload()

    def _current_work(self) -> RejectedWork | None:
        row = self.query_one(RowList).current_row
        return next((work for work in self.view.rejected if row is not None and work.id == row.key), None)

    def _work_lines(self, width: int) -> Iterable[Line]:
        work = self._current_work()
        if work is None:
            sentence = _("What the center rejects is listed here with everything that was typed, until it is settled.")
            yield from ([(line, "dim")] for line in wrap(sentence, width))
            return
        yield from work_lines(work, width)
        yield []
        yield [(_("What to do"), "title")]
        yield from ([(line, "")] for line in wrap(next_step(work), width))

    def on_row_list_moved(self) -> None:
        self._show_current()

    def on_row_list_opened(self, message: RowList.Opened) -> None:
        message.stop()
        self.action_agree()

    def action_agree(self) -> None:
        self.close(self._current_work())


def next_step(work: RejectedWork) -> str:
    """Return what a person does about an item of rejected work."""
    if work.is_acceptance:
        return _(
            "Enter shows the citizen's data, which is recorded. Then accept it again, or record that the citizen was"
            " told that the number is not valid."
        )
    if work.acts:
        acts = format_list([act.name for act in work.acts], ";")
        return _("Enter, then choose what is done: {acts}; or write a note alone.").format(acts=acts)
    return _("Do it again where it is still needed; then Enter, and write what was done. The note is kept.")


def state_lines(
    view: ConnectionView, width: int, seconds_left: Mapping[str, float | None] | None = None
) -> Iterable[Line]:
    """Return what fails, facts, progress, lists, and what can be done now; the headline is in the frame.

    `seconds_left` has the time that is left for each progress, by its label.
    """
    if view.error:
        yield from _paragraph(view.error, f"{level_symbol(view.level)} ", level_style(view.level), width)
    for problem in view.problems:
        yield from _paragraph(problem, f"{level_symbol('warn')} ", level_style("warn"), width)
    if view.error or view.problems:
        yield []
    for fact in view.facts:
        yield from labelled_lines(fact.label, fact.value, width, LABEL_CELLS)
    for progress in filter(attrgetter("total"), view.progress):
        left = (seconds_left or {}).get(progress.label)
        yield progress_line(progress.label, progress.done, progress.total, left, width, label_cells=LABEL_CELLS)
    if view.lists:
        yield []
        yield [(_("Lists kept at this machine"), "title")]
    for entry in view.lists:
        value = f"{level_symbol(entry.level)} {entry.age}"
        yield from labelled_lines(entry.name, value, width, LABEL_CELLS, style=level_style(entry.level))
    yield from _ability_lines(view, width)


def _ability_lines(view: ConnectionView, width: int) -> Iterable[Line]:
    """Return what cannot be done while the center is out of reach, and what can."""
    for title, sentences, sign in (
        (_("Not possible now"), view.unavailable, "- "),
        (_("Still works"), view.available, "+ "),
    ):
        if sentences:
            yield []
            yield [(title, "title")]
        for sentence in sentences:
            yield from _paragraph(sentence, sign, "", width)


def work_lines(work: RejectedWork, width: int) -> Iterable[Line]:
    """Return an item of rejected work with everything that was typed."""
    head = "  ".join(filter(None, (work.at, work.case_number)))
    yield [(head, "title")]
    yield from _paragraph(work.sentence, f"{level_symbol('bad')} ", level_style("bad"), width)
    if work.typed:
        yield []
        yield [(_("Everything that was typed is kept"), "title")]
    cells = min(width // 2, max((cell_len(pair.label) for pair in work.typed), default=0))
    for pair in work.typed:
        yield from labelled_lines(pair.label, pair.value, width, cells)


def _work_row(work: RejectedWork) -> ListRow:
    style = "bad" if work.is_overdue else "dim"
    cells = (work.at, work.action, work.case_number, work.due or "-")
    return ListRow(work.id, cells, "bad" if work.is_overdue else "warn", styles=("dim", "strong", "", style))


def _paragraph(sentence: str, symbol: str, style: str, width: int) -> Iterable[Line]:
    first, *more = wrap(sentence, width - 2) or [""]
    yield [(symbol + first, style)]
    yield from ([("  " + line, style)] for line in more)
