"""The lines of a window's card, from one line to a framed card with all facts."""

from __future__ import annotations

from clerk_app.locales import _
from clerk_app.views.supervisor import WindowRow
from screens.widgets.paint import Line, Span, cell_width, fit, level_style, level_symbol

FRAME_LINES = 2  # upper and lower edge
FRAMED_LINES = 5  # a card of at least this height has a frame
MOST_LINES = 6
NAME_CELLS, STAFF_CELLS, TICKET_CELLS, BAR_CELLS = 10, 8, 4, 16  # of a window on one line
DONE, REST, FREE = "━", "─", "·"


def card_lines(row: WindowRow, cells: int, height: int) -> list[Line]:
    """Return the lines of a card of `cells` and `height`; a card of five lines and more has a frame."""
    if height >= FRAMED_LINES:
        inner = [_progress_line, _person_line, _track_line, _today_line][: height - FRAME_LINES]
        lines = [line(row, cells - 4) for line in inner]
        return [_upper_edge(row, cells), *(_framed(line, cells) for line in lines), _lower_edge(row, cells)]
    if height == 1:
        return [_single_line(row, cells)]
    return [line(row, cells) for line in (_head_line, _progress_line, _today_line, _track_line)[:height]]


def _upper_edge(row: WindowRow, cells: int) -> Line:
    """Name, state and ticket in the edge; the state gives way to the ticket."""
    frame = _frame_style(row)
    name, state = _name_spans(row)
    tail: list[Span] = [*([(f" {row.ticket} ", "mark")] if row.ticket else []), ("┐", frame)]
    head: list[Span] = [("┌ ", frame), name]
    if cell_width([*head, state, *tail]) + 2 <= cells:
        head.append(state)
    head.append((" ", ""))
    rule = "─" * max(0, cells - cell_width(head) - cell_width(tail))
    return [*head, (rule, frame), *tail]


def _lower_edge(row: WindowRow, cells: int) -> Line:
    return [("└" + "─" * max(0, cells - 2) + "┘", _frame_style(row))]


def _framed(line: Line, cells: int) -> Line:
    room = " " * max(0, cells - 4 - cell_width(line))
    return [("│ ", "dim"), *line, (room + " │", "dim")]


def _frame_style(row: WindowRow) -> str:
    return "warn" if row.level == "warn" else "dim"


def _name_spans(row: WindowRow) -> list[Span]:
    symbol = level_symbol(row.level).strip()
    state = _mark(row) or (_("unusually long") if row.level == "warn" else _("free") if _is_free(row) else row.state)
    name: Span = (f"{symbol} {row.name}".strip(), "strong" if row.is_open else "dim")
    return [name, ("  " + state, "warn" if _mark(row) else level_style(row.level) or "dim")]


def _is_free(row: WindowRow) -> bool:
    """Whether a person works there and nobody is being served."""
    return row.is_open and not row.ticket and row.seconds is not None


def _mark(row: WindowRow) -> str:
    """Return that the window is paused or closes after the visit, also while a ticket is served there."""
    return row.state if row.is_paused or row.closes_after else ""


def _fit_mark(row: WindowRow, cells: int) -> str:
    """Return that a window is paused or closes, without the reason of the pause where that does not fit."""
    mark = _mark(row)
    return fit(_("paused") if row.is_paused and cell_width([(mark, "")]) > cells else mark, cells)


def _head_line(row: WindowRow, cells: int) -> Line:
    """Name, staff of a window in work, else the state; and the ticket."""
    head = _name_spans(row)
    if row.person and (row.ticket or _is_free(row)) and not _mark(row):
        head[1] = ("  " + row.person, "")
    return [*head, (row.ticket.rjust(max(1, cells - cell_width(head))), "mark")]


def _person_line(row: WindowRow, cells: int) -> Line:
    """Staff, and since when the window has its state."""
    return _spread(
        (f"{row.letters:<4} {row.person}", ""),
        (_("for {time}").format(time=row.since) if row.since else "", "dim"),
        cells,
    )


def _progress_line(row: WindowRow, cells: int) -> Line:
    """The service time against the usual one as a bar, or how long the window has been free."""
    if row.seconds is None:
        return [("" if row.is_open else _("opened by signing in"), "dim")]
    time = _clock_text(row.seconds)
    if not row.ticket:
        return _spread((_("free, no visitor"), "dim"), (time, "dim"), cells)
    words = _("> usual {minutes} min") if row.level == "warn" else _("usual {minutes} min")
    usual = words.format(minutes=_minutes(row.usual_seconds)) if row.usual_seconds else ""
    room = cells - cell_width([(time, ""), (usual, "")]) - 2
    style = level_style(row.level)
    bar: list[Span] = [(_bar(row, room) + " ", style or "mark")] if room > 0 else []
    return [*bar, (time, style or "strong"), (" " + usual, style or "dim")]


