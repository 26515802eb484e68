"""Lists of the board: the last calls, and how many wait in each category."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from rich.cells import cell_len

from clerk_app.views.board import BoardCall, WaitingCategory
from screens.board import words
from screens.widgets.large_text import dot_lines, glyph_dots
from screens.widgets.paint import Line, Span, cell_width, fit, level_style, level_symbol

LIST_ROWS = 4  # of the smallest large characters
SIDE_CELLS = 46  # width of the waiting numbers at the right of the calls
_BROAD_CELLS = 70  # width from which a line of the waiting numbers has both languages
_COUNT_CELLS = 17  # of a waiting number in large characters
PAIRED_COUNT, PAIRED_LEVEL = 4, 12  # of a category on a short line
NAME_MARGIN = 3  # cells around a name
_GAP = 5  # cells between the two columns of calls
_MOST_SPACE = 3  # cells between two columns of the waiting numbers


def title_line(message: str) -> Line:
    """Return the title of a list in both languages."""
    return [(f" {words.joined(message)}", "mark")]


def small_list(calls: Sequence[BoardCall], width: int) -> Iterator[Line]:
    """Yield calls in two columns, line by line; a dash without a call."""
    cells = width // 2
    for start in range(0, len(calls), 2):
        yield [
            (fit(f"  {call.number}  →  {words.in_order(call.window)[0]}   {call.time}", cells), "strong")
            for call in calls[start : start + 2]
        ]
    if not calls:
        yield [("  -", "")]


def large_list(calls: Sequence[BoardCall], width: int, rows: int) -> Iterator[Line]:
    """Yield calls in large characters of one size in two columns; in small ones where a window has no number."""
    if not calls:
        yield [("  -", "")]
        return
    cells = width // 2
    each = _common_rows(calls, cells - _GAP, (rows + 1) // 3 - 1)  # with a gap between two
    for start in range(0, len(calls), 2):
        blocks = [_call_block(call, cells, each) for call in calls[start : start + 2]]
        for row in range(max(map(len, blocks))):
            spans: list[Span] = []
            for block in blocks:
                line = block[row] if row < len(block) else []
                spans += [*line, (" " * (cells - cell_width(line)), "")]
            yield spans
        if (each + 1) * 3 - 1 <= rows and start + 2 < len(calls):
            yield []


def _common_rows(calls: Sequence[BoardCall], width: int, most: int) -> int:
    """Return the height in which every call fits, at least LIST_ROWS."""
    heights = [
        len(dot_lines(dots, width, ""))
        for call in calls
        if (dots := glyph_dots(_arrow_text(call), width, max(LIST_ROWS, most)))
    ]
    return min(heights, default=LIST_ROWS)


def _call_block(call: BoardCall, width: int, rows: int) -> list[Line]:
    dots = glyph_dots(_arrow_text(call), width - _GAP, rows) if call.window_number else None
    if dots is None:
        return [[], [(fit(f"  {call.number}  →  {words.in_order(call.window)[0]}", width), "strong")]]
    return [[("  ", ""), *line] for line in dot_lines(dots, len(dots[0]), "")]


def _arrow_text(call: BoardCall) -> str:
    return f"{call.number}→{call.window_number}"


def large_waiting_lines(categories: Sequence[WaitingCategory], width: int, rows: int) -> Iterator[Line]:
    """Yield a block for each category: names, level and estimate, and at the right the number in large characters."""
    has_gap = rows >= len(categories) * (LIST_ROWS + 1) - 1
    for category in categories:
        first, second = words.in_order(category.name)
        level, other_level = _level_words(category)
        minutes = _minutes(category)
        texts: list[Span] = [
            (f"{category.id} {first}", "strong"),
            (f"  {second}", ""),
            (f"{level_symbol(category.level)} {level}  {other_level}", level_style(category.level)),
            ("  ".join(dict.fromkeys(minutes)).strip(), "strong"),
        ]
        dots = glyph_dots(str(category.waiting), _COUNT_CELLS, LIST_ROWS)
        number = dot_lines(dots, len(dots[0]), "title") if dots else [[(str(category.waiting), "title")]]
        for row, (text, style) in enumerate(texts):
            line = number[row] if row < len(number) else []
            yield [(f" {fit(text, width - _COUNT_CELLS - 2)} ", style), *line]
        if has_gap:
            yield []


def waiting_lines(categories: Sequence[WaitingCategory], width: int, rows: int) -> Iterator[Line]:
    """Yield a line for each category; two on a short line if there is room.

    With fewer rows than categories a line has two of them, in the first language.
    """
    if rows < len(categories) and width >= _BROAD_CELLS:
        yield from _paired_lines(categories, width)
        return
    if width < _BROAD_CELLS:
        yield from _side_lines(categories, width, is_double=rows >= len(categories) * 2)
        return
    has_minutes = any(category.wait for category in categories)
    rows_of_text = [_whole_row(category, has_minutes) for category in categories]
    longest = [max((cell_len(row[at]) for row in rows_of_text), default=0) for at in range(4)]
    free = width - NAME_MARGIN - sum(longest)
    space = max(1, min(_MOST_SPACE, free // 3))
    count, minutes, level = (cells + space if cells else 0 for cells in longest[1:])
    widths = _Widths(width - count - minutes - level, count, minutes, level)
    for category, (name, people, wait, state) in zip(categories, rows_of_text, strict=True):
        yield _columns(name, people, wait, (state, level_style(category.level)), widths, "strong")


def _whole_row(category: WaitingCategory, has_minutes: bool) -> tuple[str, str, str, str]:
    """Return name, count, estimated wait and level of a category; if it has a wait, the count is in one language."""
    count, other_count = words.both(words.PEOPLE, count=category.waiting)
    level, other_level = _level_words(category)
    return (
        f"{category.id} {words.in_order(category.name)[0]}  {words.in_order(category.name)[1]}",
        count if has_minutes else f"{count}  {other_count}",
        _minutes(category)[0],
        f"{level_symbol(category.level)} {level}  {other_level}",
    )


def _side_lines(categories: Sequence[WaitingCategory], width: int, *, is_double: bool) -> Iterator[Line]:
    """Yield name, count and level of each category; on a second line the other language, and the estimated wait."""
    widths = _Widths(width - PAIRED_COUNT - PAIRED_LEVEL, PAIRED_COUNT, 0, PAIRED_LEVEL)
    for category in categories:
        first, second = words.in_order(category.name)
        level, other_level = _level_words(category)
        minutes, other_minutes = _minutes(category)
        shown = level if is_double else minutes or level
        state = (f"{level_symbol(category.level)} {shown}", level_style(category.level))
        yield _columns(f"{category.id} {first}", str(category.waiting), "", state, widths, "strong")
        if is_double:
            yield _columns(f"  {second}", "", "", (f"  {other_minutes or other_level}", ""), widths, "")


def _paired_lines(categories: Sequence[WaitingCategory], width: int) -> Iterator[Line]:
    """Yield two categories in a line: name, count, and the estimated wait with the sign of its level, or the level."""
    cells = width // 2
    widths = _Widths(cells - PAIRED_COUNT - PAIRED_LEVEL, PAIRED_COUNT, 0, PAIRED_LEVEL)
    for start in range(0, len(categories), 2):
        spans: list[Span] = []
        for category in categories[start : start + 2]:
            level, style = _minutes(category)[0] or _level_words(category)[0], level_style(category.level)
            name = f"{category.id} {words.in_order(category.name)[0]}"
            state = (f"{level_symbol(category.level)} {level}", style)
            spans += _columns(name, str(category.waiting), "", state, widths, "strong")
        yield spans


def _level_words(category: WaitingCategory) -> tuple[str, str]:
    return words.both(words.WAIT_LEVELS.get(category.level, words.WAIT_LEVELS["good"]))


def _minutes(category: WaitingCategory) -> tuple[str, str]:
    """Return the estimated wait in both languages; empty without one."""
    if category.wait is None:
        return "", ""
    low, high = category.wait
    return words.both(words.MINUTES, low=low, high=high)


class _Widths(NamedTuple):
    """Cells of the columns of the waiting numbers."""

    name: int
    people: int
    minutes: int
    level: int


def _columns(name: str, count: str, minutes: str, level: Span, widths: _Widths, style: str) -> Line:
    """Return a line of the waiting numbers: name, count, estimate and level."""
    return [
        (f"  {fit(name, widths.name - NAME_MARGIN)} ", style),
        (fit(count, widths.people), style),
        (fit(minutes, widths.minutes), style),
        (fit(level[0], widths.level), level[1]),
    ]
