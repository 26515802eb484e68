"""Reads kind and fields of a paper from the text of its pages. It proposes values; a person decides."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from clerk_app.pre_review.candidates import Candidate, collect_candidates
from clerk_app.pre_review.kinds import PaperField, PaperKind
from clerk_app.pre_review.labels import find_anchors
from clerk_app.pre_review.layout import corners_of, lay_out
from clerk_app.pre_review.readings import SURE_KIND, SURE_NAME, SURE_SCORE, ReadField, Reading
from clerk_app.pre_review.recognition import recognise_kind
from clerk_app.pre_review.value_areas import Page
from clerk_app.pre_review.value_types import sex_of_number
from clerk_app.text.identity_documents import birth_date_of_number
from clerk_app.text.written_variants import fold_read_text
from scanners.text.client import PageText

MIN_CHARACTERS = 6
"""Least number of letters and digits of a page that can be read."""

MIN_CERTAINTY = 0.8
"""Least mean certainty of the characters of a page that can be read."""

MIN_CLEAR = 0.92
"""Least share of characters with SURE_SCORE on a page on which values without a check digit can be sure.

Measured with drawn papers: 0.93 to 1.0, also blurred, shadowed or stamped; photographs with a wrong name 0.02 to 0.89.
"""


def read_paper(pages: Sequence[PageText], kinds: Sequence[PaperKind]) -> Reading:
    """Return kind and fields of a paper. Without a kind of enough certainty no field is read."""
    rows = [lay_out(page) for page in pages]
    unreadable = tuple(number for number, page in enumerate(pages, 1) if not is_readable(page))
    kind, score = recognise_kind(rows, kinds)
    has_text = len(unreadable) < len(pages)
    if kind is None or score < SURE_KIND:
        return Reading("", score, has_text, (), unreadable)
    labels = _all_labels(kind)
    candidates = [
        candidate
        for number, page_rows in enumerate(rows, 1)
        for candidate in collect_candidates(Page(number, page_rows, find_anchors(page_rows, kind), labels), kind)
    ]
    clear = {number for number, page in enumerate(pages, 1) if is_clear(page)}
    return Reading(kind.id, score, has_text, _choose_fields(kind, candidates, clear), unreadable)


def is_readable(page: PageText) -> bool:
    """Return whether enough text of a page was read with enough certainty."""
    certainties = _certainties(page)
    return len(certainties) >= MIN_CHARACTERS and sum(certainties) / len(certainties) >= MIN_CERTAINTY


def is_clear(page: PageText) -> bool:
    """Return whether a page is so sharp that also a value without a check digit can be sure."""
    certainties = _certainties(page)
    return sum(certainty >= SURE_SCORE for certainty in certainties) >= MIN_CLEAR * len(certainties)


def _certainties(page: PageText) -> list[float]:
    """Return the certainties of the letters and digits of a page."""
    return [
        certainty
        for line in page.lines
        for character, certainty in zip(line.text, line.certainties or (line.score,) * len(line.text), strict=False)
        if character.isalnum()
    ]


def _all_labels(kind: PaperKind) -> tuple[str, ...]:
    words = {fold_read_text(word) for word in (*kind.other_labels, *(x for f in kind.fields for x in f.labels))}
    return tuple(sorted(words, key=lambda word: (-len(word), word)))


def _choose_fields(kind: PaperKind, candidates: Sequence[Candidate], clear: Collection[int]) -> tuple[ReadField, ...]:
    are_below = _are_below(candidates)
    chosen = {}
    for field in kind.fields:
        own = [candidate for candidate in candidates if candidate.field is field]
        if own:
            best = max(own, key=_rank)
            is_sure = _is_sure(kind, best, are_below, best.page in clear) and not _has_rival(best, own)
            chosen[field.id] = _make_field(best, is_sure)
    return tuple(_check_agreement(kind, chosen).values())


def _rank(candidate: Candidate) -> tuple[bool, int, bool, bool]:
    value = candidate.value
    return value.is_valid, candidate.evidence, not candidate.is_below, value.score >= SURE_SCORE


def _are_below(candidates: Sequence[Candidate]) -> bool:
    """Return whether the values of this paper are under their labels."""
    below = sum(candidate.is_below for candidate in candidates if candidate.value.is_valid)
    return below >= 2 and below * 2 >= sum(candidate.value.is_valid for candidate in candidates)


def _is_sure(kind: PaperKind, candidate: Candidate, are_below: bool, is_clear_page: bool) -> bool:
    has_check_digit = candidate.field.type in ("id_number", "credit_code")
    needs_colon = any(field.in_sentence for field in kind.fields) and not has_check_digit
    return (
        candidate.value.is_valid
        and candidate.value.score >= (SURE_NAME if candidate.field.type == "name" else SURE_SCORE)
        and (is_clear_page or has_check_digit)
        and candidate.is_regular
        and (not candidate.is_below or are_below or has_check_digit)
        and (candidate.evidence == 2 or not needs_colon)
    )


def _has_rival(best: Candidate, candidates: Sequence[Candidate]) -> bool:
    """Return whether the same field has another valid value elsewhere on the paper."""
    value = fold_read_text(best.value.text)
    return any(
        other.value.is_valid
        and other.evidence >= best.evidence
        and other.is_below <= best.is_below
        and fold_read_text(other.value.text) != value
        for other in candidates
    )


def _make_field(candidate: Candidate, is_sure: bool) -> ReadField:
    value = candidate.value
    corners = corners_of(value.characters)
    return ReadField(candidate.field.id, value.text, round(value.score, 4), is_sure, candidate.page, corners)


def _check_agreement(kind: PaperKind, fields: dict[str, ReadField]) -> dict[str, ReadField]:
    """Make values unsure that contradict the identity number on the same paper, and that number too."""
    doubtful = set()
    for field in kind.fields:
        number = fields.get(field.agrees_with or "")
        read = fields.get(field.id)
        if number is not None and read is not None and not _agrees(field, read.value, number.value):
            doubtful |= {field.id, number.id}
    for field in kind.fields:
        read = fields.get(field.id)
        if (
            field.person
            and field.type == "id_number"
            and read is not None
            and sex_of_number(read.value) != field.person
        ):
            doubtful.add(field.id)
    return {name: read._replace(is_sure=read.is_sure and name not in doubtful) for name, read in fields.items()}


def _agrees(field: PaperField, value: str, number: str) -> bool:
    if field.type == "date":
        return value == birth_date_of_number(number)
    return {"男": "male", "女": "female"}.get(value) == sex_of_number(number)
