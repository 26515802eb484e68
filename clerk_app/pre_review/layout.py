"""The characters of a page in rows, with their places. A slight tilt of the page is removed."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from statistics import median
from typing import NamedTuple

from clerk_app.text.written_variants import fold_read_character
from scanners.text.client import Corners, PageText, TextLine

_SAME_ROW = 0.45  # distance of the middles of two lines of one row, as a share of their height
_FULL_STEP = 1.7  # distance of two characters over the usual one, from which something between them was not read
_GAP_CERTAINTY = 0.5  # certainty of a character after such a distance
_CHINESE_DIGITS = frozenset("一二三四五六七八九")
_LIKE_ZERO = frozenset("OoＯ0○Q")
_AFTER_ZERO = _CHINESE_DIGITS | frozenset("室号楼年")


class Character(NamedTuple):
    """A character of a page. `folded` is what it is compared with, empty for blanks and punctuation.

    `left`, `right` and `width` (of a square character in this line) are fractions of the page's width; `middle` and
    `height` fractions of its height, after the tilt is removed; `top` and `bottom` before. `line` is the line's number.
    """

    text: str
    folded: str
    certainty: float
    left: float
    right: float
    width: float
    top: float
    bottom: float
    middle: float
    height: float
    line: int


@dataclass(frozen=True)
class Row:
    """The characters of one row from left to right."""

    characters: tuple[Character, ...]

    @property
    def middle(self) -> float:
        """The middle of the row, as a fraction of the page's height."""
        return median(character.middle for character in self.characters)

    @property
    def height(self) -> float:
        """The height of the row, as a fraction of the page's height."""
        return median(character.height for character in self.characters)

    @property
    def folded(self) -> str:
        """The row as it is compared."""
        return "".join(character.folded for character in self.characters)

    def parts(self) -> Iterator[tuple[int, int]]:
        """Yield start and end of the parts of the row between blank spaces or lines."""
        start = 0
        for index in range(1, len(self.characters) + 1):
            is_end = index == len(self.characters)
            if (
                is_end
                or self.gap_before(index) >= 1.0
                or self.characters[index].line != self.characters[index - 1].line
            ):
                yield start, index
                start = index

    def gap_before(self, index: int) -> float:
        """Return the blank space before a character, in widths of a character; infinite before the first."""
        if index == 0:
            return float("inf")
        character, before = self.characters[index], self.characters[index - 1]
        return (character.left - before.right) / character.width


def lay_out(page: PageText) -> tuple[Row, ...]:
    """Return the rows of a page from top to bottom."""
    lines = [line for line in page.lines if line.text.strip()]
    if not lines:
        return ()
    tilt, width = _find_tilt(lines), _find_character_width(lines)
    placed = [_place_characters(number, line, tilt, width) for number, line in enumerate(lines)]
    return tuple(Row(tuple(characters)) for characters in _join_rows(placed))


def corners_of(characters: Iterable[Character]) -> Corners:
    """Return the corners of the smallest upright rectangle around characters, as fractions of the page."""
    found = list(characters)
    left, top = min(character.left for character in found), min(character.top for character in found)
    right, bottom = max(character.right for character in found), max(character.bottom for character in found)
    return (left, top), (right, top), (right, bottom), (left, bottom)


def _find_tilt(lines: Sequence[TextLine]) -> float:
    """Return by how much lines fall from left to right: the median of the long ones."""
    slopes = []
    for line in lines:
        (left, top), (right, other), _, _ = line.corners
        if right - left > 0.1:
            slopes.append((other - top) / (right - left))
    return median(slopes) if slopes else 0.0


def _find_character_width(lines: Sequence[TextLine]) -> float:
    """Return the width of a square character over its height, both as fractions of the page."""
    ratios = []
    for line in lines:
        units = sum(map(_units, line.text))
        (left, top), (right, _), _, (_, bottom) = line.corners
        if bottom > top and units >= 2:
            ratios.append((right - left) / units / (bottom - top))
    return median(ratios) if ratios else 1.0


def _units(character: str) -> float:
    return 1.0 if unicodedata.east_asian_width(character) in "WF" else 0.5


