"""Collects the possible values of each field of a page and assigns equal labels to the person that they belong to."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from clerk_app.pre_review.kinds import PaperField, PaperKind
from clerk_app.pre_review.labels import Anchor
from clerk_app.pre_review.phrases import find_phrases, join_text
from clerk_app.pre_review.value_areas import Page, find_area
from clerk_app.pre_review.value_types import Value, find_values, parse_value, sex_of_number
from clerk_app.text.written_variants import fold_read_text

_SEX_LABEL = "性别"
_ALIGNED = 3.0  # distance of the beginnings of two labels of one column, in widths of a character


class Candidate(NamedTuple):
    """A possible value of a field. `evidence` is 2 for a label with a colon or blank space, 1 for another, 0 for none.

    `is_below`: the value was found under its label. `is_regular`: nothing else may belong to its characters.
    """

    field: PaperField
    value: Value
    page: int
    evidence: int
    is_below: bool
    is_regular: bool


def collect_candidates(page: Page, kind: PaperKind) -> Iterator[Candidate]:
    """Yield the possible values of the fields of `kind` on a page, in reading order for each field."""
    followed = {field.follows for field in kind.fields if field.follows}
    has_sentences = any(field.in_sentence for field in kind.fields)
    joined = join_text(page.rows)
    for field in kind.fields:
        # first, because of two candidates that are equal otherwise the first is taken
        for found, is_regular in find_phrases(joined, field):
            yield Candidate(field, found, page.number, 2, False, is_regular)
        for anchor in page.anchors:
            if has_sentences and field.type == "name" and not anchor.is_separate:
                continue  # `乙方应当` in a sentence
            if field.id in anchor.fields and _belongs(page, kind, field, anchor, followed):
                area = find_area(page, anchor, field)
                value = parse_value(field, area.characters) if area is not None else None
                if area is not None and value is not None:
                    evidence = 2 if anchor.is_separate or area.place == "sentence" else 1
                    yield Candidate(field, value, page.number, evidence, area.place == "below", area.is_regular)
        yield from _find_without_label(page, kind, field)


def _find_without_label(page: Page, kind: PaperKind, field: PaperField) -> Iterator[Candidate]:
    """Yield the values of a field that is recognised by its form alone, if no other field has the same form."""
    is_only_one = sum(other.type == field.type for other in kind.fields) == 1
    if field.type in ("id_number", "credit_code") and is_only_one:
        values = [value for row in page.rows for value in find_values(field, row.characters)]
        if len({value.text for value in values}) == 1:
            yield Candidate(field, values[0], page.number, 0, False, True)
    elif not field.labels and field.pattern is not None:
        for row in page.rows:
            for value in find_values(field, row.characters):
                yield Candidate(field, value, page.number, 2, False, True)


def _belongs(page: Page, kind: PaperKind, field: PaperField, anchor: Anchor, followed: set[str]) -> bool:
    """Return whether a label that several fields have belongs to `field`."""
    if field.follows is not None:
        starts = [
            other
            for other in page.anchors
            if followed.intersection(other.fields) and (other.is_separate or field.follows not in other.fields)
        ]
        # labels that name the field themselves, such as 母亲身份证号, need no start
        start = _find_start(page, starts, anchor)
        return (start is not None and field.follows in start.fields) or len(anchor.fields) == 1
    if field.person is not None and len(anchor.fields) > 1:
        return _sex_of_block(page, kind, anchor) == field.person
    return True


def _find_start(page: Page, starts: Sequence[Anchor], anchor: Anchor) -> Anchor | None:
    """Return the label that begins the part of the page to which `anchor` belongs."""
    in_row = [start for start in starts if start.row == anchor.row and start.left <= anchor.left]
    if in_row:
        return in_row[-1]
    above = [start for start in starts if start.row < anchor.row]
    if not above:
        return None
    last_row = [start for start in above if start.row == above[-1].row]
    nearest = min(last_row, key=lambda start: abs(start.left - anchor.left))
    width = page.rows[anchor.row].characters[anchor.start].width
    return nearest if abs(nearest.left - anchor.left) <= _ALIGNED * width else last_row[-1]


def _sex_of_block(page: Page, kind: PaperKind, anchor: Anchor) -> str | None:
    """Return the sex that a paper states of the person to whom a label belongs; None if it cannot be read."""
    names = [other for other in page.anchors if _is_name_of_person(kind, other)]
    start = anchor if anchor in names else _find_start(page, names, anchor)
    if start is None:
        return None
    block = [other for other in page.anchors if _find_start(page, names, other) == start]
    for other in block:
        if other.label == fold_read_text(_SEX_LABEL):
            row = page.rows[other.row]
            text = "".join(character.folded for character in row.characters[other.end : other.end + 3])
            return {"女": "female", "男": "male"}.get(text[:1])
    # the label or its value cannot be read: the identity number contains the sex
    for other in block:
        field = next((kind.field(name) for name in other.fields if kind.field(name).type == "id_number"), None)
        area = find_area(page, other, field) if field is not None else None
        value = parse_value(field, area.characters) if field is not None and area is not None else None
        if value is not None and value.is_valid:
            return sex_of_number(value.text)
    return None


def _is_name_of_person(kind: PaperKind, anchor: Anchor) -> bool:
    return len(anchor.fields) > 1 and all(kind.field(name).type == "name" for name in anchor.fields)
