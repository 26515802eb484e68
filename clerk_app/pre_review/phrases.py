"""Finds values that are in sentences, by the phrases of a field, in the joined text of a page."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from clerk_app.pre_review.kinds import PaperField
from clerk_app.pre_review.layout import Character, Row
from clerk_app.pre_review.names import begins_like_name
from clerk_app.pre_review.phrase_forms import compile_phrase, has_free_form
from clerk_app.pre_review.value_types import Value, parse_value

_FULL = 1.5  # blank space at the right end of a line that was certainly wrapped, in widths of a character
_SHORT = 10.0  # at the end of a line that may have been wrapped: a long number may have been too wide
_INDENT = 1.5  # the first line of a paragraph begins so much further to the right
_HANGING = 5.0  # and at most so much
_OTHER_SIZE = 1.35  # ratio of the heights of a title and a line of text
_LINE_PITCH = 3.4  # distance of two lines of one sentence, in heights of a line
_COLUMN_GAP = 7.0  # blank space that separates two columns
_HOLE = 1.5  # blank space in a value in which something may not have been read
_CLAUSE = re.compile(
    r"第[一二三四五六七八九十0-9]+条|[一二三四五六七八九十]+、|[0-9]{1,2}[、.](?![0-9])|\([一二三四五六七八九十]+\)"
)
_CHECKED_TYPES = ("id_number", "credit_code")  # a wrong check digit is asked


class JoinedText(NamedTuple):
    """The text of a page in half width without blanks, sentences over several lines joined; paragraphs end with \\n.

    `sources` has the character of the page for each character, None for an end. At `doubtful` places something may
    be missing between a character and the one before it; at `holes` there is blank space.
    """

    text: str
    sources: tuple[Character | None, ...]
    doubtful: frozenset[int]
    holes: frozenset[int]


def join_text(rows: Sequence[Row]) -> JoinedText:
    """Return the joined text of the rows of a page."""
    right = max((row.characters[-1].right for row in rows), default=0.0)
    texts: list[str] = []
    sources: list[Character | None] = []
    doubtful, holes = set(), set()
    for number, row in enumerate(rows):
        if number:
            before = rows[number - 1]
            if not _is_continued(before, row, right):
                texts.append("\n")
                sources.append(None)
            elif _blank_end(before, right) > _FULL:
                doubtful.add(len(texts))
        for index, character in enumerate(row.characters):
            gap = row.gap_before(index) if index else 0.0
            if gap > _COLUMN_GAP:
                texts.append("\n")
                sources.append(None)
            elif gap > _HOLE:
                holes.add(len(texts))
            for part in unicodedata.normalize("NFKC", character.text):
                texts.append(part)
                sources.append(character)
    return JoinedText("".join(texts), tuple(sources), frozenset(doubtful), frozenset(holes))


def find_phrases(joined: JoinedText, field: PaperField) -> Iterator[tuple[Value, bool]]:
    """Yield the values of `field` in its phrases, and whether each is the only one that its sentence can have."""
    for phrase in field.phrases:
        values = _find_values(joined, field, phrase)
        for span, value in sorted(values.items(), reverse=True):
            is_only_one = not any(_overlaps(span, other) for other in values if other != span)
            yield value, is_only_one and _is_whole(joined, field, span) and _may_be_sure(field, value)


def _find_values(joined: JoinedText, field: PaperField, phrase: str) -> dict[tuple[int, int], Value]:
    values = {}
    for is_lazy in (True, False) if has_free_form(field.type) else (True,):
        for match in compile_phrase(phrase, field.type, field.pattern, is_lazy=is_lazy).finditer(joined.text):
            start, end = match.span("value")
            value = parse_value(field, [source for source in joined.sources[start:end] if source is not None])
            if value is not None and (value.is_valid or field.type in _CHECKED_TYPES):
                values[start, end] = value
    return values


def _is_continued(row: Row, following: Row, right: float) -> bool:
    """Return whether a sentence of a row may continue in the row below it."""
    first, below = row.characters[0], following.characters[0]
    indent = (below.left - first.left) / first.width
    text = "".join(character.folded or character.text for character in following.characters[:6])
    return (
        _blank_end(row, right) <= _SHORT
        and (following.middle - row.middle) / row.height < _LINE_PITCH
        and -_HANGING < indent < _INDENT
        and max(row.height, following.height) < _OTHER_SIZE * min(row.height, following.height)
        and _CLAUSE.match(unicodedata.normalize("NFKC", text)) is None
    )


def _blank_end(row: Row, right: float) -> float:
    last = row.characters[-1]
    return (right - last.right) / last.width


def _overlaps(one: tuple[int, int], other: tuple[int, int]) -> bool:
    return one[0] < other[1] and other[0] < one[1]


def _is_whole(joined: JoinedText, field: PaperField, span: tuple[int, int]) -> bool:
    inside = range(span[0] + 1, span[1])
    return joined.doubtful.isdisjoint(inside) and (
        not has_free_form(field.type) or joined.holes.isdisjoint(range(span[0] + 1, span[1]))
    )


def _may_be_sure(field: PaperField, value: Value) -> bool:
    """Return whether the form of a value shows that no other words of the sentence were taken for it."""
    return field.type != "text" and (field.type != "name" or begins_like_name(value.text))
