"""Finds the labels of a kind of paper in the rows of a page."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from clerk_app.pre_review.kinds import PaperKind
from clerk_app.pre_review.layout import Character, Row
from clerk_app.text.written_variants import fold_read_text

_BOUNDARY = 0.6  # blank space, in widths of a character, that separates a label from what is before or after it
_COVERED_LABEL = 3  # least number of characters of a label whose beginning is covered
_LONG_LABEL = 4  # from so many characters one of them may have been read wrongly
_STACKED = 1.9  # distance of the two lines of one label, in heights of a line
_MARKS_BEFORE = frozenset("，。；、,;.:：)）】]|丨①②③④⑤⑥⑦⑧⑨⑩")
_COLONS = frozenset("：:﹕∶")


class Anchor(NamedTuple):
    """A label that was found. `fields` are the ids of the fields that have it; empty if only other labels have it.

    It is in row `row`, at the characters `start` to `end` (without). `is_separate`: a colon or blank space follows.
    `middle`, `left` and `right` are its place; that of a label in two lines covers both.
    """

    label: str
    fields: tuple[str, ...]
    row: int
    start: int
    end: int
    is_separate: bool
    middle: float
    left: float
    right: float


def find_anchors(rows: Sequence[Row], kind: PaperKind) -> tuple[Anchor, ...]:
    """Return the labels of `kind` on a page, in reading order."""
    fields_by_label: dict[str, tuple[str, ...]] = {fold_read_text(label): () for label in kind.other_labels}
    for field in kind.fields:
        for label in map(fold_read_text, field.labels):
            fields_by_label[label] = (*fields_by_label.get(label, ()), field.id)
    labels = sorted(fields_by_label, key=len, reverse=True)
    in_sentences = {
        label for label, ids in fields_by_label.items() if ids and all(kind.field(i).in_sentence for i in ids)
    }
    anchors = [
        anchor
        for number, row in enumerate(rows)
        for anchor in _find_in_row(number, row, labels, fields_by_label, in_sentences)
    ]
    anchors += _find_stacked(rows, anchors, fields_by_label)
    anchors += _find_covered(rows, anchors, labels, fields_by_label)
    return tuple(sorted(anchors, key=lambda anchor: (anchor.row, anchor.left)))


def find_label(characters: Sequence[Character], labels: Sequence[str]) -> int | None:
    """Return the index of the first character of the first of `labels` (folded) in a text; None if there is none."""
    kept = [index for index, character in enumerate(characters) if character.folded]
    folded = "".join(characters[index].folded for index in kept)
    places = [place for label in labels if (place := folded.find(label)) > 0]
    return kept[min(places)] if places and len(folded) == len(kept) else None


def _find_in_row(
    number: int, row: Row, labels: Sequence[str], fields_by_label: dict[str, tuple[str, ...]], in_sentences: set[str]
) -> Iterator[Anchor]:
    kept = [index for index, character in enumerate(row.characters) if character.folded]
    position, after_sex = 0, False
    while position < len(kept):
        start = kept[position]
        label = _match(row, kept, position, labels)
        if label is None or not (after_sex or label in in_sentences or _has_boundary_before(row, start)):
            after_sex = False
            position += 1
            continue
        fields = fields_by_label[label]
        yield _make_anchor(number, row, label, fields, start, kept[position + len(label) - 1] + 1)
        # `性别女民族汉` may be read without blanks: a label may follow after one character
        after_sex = any(field.endswith("sex") for field in fields)
        position += len(label) + after_sex


def _make_anchor(number: int, row: Row, label: str, fields: tuple[str, ...], start: int, end: int) -> Anchor:
    following = row.characters[end : end + 2]
    has_colon = any(character.text in _COLONS for character in following[:1]) or (
        len(following) == 2 and following[0].text in ")）" and following[1].text in _COLONS
    )
    is_separate = end == len(row.characters) or has_colon or row.gap_before(end) >= _BOUNDARY
    first, last = row.characters[start], row.characters[end - 1]
    return Anchor(label, fields, number, start, end, is_separate, first.middle, first.left, last.right)


def _has_boundary_before(row: Row, index: int) -> bool:
    if index == 0 or row.gap_before(index) >= _BOUNDARY:
        return True
    before, character = row.characters[index - 1], row.characters[index]
    return before.text in _MARKS_BEFORE or before.line != character.line


def _match(row: Row, kept: Sequence[int], position: int, labels: Sequence[str]) -> str | None:
    text = "".join(row.characters[index].folded[:1] for index in kept[position : position + len(labels[0])])
    exact = next((label for label in labels if text.startswith(label)), None)
    if exact is not None:
        return exact
    return next((label for label in labels if len(label) >= _LONG_LABEL and _differs_once(text, label)), None)


def _differs_once(text: str, label: str) -> bool:
    if len(text) < len(label):
        return False
    different = [one for one, other in zip(text, label, strict=False) if one != other]
    return len(different) == 1 and not different[0].isascii()  # a digit is the beginning of a value


def _find_stacked(
    rows: Sequence[Row], found: Sequence[Anchor], fields_by_label: dict[str, tuple[str, ...]]
) -> Iterator[Anchor]:
    """Yield the labels that are printed in two lines, one below the other, as in the cells of a form."""
    taken = {(anchor.row, index) for anchor in found for index in range(anchor.start, anchor.end)}
    parts = [(number, row, start, end) for number, row in enumerate(rows) for start, end in row.parts()]
    for upper_number, upper, start, end in parts:
        if (upper_number, start) in taken:
            continue
        first = upper.characters[start]
        head = _fold(upper, start, end)
        for lower_number, lower, lower_start, lower_end in parts:
            below = lower.characters[lower_start]
            distance = (below.middle - first.middle) / first.height
            if not 0.5 < distance < _STACKED or abs(below.left - first.left) > 2 * first.width:
                continue
            label = head + _fold(lower, lower_start, lower_end)
            if label in fields_by_label and head and (lower_number, lower_start) not in taken:
                middle = (first.middle + below.middle) / 2
                right = max(upper.characters[end - 1].right, lower.characters[lower_end - 1].right)
                fields = fields_by_label[label]
                yield Anchor(label, fields, upper_number, start, end, True, middle, first.left, right)


def _find_covered(
    rows: Sequence[Row], found: Sequence[Anchor], labels: Sequence[str], fields_by_label: dict[str, tuple[str, ...]]
) -> Iterator[Anchor]:
    """Yield the labels of which a row has only the end, because a finger or a stamp covers the beginning."""
    for number, row in enumerate(rows):
        first = row.characters[0]
        is_label = any(anchor.row == number and anchor.start == 0 for anchor in found)
        if is_label or any(_is_lower_line(anchor, first) for anchor in found):
            continue
        start, end = next(row.parts())
        kept = [index for index in range(start, end) if row.characters[index].folded]
        for length in range(len(kept), _COVERED_LABEL - 1, -1):
            text = "".join(row.characters[index].folded for index in kept[:length])
            whole = [label for label in labels if len(label) > length and label.endswith(text)]
            after = kept[length - 1] + 1
            if len(whole) == 1 and (after == end or row.characters[after].text in _COLONS):
                yield _make_anchor(number, row, whole[0], fields_by_label[whole[0]], start, after)
                break


def _is_lower_line(anchor: Anchor, first: Character) -> bool:
    """Return whether a row that begins with `first` is the second line of a label."""
    return abs(anchor.left - first.left) < 2 * first.width and 0.2 < (first.middle - anchor.middle) / first.height < 1.2


def _fold(row: Row, start: int, end: int) -> str:
    return "".join(character.folded for character in row.characters[start:end])
