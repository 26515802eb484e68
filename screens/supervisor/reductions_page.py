"""The four reductions of a period: each one thing with before, promised and measured, and sentences about its row."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Literal

from textual import events
from textual.binding import Binding
from textual.widget import Widget

from clerk_app.locales import _, mark
from clerk_app.views.reductions import ReductionFigure, ReductionRow, Reductions
from screens import keys
from screens.theme.panels import PANEL_CSS, title_panel
from screens.widgets.columns import Column, ListRow
from screens.widgets.containers import Vertical
from screens.widgets.dialogs import Dialog
from screens.widgets.paint import Line, TextBlock, wrap
from screens.widgets.preview import Preview, PreviewLines
from screens.widgets.row_list import RowList

ReductionsAct = Literal["choose_period", "earlier", "later", "read_again", "write_file"]
"""What the page is left for; it is opened again afterwards."""

PERIOD = keys.CHOOSE.with_label(mark("Quarter"), mark("Chooses another quarter."))
FILE = keys.SUBMIT.with_label(mark("CSV"), mark("Writes the reductions to a file for a spreadsheet."))


class ReductionsPage(Dialog[ReductionsAct]):
    """Covers the screen. Left and Right show another quarter; the list is filtered and sorted."""

    about = mark("Figures of finished cases, read at the center; reading them is recorded, and nothing is changed.")
    BINDINGS = [
        *keys.bindings((PERIOD, FILE)),
        Binding("left", "leave('earlier')", show=False),
        Binding("right", "leave('later')", show=False),
        Binding("r", "leave('read_again')", show=False),
    ]
    OTHER_KEYS = (
        keys.KeyHelp("left,right", mark("Left / Right"), mark("quarter before / after")),
        keys.KeyHelp("f5", "F5", mark("chooses another quarter")),
        keys.KeyHelp("f9", "F9", mark("writes the reductions to a file for a spreadsheet")),
        keys.KeyHelp("r", "r", mark("reads the figures of the quarter again")),
        keys.ROWS,
        *keys.LIST_KEYS,
    )
    DEFAULT_CSS = (
        "ReductionsPage { "
        + PANEL_CSS
        + """}
    ReductionsPage > Vertical { width: 100% !important; height: 100%; }
    ReductionsPage #parts { height: 1fr; }
    ReductionsPage #rows { height: 1fr; min-height: 5; }
    ReductionsPage #about-row { height: 10; }
    ReductionsPage #summary { height: auto; max-height: 30%; }
    """
    )

    def __init__(self, reductions: Reductions, message: str = "") -> None:
        super().__init__(_("Reductions of {period}").format(period=reductions.period), hint=_("closes"))
        self.reductions, self._message_of_file = reductions, message
        self._rows = {row.one_thing: row for row in reductions.rows}

    def dialog_body(self) -> Iterable[Widget]:
        rows = RowList(_columns(), id="rows", empty=lambda: _("No finished case in this period."))
        yield TextBlock(self._summary, id="summary")
        with Vertical(id="parts"):
            yield rows
            yield Preview(rows, self._read_row, id="about-row", classes="panel")

    def on_mount(self, event: events.Mount) -> None:  # type: ignore[override]
        event.prevent_default()  # that of the base class, which would focus the first part
        super().on_mount()
        rows = self.query_one(RowList)
        rows.show_rows([_build_row(row) for row in self.reductions.rows])
        title_panel(self.query_one(Preview), _("Before, promised, measured"))
        self.set_focus(rows)

    def footer_lines(self) -> Iterable[Line]:
        caps = (("F5 ", _("quarter")), ("< > ", _("other quarter")), ("F9 ", _("CSV")), ("/ ", _("filter")))
        more = (("r ", _("read again")), ("Esc ", _("back")))
        return [[span for cap, text in (*caps, *more) for span in ((cap, "cap"), (f"{text}  ", "dim"))]]

    def on_row_list_opened(self, message: RowList.Opened) -> None:
        message.stop()  # there is nothing to open

    def action_choose(self) -> None:
        self.close("choose_period")

    def action_submit(self) -> None:
        self.close("write_file")

    def action_leave(self, act: ReductionsAct) -> None:
        """Close the page for an act, after which it is opened again."""
        self.close(act)

    def _read_row(self, row: ListRow) -> PreviewLines:
        lines = self._rows[row.key].lines
        return lambda width: [[(part, "")] for line in lines for part in wrap(line, width)]

    def _summary(self, width: int) -> Iterable[Line]:
        reductions = self.reductions
        if self._message_of_file:
            yield from ([(line, "good")] for line in wrap(self._message_of_file, width))
        words = _("Handed over from {first} to {last}; read at {time}. Columns: before > promised > measured.")
        text = words.format(first=reductions.first_day, last=reductions.last_day, time=reductions.read_at)
        yield from ([(line, "dim")] for line in wrap(text, width))
        yield from ([(line, "")] for sentence in reductions.sentences for line in wrap(sentence, width))


def _columns() -> list[Column]:
    return [
        Column(lambda: _("One thing"), 20, grow=1),
        Column(lambda: _("Cases"), 7, align_right=True),
        Column(lambda: _("Days"), 11, align_right=True),
        Column(lambda: _("Steps"), 7, align_right=True),
        Column(lambda: _("Papers"), 9, align_right=True),
        Column(lambda: _("Visits"), 8, align_right=True),
    ]


def _build_row(row: ReductionRow) -> ListRow:
    count = _("{count} (few)").format(count=row.cases) if row.is_few else str(row.cases)
    cells = (row.name, count, *map(format_figure, row.figures))
    order: tuple[str | float | None, ...] = (
        row.name,
        float(row.cases),
        *(float(figure.promised or 0) for figure in row.figures),
    )
    return ListRow(row.one_thing, cells, styles=("strong", *("" for _cell in cells[1:])), sort_keys=order)


def format_figure(figure: ReductionFigure) -> str:
    """Return before > promised > measured in few cells, without the first two if the one thing is no longer offered."""
    known = [str(value) for value in (figure.before, figure.promised) if value is not None]
    return ">".join([*known, figure.measured])
