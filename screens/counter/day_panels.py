"""The panels of the day between two visits: the window and its hall, events, what can be accepted, a plot."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from rich.cells import cell_len

from clerk_app.locales import _, format_list
from clerk_app.views.counter import CounterView, OneThingRow
from clerk_app.views.hall import HallEvent, QueueNumbers, WindowNumbers
from screens.counter.applicant_panel import ticket_lines
from screens.theme.panels import title_panel
from screens.widgets.paint import Line, Span, TextBlock, fit, level_style, wrap
from screens.widgets.plot import Plot

TICKET_CELLS = 5
COUNT_CELLS = 5
LONGEST_CELLS = 9
TIME_CELLS = 6
LISTED_WINDOWS = 8  # windows of a hall that have a line each, also in a narrow panel
WINDOW_LINE_CELLS = 54  # from here on every window has a line


class WindowPanel(TextBlock):
    """The ticket that is served here, the numbers of this window, and the queues and windows of the hall."""

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id, classes="panel")
        self._view: CounterView | None = None

    def show_view(self, view: CounterView) -> None:
        """Show a view."""
        self._view = view
        title_panel(self, view.status.place)
        self.refresh(layout=True)

    def lines(self, width: int) -> Iterable[Line]:
        view = self._view
        if view is None:
            return
        if view.serving is not None:
            yield from ticket_lines(view.serving, width)
        else:
            yield [(_("Nobody is being served."), "dim")]
        facts = [(_("Waiting"), str(view.status.waiting or 0)), (_("On hold"), str(len(view.held)))]
        day = view.day
        if day is not None:
            facts += [
                (_("Served today"), str(day.served)),
                (_("No-shows"), str(day.no_shows)),
                (_("Average"), day.average or "-"),
                (_("Longest wait"), day.longest_wait or "-"),
            ]
        yield []
        yield from _fact_lines(facts, width)
        if day is not None and day.queues:
            yield []
            yield from _queue_lines(day.queues, width)
        if day is not None and day.windows:
            yield []
            yield from _window_lines(day.windows, width)


def _fact_lines(facts: Sequence[tuple[str, str]], width: int) -> Iterable[Line]:
    """Yield two facts in a line, in two columns."""
    half = width // 2
    label = max(cell_len(name) for name, _value in facts) + 2
    for pair in zip(facts[::2], facts[1::2], strict=True):
        (name, value), (other, other_value) = pair
        yield [
            (fit(name, label), "dim"),
            (fit(value, half - label), "strong"),
            (fit(other, label), "dim"),
            (fit(other_value, width - half - label).rstrip(), "strong"),
        ]


def _queue_lines(queues: Sequence[QueueNumbers], width: int) -> Iterable[Line]:
    """Yield a line for each category: how many wait, the longest wait, the next tickets."""
    titles = (_("For"), _("wait"), _("longest"), _("next"))
    name_cells = max(cell_len(titles[0]), *(cell_len(queue.name) for queue in queues)) + 1
    name_cells = min(name_cells, max(8, width - COUNT_CELLS - LONGEST_CELLS - TICKET_CELLS))
    next_cells = width - name_cells - COUNT_CELLS - LONGEST_CELLS
    cells = (name_cells, COUNT_CELLS, LONGEST_CELLS, next_cells)
    yield [("".join(fit(title, room) for title, room in zip(titles, cells, strict=True)).rstrip(), "dim")]
    for queue in queues:
        tickets = " ".join(queue.next_tickets[: max(1, (next_cells + 1) // TICKET_CELLS)])
        yield [
            (fit(queue.name, name_cells), ""),
            (fit(str(queue.waiting), COUNT_CELLS), "strong" if queue.waiting else "dim"),
            (fit(queue.longest or "-", LONGEST_CELLS), "" if queue.waiting else "dim"),
            (fit(tickets, next_cells).rstrip(), "title"),
        ]
        if queue.waiting and not queue.windows:
            yield [(fit(_("! no open window serves it"), width).rstrip(), "warn")]


def _window_lines(windows: Sequence[WindowNumbers], width: int) -> Iterable[Line]:
    """Yield each window with its ticket or state and the categories that it serves, the manned ones first.

    If the names of the categories do not fit, the letters of their tickets are shown. The windows of a large hall have
    several columns, without categories.
    """
    if len(windows) > LISTED_WINDOWS and width < WINDOW_LINE_CELLS:
        yield from _short_window_lines(windows, width)
        return
    name_cells = min(14, max(cell_len(row.name) for row in windows) + 2)
    state_cells = min(12, max(cell_len(row.ticket or row.state) for row in windows) + 2)
    free = width - name_cells - state_cells
    served = [format_list(row.categories, ",") for row in windows]
    if max(map(cell_len, served)) > free:
        served = [" ".join(row.letters) for row in windows]
    for row, categories in sorted(zip(windows, served, strict=True), key=lambda pair: not pair[0].is_open):
        style = "title" if row.ticket else "" if row.is_open else "dim"
        state = fit(row.ticket or row.state, state_cells)
        yield [(fit(row.name, name_cells), "dim"), (state, style), (fit(categories, free).rstrip(), "dim")]


def _short_window_lines(windows: Sequence[WindowNumbers], width: int) -> Iterable[Line]:
    """Yield several windows in a line, each with its ticket or state, the manned ones first."""
    name_cells = max(cell_len(row.name) for row in windows) + 1
    cells = name_cells + max(cell_len(row.ticket or row.state) for row in windows) + 1
    shown = sorted(windows, key=lambda row: not row.is_open)
    count = max(1, (width + 1) // cells)
    for start in range(0, len(shown), count):
        line: list[Span] = []
        for row in shown[start : start + count]:
            style = "title" if row.ticket else "" if row.is_open else "dim"
            line += [(fit(row.name, name_cells), "dim"), (fit(row.ticket or row.state, cells - name_cells), style)]
        yield line


class DayPanel(Plot):
    """Who has waited in the hall over the day. It is the same during a visit as before it."""

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id, classes="panel")

    def show_view(self, view: CounterView) -> None:
        """Show the plot of a view, if it has one."""
        if view.waiting_plot is not None or view.serving is None:
            self.show_plot(view.waiting_plot)
        title_panel(self, _("Waiting today"))


class EventsPanel(TextBlock):
    """What happened at this window today, newest first."""

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id, classes="panel")
        self._events: tuple[HallEvent, ...] = ()

    def show_view(self, view: CounterView) -> None:
        """Show the events of a view; during a visit those before it stay."""
        if view.day is not None and (view.day.events or view.serving is None):
            self._events = view.day.events
        title_panel(self, _("Last events"))
        self.refresh(layout=True)

    def lines(self, width: int) -> Iterable[Line]:
        if not self._events:
            yield [(_("Nothing has happened here today."), "dim")]
        for event in self._events:
            first, *more = wrap(event.text, max(8, width - TIME_CELLS)) or [""]
            yield [(fit(event.time, TIME_CELLS), "dim"), (first, level_style(event.level))]
            yield from ([(" " * TIME_CELLS + line, level_style(event.level))] for line in more)


class OneThingsPanel(TextBlock):
    """What can be accepted here: each one thing with its number in F5, its matters and the promised days."""

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id, classes="panel")
        self._rows: tuple[OneThingRow, ...] = ()

    def show_view(self, view: CounterView) -> None:
        """Show the one things of a view; during a visit those before it stay."""
        if view.one_things:
            self._rows = view.one_things
        title_panel(self, _("Can be accepted here"), count=len(self._rows), state=_("F5 in a visit begins one"))
        self.refresh(layout=True)

    def lines(self, width: int) -> Iterable[Line]:
        matters = [_count_matters(row.matters) for row in self._rows]
        days = [_describe_days(row.days) for row in self._rows]
        key_cells = max((cell_len(row.key) for row in self._rows), default=0) + 2
        matter_cells, day_cells = (max(map(cell_len, texts), default=0) + 2 for texts in (matters, days))
        free = max(8, width - key_cells - matter_cells - day_cells)
        name_cells = min(free, max((cell_len(row.name) for row in self._rows), default=0) + 2)
        for row, count, period in zip(self._rows, matters, days, strict=True):
            lead = fit(row.lead, free - name_cells).rstrip() if free - name_cells >= 12 else ""
            yield [
                (fit(row.key, key_cells), "cap"),
                (fit(row.name, name_cells), "strong"),
                (fit(count, matter_cells), ""),
                (fit(period, day_cells), ""),
                (lead, "dim"),
            ]


def _describe_days(days: int) -> str:
    if not days:
        return _("on the spot")
    return _("1 working day") if days == 1 else _("{count} working days").format(count=days)


def _count_matters(count: int) -> str:
    return _("1 matter") if count == 1 else _("{count} matters").format(count=count)