def _today_line(row: WindowRow, cells: int) -> Line:
    """What was served today, and the category of the ticket; facts without room are left out."""
    if not row.is_open and not row.served:
        return []
    average = _("average {minutes} min").format(minutes=_minutes(row.average_seconds)) if row.average_seconds else ""
    absent = _("{count} not there").format(count=row.no_shows) if row.no_shows else ""
    text = _("{count} served").format(count=row.served)
    for fact in filter(None, (average, absent)):
        if cell_width([(f"{text}  {fact}", "")]) <= cells:
            text = f"{text}  {fact}"
    return _spread((text, "dim"), (row.category, "dim"), cells)


def _track_line(row: WindowRow, cells: int) -> Line:
    """The last 30 minutes, a cell a minute: served or free; nothing for a closed window that served nobody."""
    if not row.is_open and not any(row.busy):
        return []
    title = _("last 30 min")
    room = max(0, cells - cell_width([(title, "")]) - 1)
    return _spread((title, "dim"), (_track(row)[-room:] if room else "", ""), cells)


def _single_line(row: WindowRow, cells: int) -> Line:
    """Name, staff where there is room, ticket, service time against the usual one, and the track on a wide line."""
    style = level_style(row.level)
    name: Span = (
        fit(level_symbol(row.level) + row.name, NAME_CELLS) + " ",
        style or ("strong" if row.is_open else "dim"),
    )
    person: Span = (fit(row.person or row.state, STAFF_CELLS) + " ", "" if row.is_open else "dim")
    mark = _mark(row)
    if row.seconds is None:
        room = max(0, cells - cell_width([name]))
        mark = fit(f"{mark}  ", min(room, cell_width([(f"{mark}  ", "")]))) if mark else ""
        room -= cell_width([(mark, "")])
        return [name, (mark, "warn"), (fit(row.person or row.state, room) if room else "", "dim")]
    ticket: Span = (fit(row.ticket or _("free"), TICKET_CELLS) + " ", "mark" if row.ticket else "dim")
    has_person = cells >= NAME_CELLS + STAFF_CELLS + TICKET_CELLS + 20
    head = [name, *([person] if has_person else []), ticket]
    time = _clock_text(row.seconds)
    room = cells - cell_width([*head, (time, "")]) - 1
    track = f"  {_track(row)}" if room >= BAR_CELLS + len(row.busy) + 2 else ""
    cells_of_bar = max(0, min(BAR_CELLS, room))
    if mark and cell_width([(mark, "")]) > cells_of_bar:  # the time gives way
        return [*head, (_fit_mark(row, cells - cell_width(head)), "warn")]
    bar: Span = (mark, "warn") if mark else (_bar(row, cells_of_bar) if row.ticket else "", style or "mark")
    return [*head, (fit(bar[0], cells_of_bar) + " ", bar[1]), (time, style), (track, "dim")]


def _bar(row: WindowRow, cells: int) -> str:
    """Return the service time as a part of the usual one; without a usual one, no bar."""
    if not row.usual_seconds or row.seconds is None:
        return ""
    done = min(cells, cells * row.seconds // row.usual_seconds)
    return DONE * done + REST * (cells - done)


def _track(row: WindowRow) -> str:
    """Return a cell for each of the last minutes."""
    return "".join(DONE if busy else FREE for busy in row.busy)


def _spread(left: Span, right: Span, cells: int) -> Line:
    """Return two texts at the two ends of a line; the right one is left out if it does not fit."""
    room = cells - cell_width([left])
    if cell_width([right]) + 1 > room:
        return [(fit(left[0], cells), left[1])]
    return [left, (" " * (room - cell_width([right])), ""), right]


def _minutes(seconds: int | None) -> int:
    return max(1, round((seconds or 0) / 60))


def _clock_text(seconds: int) -> str:
    """Return MM:SS, H:MM:SS from an hour on."""
    minutes, rest = divmod(seconds, 60)
    return f"{minutes:02d}:{rest:02d}" if minutes < 60 else f"{minutes // 60}:{minutes % 60:02d}:{rest:02d}"
