"""Where the value of a label is: to its right, below it, in further lines, or in the rest of a sentence."""

from __future__ import annotations

from typing import Literal, NamedTuple

from clerk_app.pre_review.kinds import PaperField
from clerk_app.pre_review.labels import Anchor, find_label
from clerk_app.pre_review.layout import Character, Row
from clerk_app.pre_review.names import is_complete_name

_MAX_CONTINUED = 3  # lines after the first
_RAGGED = 3.5  # a wrapped line is at most so much shorter than the longest of its column, in widths of a character
_LINE_PITCH = 2.3  # distance of two lines of one value, in heights of a line
_BELOW = 2.6  # distance of a value below its label
_INDENT = 1.3  # difference of the beginnings of two lines of one value, in widths of a character
_CELL_GAP = {"name": 3.5, "sex": 3.5}  # blank space that ends a value, in widths of a character
_WIDE_GAP = 7.0
_CONTINUED_TYPES = ("address", "text", "name")
_SENTENCE_ENDS = frozenset("。；;")
_CLAUSE_ENDS = frozenset("，,。；;的")  # `the flat at ADDRESS 的 ...`
_AFTER_LABEL = frozenset("：:﹕∶)）")
_TRANSLATED_TYPES = ("name", "address", "sex", "date", "text")


class Area(NamedTuple):
    """The characters that belong to a label. `is_regular` is False where they may belong to something else."""

    characters: tuple[Character, ...]
    place: Literal["right", "below", "sentence"]
    is_regular: bool = True


class Page(NamedTuple):
    """The rows of a page and its labels. `labels` are all folded labels of the kind, the longest first."""

    number: int
    rows: tuple[Row, ...]
    anchors: tuple[Anchor, ...]
    labels: tuple[str, ...]


def find_area(page: Page, anchor: Anchor, field: PaperField) -> Area | None:
    """Return the characters of the value of `field` at a label; None if there are none."""
    if field.in_sentence:
        return _find_sentence(page, anchor, field)
    first = _right_of(page, anchor, _CELL_GAP.get(field.type, _WIDE_GAP))
    if field.type == "name":  # recognition loses the blank between a name and the next label
        first = first[: find_label(first, [label for label in page.labels if len(label) > 2])]
    if field.type in _TRANSLATED_TYPES:
        first = _without_translation(first)
    if first:
        return _continue(page, field, first, "right")
    below = _below(page, anchor)
    return _continue(page, field, below, "below") if below else None


def _without_translation(characters: list[Character]) -> list[Character]:
    """Return the characters without English words before them: papers print labels in two languages."""
    end = next((index for index, c in enumerate(characters) if not (c.text.isascii() and not c.text.isdigit())), None)
    return characters[end:] if end is not None else characters


def _right_of(page: Page, anchor: Anchor, widest_gap: float) -> list[Character]:
    row = page.rows[anchor.row]
    if abs(anchor.middle - row.middle) > 0.2 * row.height:
        return _right_of_two_lines(page, anchor)
    following = [other.start for other in page.anchors if other.row == anchor.row and other.start >= anchor.end]
    end = min(following, default=len(row.characters))
    return _cut_at_gap(row, anchor.end, end, widest_gap)


def _right_of_two_lines(page: Page, anchor: Anchor) -> list[Character]:
    """Return the nearest text to the right of a label in two lines, which is in the height of their middle."""
    starts = [
        (row.characters[index].left, number, index)
        for number, row in enumerate(page.rows)
        if abs(row.middle - anchor.middle) < 0.7 * row.height
        for index in range(len(row.characters))
        if _begins_after(row, index, anchor)
    ]
    if not starts:
        return []
    _, number, start = min(starts)
    if any(other.row == number and other.start <= start < other.end for other in page.anchors):
        return []
    return _until_anchor(page, number, start, _WIDE_GAP)


def _begins_after(row: Row, index: int, anchor: Anchor) -> bool:
    """Return whether a line or a part of it begins here, to the right of a label in two lines."""
    character = row.characters[index]
    is_start = row.gap_before(index) >= 1.0 or row.characters[index - 1].line != character.line
    return is_start and character.left > (anchor.left + anchor.right) / 2


def _cut_at_gap(row: Row, start: int, end: int, widest_gap: float) -> list[Character]:
    while start < end and row.characters[start].text in _AFTER_LABEL:
        start += 1
    characters: list[Character] = []
    for index in range(start, end):
        if characters and row.gap_before(index) > widest_gap:
            break
        characters.append(row.characters[index])
    return characters


