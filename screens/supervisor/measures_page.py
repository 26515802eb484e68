"""The measures of a day of the hall: by category, window, clerk and hour, with visits of cases, and plots."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Literal

from textual import events
from textual.app import ComposeResult
from textual.binding import Binding
from textual.widget import Widget

from clerk_app.locales import _, mark, translate
from clerk_app.views.measures import GROUPS, DayMeasures, MeasureGroup, MeasureLine
from screens import keys
from screens.theme.panels import PANEL_CSS, title_panel
from screens.theme.sizes import set_size_classes
from screens.widgets.columns import Column, ListRow
from screens.widgets.containers import Horizontal, Vertical
from screens.widgets.dialogs import Dialog
from screens.widgets.paint import Line, TextBlock, wrap
from screens.widgets.panel_tabs import PanelTab, PanelTabs
from screens.widgets.plot import Plot
from screens.widgets.row_list import RowList

MeasuresAct = Literal["choose_day", "earlier", "later", "read_again", "write_file"]
"""What the page is left for; it is opened again afterwards."""

DAY = keys.CHOOSE.with_label(mark("Day"), mark("Chooses another service day."))
FILE = keys.SUBMIT.with_label(mark("CSV"), mark("Writes the measures to a file for a spreadsheet."))
_UNKNOWN = "-"


class MeasuresPage(Dialog[MeasuresAct]):
    """Covers the screen. 1 to 4 select a group, Left and Right another day; the list is filtered and sorted."""

    about = mark("Figures of a service day, read at the center; reading them is recorded, and nothing is changed.")
    BINDINGS = [
        *keys.bindings((DAY, FILE)),
        *(Binding(str(number), f"group({number - 1})", show=False) for number in range(1, len(GROUPS) + 1)),
        Binding("left", "leave('earlier')", show=False),
        Binding("right", "leave('later')", show=False),
        Binding("r", "leave('read_again')", show=False),
    ]
    OTHER_KEYS = (
        keys.KeyHelp("1,2,3,4", "1 - 4", mark("by category, window, clerk, hour")),
        keys.KeyHelp("left,right", mark("Left / Right"), mark("day before / after")),
        keys.KeyHelp("f5", "F5", mark("chooses another day")),
        keys.KeyHelp("f9", "F9", mark("writes the measures to a file for a spreadsheet")),
        keys.KeyHelp("r", "r", mark("reads the figures of the open day again")),
        keys.ROWS,
        *keys.LIST_KEYS,
    )
    DEFAULT_CSS = (
        "MeasuresPage { "
        + PANEL_CSS
        + """}
    MeasuresPage > Vertical { width: 100% !important; height: 100%; }
    MeasuresPage #parts { height: 1fr; }
    MeasuresPage #figures { width: 1fr; height: 1fr; }
    MeasuresPage #summary { height: auto; max-height: 40%; margin: 0 0 1 0; }
    MeasuresPage.-narrow #summary { margin: 0; }
    MeasuresPage #plots { width: 40%; height: 1fr; }
    MeasuresPage.-narrow #plots { display: none; }
    MeasuresPage #plots .panel { height: 1fr; }
    """
    )

    def __init__(self, measures: DayMeasures, group: MeasureGroup = GROUPS[0], message: str = "") -> None:
        super().__init__(_("Measures of the day {day}").format(day=measures.day), hint=_("closes"))
        self.measures, self.group, self._message_of_file = measures, group, message

    def compose(self) -> ComposeResult:
        set_size_classes(self, self.app.size, update=False)
        return super().compose()

    def dialog_body(self) -> Iterable[Widget]:
        yield TextBlock(self._summary, id="summary")
        yield PanelTabs(self._tabs, lambda: self.group, id="groups")
        with Horizontal(id="parts"):
            yield RowList(self._columns(), id="figures", empty=lambda: _("Nobody was called on this day yet."))
            with Vertical(id="plots"):
                for number in range(len(self.measures.plots)):
                    yield Plot(id=f"plot-{number}", classes="panel")

    def on_mount(self, event: events.Mount) -> None:  # type: ignore[override]
        event.prevent_default()  # that of the base class, which would focus the first part
        super().on_mount()
        for number, plot in enumerate(self.measures.plots):
            widget = self.query_one(f"#plot-{number}", Plot)
            widget.show_plot(plot)
            title_panel(widget, plot.bars_name)
        self._show_group()
        self.set_focus(self.query_one(RowList))

    def on_resize(self, event: events.Resize) -> None:
        set_size_classes(self, event.size)

    def footer_lines(self) -> Iterable[Line]:
        caps = (("F5 ", _("day")), ("< > ", _("other day")), ("F9 ", _("CSV")), ("/ ", _("filter")))
        more = (("s ", _("sort")), ("r ", _("read again")), ("Esc ", _("back")))
        return [[span for cap, text in (*caps, *more) for span in ((cap, "cap"), (f"{text}  ", "dim"))]]

    def on_panel_tabs_chosen(self, message: PanelTabs.Chosen) -> None:
        self.action_group([*GROUPS].index(message.panel) if message.panel in GROUPS else 0)

    def on_row_list_opened(self, message: RowList.Opened) -> None:
        message.stop()  # there is nothing to open

    def action_group(self, number: int) -> None:
        """Show the figures of another group."""
        self.group = GROUPS[number]
        self._show_group()

    def action_choose(self) -> None:
        self.close("choose_day")

    def action_submit(self) -> None:
        self.close("write_file")

    def action_leave(self, act: MeasuresAct) -> None:
        """Close the page for an act, after which it is opened again."""
        self.close(act)

    def _show_group(self) -> None:
        self.query_one(PanelTabs).refresh()
        self.query_one(RowList).show_rows([_row(line) for line in self.measures.groups.get(self.group, ())])

    def _tabs(self) -> Iterable[PanelTab]:
        names: dict[MeasureGroup, str] = {
            "category": _("Categories"),
            "window": _("Windows"),
            "clerk": _("Clerks"),
            "hour": _("Hours"),
        }
        for group in GROUPS:
            yield PanelTab(group, f"{names[group]} {len(self.measures.groups.get(group, ()))}")

    def _columns(self) -> list[Column]:
        """Return the columns, which are the same for each group but for the title of the first."""
        names: dict[MeasureGroup, str] = {
            "category": mark("Category"),
            "window": mark("Window"),
            "clerk": mark("Clerk"),
            "hour": mark("Hour"),
        }
        return [
            Column(lambda: translate(names[self.group]), 14, grow=1),
            Column(lambda: _("Persons"), 7, align_right=True),
            Column(lambda: _("Wait"), 6, align_right=True),
            Column(lambda: _("90 %"), 6, align_right=True),
            Column(lambda: _("Way"), 5, align_right=True),
            Column(lambda: _("Service"), 7, align_right=True),
            Column(lambda: _("90 %"), 6, align_right=True),
            Column(lambda: _("Idle"), 6, align_right=True),
            Column(lambda: _("Unserved"), 8, align_right=True),
            Column(lambda: _("Requeued"), 8, align_right=True, priority=0),
        ]

    def _summary(self, width: int) -> Iterable[Line]:
        measures, total = self.measures, self.measures.total
        if self._message_of_file:
            yield from ([(line, "good")] for line in wrap(self._message_of_file, width))
        state = (
            _("The day is open; read at {time}. Times in minutes, the first one is the median.")
            if measures.is_open
            else _("The day is closed. Times in minutes, the first one is the median.")
        )
        words = _("{visits} visits  wait {wait}, 90 % up to {wait90} min  way {way} min  service {service} min")
        figures = words.format(
            visits=total.visits,
            wait=_number(total.wait[0]),
            wait90=_number(total.wait[1]),
            way=_number(total.way[0]),
            service=_number(total.service[0]),
        )
        more = _("idle {idle} min  without service {unserved}  requeued {requeued}").format(
            idle=_number(total.idle), unserved=total.unserved, requeued=total.requeued
        )
        yield from ([(line, "strong")] for line in wrap(f"{figures}  {more}", width))
        yield from ([(line, "dim")] for line in wrap(state.format(time=measures.read_at), width))
        yield from ([(line, "")] for sentence in measures.sentences for line in wrap(sentence, width))


def _row(line: MeasureLine) -> ListRow:
    times = (*line.wait, line.way[0], *line.service, line.idle)
    cells = (line.name, str(line.visits), *map(_number, times), str(line.unserved), str(line.requeued))
    order = (line.name, float(line.visits), *times, float(line.unserved), float(line.requeued))
    return ListRow(line.key, cells, styles=("strong", *("" for _cell in cells[1:])), sort_keys=order)


def _number(minutes: float | None) -> str:
    """Return minutes with one decimal."""
    return _UNKNOWN if minutes is None else f"{minutes:.1f}"
