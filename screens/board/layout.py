"""Layout of the board: what is painted on each row, for a size of the terminal.

The present call is in large characters, at least a sixth of the height. In a wide terminal the last calls are large
too, and the waiting numbers stand at their right (`screens/board/lists.py`).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from clerk_app.views.board import BoardCall, BoardView
from screens.board import words
from screens.board.lists import (
    LIST_ROWS,
    SIDE_CELLS,
    large_list,
    large_waiting_lines,
    small_list,
    title_line,
    waiting_lines,
)
from screens.widgets.large_text import Dots, dot_lines, font_pixels, glyph_dots, large_lines
from screens.widgets.paint import Line, Span, cell_width, fit, level_symbol

LISTED_CALLS = 6
CALL_SHARE = 0.34  # of the height, for the present call
SENTENCE_SHARE = 0.15  # of the height, for its sentence
HUGE_ROWS = 50  # from here on the sentence of the call is large, too
CLOCK_ROWS, CLOCK_CELLS = 4, 34  # of the large clock
CLOCK_FROM = 36  # rows from which the clock is large
SIDE_COLUMNS = 130  # width from which the waiting numbers stand at the right

DrawText = Callable[[str, int], Dots]
"""Returns a text as dots of a height; empty while it is drawn, or without a font."""


@dataclass(frozen=True)
class BoardState:
    """What is painted. `is_new`: the call has just been made; `is_lit`: it is marked more strongly at this moment."""

    view: BoardView | None = None
    call: BoardCall | None = None
    is_new: bool = False
    is_lit: bool = False


def board_lines(state: BoardState, width: int, height: int, draw: DrawText) -> list[Line]:
    """Return the lines of the board, at most `height`."""
    view = state.view
    if view is None:
        return _notice(words.both(words.GETTING_READY), width, height, draw)
    top = [*_head(view, width, height), *_age_line(view, width)]
    if not view.is_open:
        return [*top, *_notice(words.both(words.CLOSED), width, height - len(top), draw)]
    gap: list[Line] = [[]] if height < CLOCK_FROM else []
    top += [*gap, *_call_lines(state, width, height, draw), []]
    foot = [[], _windows_line(view, width)]
    room = height - len(top) - len(foot)
    body = list(_body(state, view, width, room))[:room]
    return [*top, *body, *([[]] * (room - len(body))), *foot]


def _head(view: BoardView, width: int, height: int) -> list[Line]:
    """Return name of the hall and zone at the left, the time at the right, large in a tall terminal."""
    main, second = words.in_order(view.office)
    second = second if second != main else ""
    zone = words.joined(words.ZONE, zone=view.zone) if view.zone else ""
    if height < CLOCK_FROM:
        left: list[Span] = [(f" {main}", "title"), (f"  {second}" if second else "", "")]
        left += [(f"   {zone}", "strong")] if zone else []
        return [_spread(left, [(f"{view.time} ", "title")], width)]
    clock = [[*line, (" ", "")] for line in large_lines(view.time, CLOCK_CELLS, CLOCK_ROWS)]
    names: list[Line] = [[(f" {main}", "title")], [(f" {second}", "")], [(f" {zone}", "strong")], []]
    return [_spread(name, line, width) for name, line in zip(names, clock, strict=False)]


def _age_line(view: BoardView, width: int) -> list[Line]:
    """Return a line if the data are old, or the zone has no window."""
    if view.as_of:
        text = words.joined(words.NO_DATA) if view.as_of == "-" else words.joined(words.DATA_OF, time=view.as_of)
    elif not view.zone_is_known:
        text = words.joined(words.UNKNOWN_ZONE, zone=view.zone)
    else:
        return []
    return [[(fit(f" {level_symbol('bad')} {text}", width), "lit")]]


def _call_lines(state: BoardState, width: int, height: int, draw: DrawText) -> Iterator[Line]:
    """Yield the present call: caption, number and window in large characters, and the sentence in both languages."""
    call = state.call
    rows = max(LIST_ROWS, int(height * CALL_SHARE))
    if call is None:
        yield from _notice(words.both(words.NO_CALLS), width, rows + 3, draw)
        return
    caption = words.CALLED_AGAIN if call.is_recall else words.NEW_CALL if state.is_new else words.NOW_CALLED
    text = words.joined(caption) + (f"   {words.joined(words.ZONE, zone=call.zone)}" if call.zone else "")
    if state.is_new:
        text = f">>>  {text}  <<<" if state.is_lit else f"  >  {text}  <  "
    yield _centre([(text, "warn" if state.is_new else "strong")], width)
    dots = _call_dots(call, width, rows)
    yield from dot_lines(dots, width, "warn" if state.is_lit else "title") if dots else ()
    main, second = words.both(words.GO_TO, number=call.number, window=call.window)
    pixels = font_pixels(main, width, int(height * SENTENCE_SHARE)) if height >= HUGE_ROWS else 0
    large = draw(main, pixels) if pixels else ()
    if large:
        yield []
        yield from dot_lines(large, width, "strong")
    else:
        yield _centre([(main, "strong")], width)
    yield _centre([(second, "")], width)


def _call_dots(call: BoardCall, width: int, rows: int) -> Dots | None:
    """Return number and window as dots, as large as fits; the number alone for a window without a number."""
    if not call.window_number:
        return glyph_dots(call.number, width, rows)
    texts = (f"{call.number}→{call.window_number}", f"{call.number}>{call.window_number}")
    found = [dots for text in texts if (dots := glyph_dots(text, width - 2, rows)) is not None]
    return max(found, key=len, default=None)


def _body(state: BoardState, view: BoardView, width: int, rows: int) -> Iterator[Line]:
    """Yield the last calls, and who waits: below them, or at their right."""
    others = [call for call in view.calls if call != state.call][:LISTED_CALLS]
    if rows >= LIST_ROWS * 3 + 1 and width >= SIDE_COLUMNS:
        left = [title_line(words.LAST_CALLED), *large_list(others, width - SIDE_CELLS, rows - 1)]
        is_large = rows - 1 >= len(view.categories) * (LIST_ROWS + 1) - 1
        list_waiting = large_waiting_lines if is_large else waiting_lines
        right = [title_line(words.WAITING), *list_waiting(view.categories, SIDE_CELLS - 2, rows - 1)]
        yield from _side_by_side(left, right, width - SIDE_CELLS, rows)
        return
    shown = list(small_list(others, width))
    yield title_line(words.LAST_CALLED)
    yield from shown
    if rows > len(shown) + len(view.categories) + 2:
        yield []
    yield title_line(words.WAITING)
    yield from waiting_lines(view.categories, width, rows - len(shown) - 2)


def _windows_line(view: BoardView, width: int) -> Line:
    """Return the line of the windows that are open."""
    names = "  ".join(view.open_windows) or words.joined(words.NO_WINDOWS)
    return [(fit(f" {words.joined(words.OPEN_WINDOWS)}:  {names}", width), "strong")]


def _notice(texts: tuple[str, str], width: int, height: int, draw: DrawText) -> list[Line]:
    """Return a text in both languages in the middle of `height` rows, large if there is a font and room."""
    main, second = texts
    pixels = min(32, font_pixels(main, width - 2, max(0, height - 3)))
    large = draw(main, pixels) if pixels else ()
    lines: list[Line] = [*dot_lines(large, width, "title")] if large else [_centre([(main, "title")], width)]
    lines += [[], _centre([(second, "strong")], width)]
    above = max(0, (height - len(lines)) // 2)
    return [*([[]] * above), *lines, *([[]] * max(0, height - above - len(lines)))]


def _centre(spans: Line, width: int) -> Line:
    return [(" " * max(0, (width - cell_width(spans)) // 2), ""), *spans]


def _spread(left: Sequence[Span], right: Sequence[Span], width: int) -> Line:
    """Return spans at the left and at the right of a line; the left ones are dropped or cut if there is no room."""
    room = width - cell_width(right) - 1
    kept = list(left)
    while len(kept) > 1 and cell_width(kept) > room:
        del kept[1]
    if cell_width(kept) > room:
        kept = [(fit(kept[0][0], room), kept[0][1])]
    return [*kept, (" " * max(0, width - cell_width(kept) - cell_width(right)), ""), *right]


def _side_by_side(left: Sequence[Line], right: Sequence[Line], left_cells: int, rows: int) -> Iterator[Line]:
    for row in range(rows):
        first = left[row] if row < len(left) else []
        second = right[row] if row < len(right) else []
        yield [*first, (" " * max(0, left_cells - cell_width(first)), ""), *second]
