"""The top line: who works where, the ticket that is served, the connection and its warnings, the clock."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from time import monotonic
from typing import TYPE_CHECKING, NamedTuple

from clerk_app.locales import _
from clerk_app.text.durations import format_running_time
from screens.widgets.paint import Line, Span, cell_width, fit, level_style, level_symbol
from screens.widgets.status_lines import SingleLine

if TYPE_CHECKING:
    from clerk_app.views.shared import ListAge, Status

PLACE_CELLS = (24, 12)  # cells of a long place on a narrow screen, first and at last
PERSON_CELLS = (16, 8)
_NOTHING: Span = ("", "")


class LinePart(NamedTuple):
    """A part of the line: its forms, longest first, and for each further form the step at which it replaces another.

    The lowest step of all parts comes first. A form of `_NOTHING` leaves the part out.
    """

    forms: tuple[Span, ...]
    steps: tuple[int, ...] = ()

    @property
    def next_step(self) -> int:
        """The step at which this part becomes shorter; STAYS if it has no shorter form."""
        return self.steps[0] if self.steps else STAYS

    def shortened(self) -> LinePart:
        """Return the part in its next form."""
        return LinePart(self.forms[1:], self.steps[1:])


STAYS = 100


class TopLine(SingleLine):
    """Shows office, place, person, current ticket with its time, connection, unsent work, age of trust lists, clock.

    If they do not fit, parts become shorter or are left out, in the order of their steps. Place, person, ticket,
    connection and clock always stay. Warnings of lists become one that names the key of the connection dialog.
    """

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self.status: Status | None = None
        self.ticket = ""
        self.since: datetime | None = None
        self._status_at = 0.0
        self._shown_spans: Line = ()

    def on_mount(self) -> None:
        self.set_interval(1, self._tick)

    def show_status(self, status: Status | None, ticket: str = "", since: datetime | None = None) -> None:
        """Show `status`; `ticket` has been served since `since`."""
        self.status, self.ticket, self.since, self._status_at = status, ticket, since, monotonic()
        self.refresh()

    def _tick(self) -> None:
        shown = self._shown_spans
        if self.spans() != shown:
            self.refresh()

    def spans(self) -> Line:
        status = self.status
        if status is None:
            self._shown_spans = [(" " + _("Opening the store ..."), "dim")]
            return self._shown_spans
        now = status.now + timedelta(seconds=monotonic() - self._status_at)
        left = [
            LinePart(((status.office, "strong"), _NOTHING), (1,)),
            _text_part(status.place, PLACE_CELLS, (21, 41)),
            _text_part(status.person, PERSON_CELLS, (20, 40)),
            self._ticket_part(now),
        ]
        clock = now.strftime("%Y-%m-%d %H:%M" if status.clock_wrong else "%H:%M")
        right = [
            _connection_part(status),
            *_count_parts(status),
            *_list_parts(status.lists),
            _waiting_part(status.waiting),
            LinePart(((_("clock wrong ^O"), "bad"),)) if status.clock_wrong else LinePart((_NOTHING,)),
            LinePart(((clock, "strong"),)),
        ]
        self._shown_spans = _spread(left, right, self.size.width)
        return self._shown_spans

    def _ticket_part(self, now: datetime) -> LinePart:
        if not self.ticket or self.since is None:
            return LinePart(((self.ticket, "mark"),))
        served = f"{self.ticket} {format_running_time(now - self.since)}"
        return LinePart(((served, "mark"), (self.ticket, "mark")), (31,))


def _text_part(text: str, cells: tuple[int, int], steps: tuple[int, int]) -> LinePart:
    return LinePart(((text, ""), *((_cut(text, count), "") for count in cells)), steps)


def _cut(text: str, cells: int) -> str:
    return text if cell_width([(text, "")]) <= cells else fit(text, cells).rstrip()


def _connection_part(status: Status) -> LinePart:
    style = level_style(status.connection_level)
    sign = level_symbol(status.connection_level).strip() or "*"
    forms = (status.connection, *status.connection_forms)
    return LinePart(tuple((f"[{sign}] {words}", style) for words in forms), (11, 30)[: len(forms) - 1])


def _count_parts(status: Status) -> Iterable[LinePart]:
    unsent = _("{count} unsent").format(count=status.unsent)
    yield LinePart(((unsent, "warn" if status.unsent else "dim"), _NOTHING), (53 if status.unsent else 3,))
    if status.rejected:
        yield LinePart(((_("{count} to settle ^O").format(count=status.rejected), "bad"), _NOTHING), (52,))
    if status.papers:
        yield LinePart(((_("{count} to print").format(count=status.papers), "warn"), _NOTHING), (51,))


def _waiting_part(waiting: int | None) -> LinePart:
    words = _("{count} waiting").format(count=waiting) if waiting is not None else ""
    return LinePart(((words, "dim"), _NOTHING), (4,))


def _list_parts(lists: Iterable[ListAge]) -> Iterable[LinePart]:
    """Yield the ages of the lists; those that are too old become one warning, whose details the dialog of ^O shows."""
    old = [entry for entry in lists if entry.level in ("warn", "bad")]
    for entry in lists:
        if entry not in old:
            yield LinePart(((f"{entry.name} {entry.age}", "dim"), _NOTHING), (2,))
    if old:
        style = level_style("bad" if any(entry.level == "bad" for entry in old) else "warn")
        words = "  ".join(f"{entry.name} {entry.age}" for entry in old)
        count = _("1 warning ^O") if len(old) == 1 else _("{count} warnings ^O").format(count=len(old))
        yield LinePart(((words, style), (count, style), _NOTHING), (10, 50))


def _spread(left: list[LinePart], right: list[LinePart], width: int) -> Line:
    """Return a line of `width` cells: `left` at the left edge, `right` at the right edge, two cells between parts."""
    parts = [*left, *right]
    while sum(cell_width([part.forms[0]]) + 2 for part in parts if part.forms[0][0]) > width - 1:
        index = min(range(len(parts)), key=lambda place: parts[place].next_step)
        if parts[index].next_step == STAYS:
            break
        parts[index] = parts[index].shortened()
    start, end = _join(parts[: len(left)]), _join(parts[len(left) :])
    gap = max(0, width - cell_width(start) - cell_width(end) - 2)
    return [(" ", ""), *start, (" " * gap, ""), *end, (" ", "")]


def _join(parts: list[LinePart]) -> list[Span]:
    spans: list[Span] = []
    for part in parts:
        if part.forms[0][0]:
            spans += [("  ", ""), part.forms[0]] if spans else [part.forms[0]]
    return spans
