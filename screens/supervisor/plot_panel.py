"""The panel with the plots of the day: as many below each other as there is room for."""

from __future__ import annotations

from dataclasses import replace

from textual.app import ComposeResult
from textual.binding import Binding

from clerk_app.locales import _, format_list
from clerk_app.views.plots import DayPlot, HallPlots
from clerk_app.views.supervisor import SupervisorView
from screens.supervisor.arrangement import DEPARTMENTS, PLOT, WAITING
from screens.theme.panels import show_panel_keys, title_panel
from screens.widgets.containers import Vertical
from screens.widgets.plot import Plot

MOST_PLOTS = 4
PLOT_LINES = 8  # of a plot, at least


class PlotPanel(Vertical, can_focus=True):
    """Shows waits, waiting, tickets and loads of the hall's day; Left and Right begin with another one.

    While the cursor of the board is on a category or a department, the first plot is that of this row.
    """

    BINDINGS = [Binding("left", "turn(-1)", show=False), Binding("right", "turn(1)", show=False)]
    DEFAULT_CSS = "PlotPanel Plot { height: 1fr; min-height: 3; }"

    def __init__(self) -> None:
        super().__init__(id=PLOT, classes="panel")
        self._plots = [Plot(id=f"plot-{number}") for number in range(MOST_PLOTS)]
        self._view: SupervisorView | None = None
        self._first = 0
        self._row: tuple[str, str] = ("", "")

    def compose(self) -> ComposeResult:
        yield from self._plots

    def show_view(self, view: SupervisorView) -> None:
        """Show the plots of a view; those that are the same are not painted again."""
        self._view = view
        self._show_plots()

    def show_row(self, panel: str, key: str) -> None:
        """Show the plot of a category or department first."""
        if (panel, key) != self._row:
            self._row = panel, key
            self._first = 0
            self._show_plots()

    def action_turn(self, by: int) -> None:
        self._first += by
        self._show_plots()

    def on_resize(self) -> None:
        self._show_plots()

    def _show_plots(self) -> None:
        if self._view is None:
            return
        named = _named_plots(self._view, *self._row)
        count = max(1, min(MOST_PLOTS, len(named), self.size.height // PLOT_LINES))
        shown = [named[(self._first + number) % len(named)] for number in range(count)] if named else []
        for number, widget in enumerate(self._plots):
            widget.display = number < max(1, len(shown))
            widget.show_plot(shown[number][1] if number < len(shown) else None)
        title_panel(self, _("Course of the day"), key="3", state=shown[0][0] if shown else _("the hall is closed"))
        show_panel_keys(self, _("Left / Right another plot  z all") if len(shown) < len(named) else "")


def _named_plots(view: SupervisorView, panel: str, key: str) -> list[tuple[str, DayPlot]]:
    """Return the plots with their names; that of the row first."""
    plots: HallPlots | None = view.plots
    if plots is None:
        return []
    waits, loads = _("longest wait"), _("tasks of all departments")
    general = [
        (waits, plots.waits),
        (_("how many wait"), plots.waiting),
        (loads, _named(loads, plots.loads)),
        (_("tickets"), plots.tickets),
    ]
    names = {row.id: row.name for row in view.hall} | {row.organ: row.name for row in view.queues}
    own = {WAITING: plots.categories, DEPARTMENTS: plots.organs}.get(panel, {}).get(key)
    if own is None:
        return general
    if panel == WAITING:  # after its own waits come how many wait
        general = [*general[1:], general[0]]
    name = names.get(key, key)
    return [(name, _named(name, own)), *general]


def _named(subject: str, plot: DayPlot) -> DayPlot:
    """Return a plot whose bars are named after its subject, so that the legend names it."""
    return replace(plot, bars_name=format_list([subject, plot.bars_name], ":"))