def _place_characters(number: int, line: TextLine, tilt: float, width: float) -> list[Character]:
    upper_left, upper_right, lower_right, lower_left = line.corners
    left, right = (upper_left[0] + lower_left[0]) / 2, (upper_right[0] + lower_right[0]) / 2
    height = max(1e-4, (lower_left[1] - upper_left[1] + lower_right[1] - upper_right[1]) / 2)
    unit = max(1e-6, width * height)
    filled = _fill_gaps(line, (right - left) / unit)
    places = filled.places
    characters = []
    for index, text in enumerate(filled.text):
        if text.isspace():
            continue
        start = left + places[index] * (right - left)
        following = left + (places[index + 1] if index + 1 < len(places) else 1.0) * (right - left)
        end = max(start, min(following, start + _units(text) * unit))
        top = upper_left[1] + places[index] * (upper_right[1] - upper_left[1])
        bottom = lower_left[1] + places[index] * (lower_right[1] - lower_left[1])
        middle = (top + bottom) / 2 - tilt * start
        characters.append(
            Character(
                text,
                fold_read_character(text),
                filled.certainties[index],
                start,
                end,
                unit,
                top,
                bottom,
                middle,
                height,
                number,
            )
        )
    return characters


def _even_places(text: str) -> tuple[float, ...]:
    total = sum(map(_units, text)) or 1.0
    done, places = 0.0, []
    for character in text:
        places.append(done / total)
        done += _units(character)
    return tuple(places)


class _Line(NamedTuple):
    """The characters of a line, with the certainty and the place of each."""

    text: str
    certainties: tuple[float, ...]
    places: tuple[float, ...]


def _fill_gaps(line: TextLine, widths: float) -> _Line:
    """Return the characters of a line of `widths` characters, uncertain where one between two ideographs was not read.

    Recognition loses the zero 〇, so it is put between two digits that are one or two characters apart, or reads O.
    """
    certainties = line.certainties if len(line.certainties) == len(line.text) else (line.score,) * len(line.text)
    places = line.places if len(line.places) == len(line.text) else _even_places(line.text)
    steps = {
        index: (places[index] - places[index - 1]) * widths
        for index in range(1, len(line.text))
        if all(character.isalpha() and _units(character) == 1.0 for character in line.text[index - 1 : index + 1])
    }
    usual = max(median(steps.values()), 0.5) if steps else 1.0
    filled: list[tuple[str, float, float]] = []
    for index, read in enumerate(zip(line.text, certainties, places, strict=True)):
        text, certainty, place = read
        step = steps.get(index, 0.0)
        if text in _LIKE_ZERO and _is_between_digits(line.text, index):
            text, certainty = "〇", min(certainty, _GAP_CERTAINTY)
        if step > _FULL_STEP * usual:
            certainty = min(certainty, _GAP_CERTAINTY)
            zeros = round(step / usual) - 1 if line.text[index - 1] in _CHINESE_DIGITS and text in _AFTER_ZERO else 0
            if zeros <= 2:
                filled += [("〇", certainty, place - (zeros - number) * usual / widths) for number in range(zeros)]
        filled.append((text, certainty, place))
    texts, all_certainties, all_places = zip(*filled, strict=True)
    return _Line("".join(texts), all_certainties, all_places)


def _is_between_digits(text: str, index: int) -> bool:
    return text[index - 1 : index] in _CHINESE_DIGITS and text[index + 1 : index + 2] in _AFTER_ZERO


def _join_rows(placed: Iterable[list[Character]]) -> list[list[Character]]:
    """Return rows of the lines that are side by side."""
    rows: list[list[list[Character]]] = []
    for line in sorted((line for line in placed if line), key=lambda line: line[0].middle):
        row = next((row for row in reversed(rows[-6:]) if _is_same_row(row, line)), None)
        if row is None:
            rows.append([line])
        else:
            row.append(line)
    ordered = [
        sorted((character for line in row for character in line), key=lambda character: character.left) for row in rows
    ]
    return sorted(ordered, key=lambda row: median(character.middle for character in row))


def _is_same_row(row: Sequence[list[Character]], line: list[Character]) -> bool:
    """Return whether a line belongs to a row: it overlaps none of its lines, and is level with the nearest one."""
    if any(_overlaps(other, line) for other in row):
        return False
    nearest = min(row, key=lambda other: abs(other[0].left - line[0].left))
    return abs(nearest[0].middle - line[0].middle) < _SAME_ROW * max(nearest[0].height, line[0].height)


def _overlaps(one: list[Character], other: list[Character]) -> bool:
    shared = min(one[-1].right, other[-1].right) - max(one[0].left, other[0].left)
    return shared > min(one[0].width, other[0].width)
