"""Drawn papers of all kinds in all conditions, from a seed; and whether what was read of one is right."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from random import Random
from typing import NamedTuple

from benchmarks.papers.conditions import CONDITIONS
from benchmarks.papers.drawn_cards import (
    DrawnPaper,
    draw_driving_licence,
    draw_id_card,
    draw_marriage_certificate,
    draw_register_page,
    draw_residence_permit,
)
from benchmarks.papers.drawn_certificates import (
    draw_birth_certificate,
    draw_business_licence,
    draw_planning_permit,
    draw_real_estate_certificate,
)
from benchmarks.papers.drawn_contracts import draw_labour_contract, draw_lease
from benchmarks.papers.drawn_sentences import (
    draw_birth_in_sentences,
    draw_labour_contract_in_sentences,
    draw_lease_in_sentences,
    draw_marriage_in_sentences,
    draw_permit_in_sentences,
)
from clerk_app.pre_review.kinds import PaperKind
from clerk_app.pre_review.readings import Reading
from clerk_app.text.written_variants import fold_read_text

DRAWN: Sequence[Callable[[Random], DrawnPaper]] = (
    draw_id_card,
    draw_register_page,
    draw_marriage_certificate,
    draw_birth_certificate,
    draw_business_licence,
    draw_lease,
    draw_real_estate_certificate,
    draw_driving_licence,
    draw_residence_permit,
    draw_planning_permit,
    draw_labour_contract,
    draw_lease_in_sentences,
    draw_labour_contract_in_sentences,
    draw_marriage_in_sentences,
    draw_birth_in_sentences,
    draw_permit_in_sentences,
)


class PaperScore(NamedTuple):
    """How a paper was read. `wrong` are key fields that are missing or wrong, `wrong_sure` values shown as sure."""

    kind: str
    condition: str
    is_kind_right: bool
    key_fields: int
    sure: int
    wrong: tuple[str, ...]
    wrong_sure: tuple[str, ...]


def draw_paper(seed: int, number: int) -> tuple[DrawnPaper, str, Random]:
    """Return paper `number` of a seed, its condition, and the dice that decide what happens to it."""
    dice = Random(f"{seed} {number}")  # noqa: S311 - the same paper on every machine
    draw = DRAWN[number % len(DRAWN)]
    conditions = tuple(CONDITIONS)
    return draw(dice), conditions[number // len(DRAWN) % len(conditions)], dice


def score_reading(paper: DrawnPaper, condition: str, reading: Reading, kind: PaperKind) -> PaperScore:
    """Compare a reading with the values on the paper."""
    is_kind_right = reading.kind == paper.kind
    keys = [field.id for field in kind.fields if field.key and field.id in paper.values]
    wrong = [name for name in keys if not is_kind_right or not _is_right(paper, reading, name)]
    sure = [field for field in reading.fields if field.is_sure]
    wrong_sure = [
        f"{field.id}: {field.value} ({paper.values.get(field.id, 'not on the paper')})"
        for field in sure
        if not is_kind_right or not _is_right(paper, reading, field.id)
    ]
    sure_keys = sum(field.id in keys for field in sure)
    return PaperScore(paper.kind, condition, is_kind_right, len(keys), sure_keys, tuple(wrong), tuple(wrong_sure))


def _is_right(paper: DrawnPaper, reading: Reading, name: str) -> bool:
    if name not in paper.values:
        return name in _NOT_DRAWN
    read = reading.field(name)
    return read is not None and fold_read_text(read.value) == fold_read_text(paper.values[name])


_NOT_DRAWN = ("relation", "permit_number")
"""Fields without a stated value, which are not compared."""