def _below(page: Page, anchor: Anchor) -> list[Character]:
    """Return the text under a label, if no other label is there."""
    height = page.rows[anchor.row].height
    for number, row in enumerate(page.rows):
        if not 0.5 * height < row.middle - anchor.middle < _BELOW * height or number == anchor.row:
            continue
        width = row.characters[0].width
        start = next(
            (
                index
                for index, character in enumerate(row.characters)
                if anchor.left - width <= character.left <= anchor.right + width
                and (index == 0 or row.gap_before(index) >= 1.0 or row.characters[index - 1].line != character.line)
            ),
            None,
        )
        if start is None:
            continue
        if any(other.row == number and other.start <= start < other.end for other in page.anchors):
            return []
        return _cut_at_gap(row, start, len(row.characters), 1.5)
    return []


def _continue(page: Page, field: PaperField, first: list[Character], place: Literal["right", "below"]) -> Area:
    """Return the first line of a value with the lines below that continue it."""
    characters, last, is_regular = list(first), first, True
    if field.type in _CONTINUED_TYPES:
        for _ in range(_MAX_CONTINUED):
            if field.type == "name" and is_complete_name(characters):
                break
            following = _next_line(page, first, last)
            if not following:
                break
            is_regular &= _is_full(page, first, last, following)
            characters += following
            last = following
    return Area(tuple(characters), place, is_regular)


def _is_full(page: Page, first: list[Character], line: list[Character], following: list[Character]) -> bool:
    """Return whether a line reaches as far to the right as the others of its column: only then was it wrapped."""
    column = [
        row.characters[end - 1].right
        for row in page.rows
        for start, end in row.parts()
        if abs(row.characters[start].left - first[0].left) <= _INDENT * first[0].width
    ]
    furthest = max([*column, following[-1].right], default=0.0)
    return line[-1].right >= furthest - _RAGGED * line[-1].width


def _next_line(page: Page, first: list[Character], last: list[Character]) -> list[Character]:
    for number, row in enumerate(page.rows):
        distance = (row.middle - last[0].middle) / last[0].height
        if not 0.5 < distance < _LINE_PITCH:
            continue
        for start, character in enumerate(row.characters):
            is_aligned = abs(character.left - first[0].left) <= _INDENT * character.width
            is_start = start == 0 or row.gap_before(start) >= 1.0 or row.characters[start - 1].line != character.line
            if is_aligned and is_start:
                is_value_of_other = any(
                    _is_label_of(page, other, number, start) and not _is_far(page, other, first)
                    for other in page.anchors
                )
                return [] if is_value_of_other else _until_anchor(page, number, start, 3.0)
    return []


def _is_label_of(page: Page, anchor: Anchor, number: int, start: int) -> bool:
    """Return whether a label is in the same row as a text and before it; one in two lines has its middle there."""
    if anchor.row == number:
        return anchor.start <= start
    row = page.rows[number]
    return abs(anchor.middle - row.middle) < 0.4 * row.height and anchor.left < row.characters[start].left


def _is_far(page: Page, anchor: Anchor, first: list[Character]) -> bool:
    """Return whether another label in between separates a label from the column of a value."""
    return any(
        other.row == anchor.row and anchor.end <= other.start and other.left < first[0].left for other in page.anchors
    )


def _until_anchor(page: Page, number: int, start: int, widest_gap: float) -> list[Character]:
    row = page.rows[number]
    end = min(
        (other.start for other in page.anchors if other.row == number and other.start > start),
        default=len(row.characters),
    )
    return _cut_at_gap(row, start, end, widest_gap)


def _find_sentence(page: Page, anchor: Anchor, field: PaperField) -> Area | None:
    """Return the rest of a sentence after a label, over the next rows, without what follows its end."""
    ends = _CLAUSE_ENDS if field.type == "address" else _SENTENCE_ENDS
    characters: list[Character] = []
    start, previous = anchor.end, page.rows[anchor.row]
    for row in page.rows[anchor.row : anchor.row + 1 + _MAX_CONTINUED]:
        if row is not previous:
            if (row.middle - previous.middle) / previous.height > _LINE_PITCH:
                break
            if any(other.start == 0 and other.is_separate and page.rows[other.row] is row for other in page.anchors):
                break
        text = row.characters[start:]
        stop = next((index for index, character in enumerate(text) if character.text in ends), None)
        characters += text[:stop]
        if stop is not None:
            break
        start, previous = 0, row
    label = find_label(characters, page.labels) if field.type == "address" else None
    characters = characters[:label]
    while characters and not characters[0].folded:
        characters.pop(0)
    return Area(tuple(characters), "sentence") if characters else None
