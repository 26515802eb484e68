"""Common passages of two texts: 6-gram seeds, then the alignment of each paragraph around them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from clerk_app.similarity.texts.fingerprints import GRAM, FoldedText, fold_passages

LEAST_SCORE = 85.0  # of an alignment, 0 to 100
SHORTEST = 40  # characters of a passage: what is shorter is often a usual phrase
MOST_PASSAGES = 50  # of one comparison
LONGEST_PART = 400  # characters of a paragraph that are aligned at once
_PARAGRAPH = re.compile(r"[^\n]+")
_SEEDS = 3  # common 6-grams that a paragraph needs


class Passage(NamedTuple):
    """A passage of both texts: from and to (without) in each as given, and how alike they are, 0 to 100."""

    begin: int
    end: int
    other_begin: int
    other_end: int
    score: int


def find_passages(text: str, other: str) -> list[Passage]:
    """Return the common passages of two texts, in the order of the first, at most MOST_PASSAGES."""
    folded_other = fold_passages(other)
    seeds: dict[str, int] = {}
    for index in range(len(folded_other.text) - GRAM + 1):
        seeds.setdefault(folded_other.text[index : index + GRAM], index)
    found: list[Passage] = []
    for begin, part in _list_parts(text):
        passage = _align(begin, fold_passages(part), folded_other, seeds)
        if passage is not None:
            found.append(passage)
        if len(found) == MOST_PASSAGES:
            break
    return found


def _list_parts(text: str) -> Iterator[tuple[int, str]]:
    """Yield the paragraphs with their places; a long one in parts of LONGEST_PART characters."""
    for paragraph in _PARAGRAPH.finditer(text):
        for begin in range(paragraph.start(), paragraph.end(), LONGEST_PART):
            yield begin, text[begin : min(begin + LONGEST_PART, paragraph.end())]


def _align(begin: int, part: FoldedText, other: FoldedText, seeds: dict[str, int]) -> Passage | None:
    """Return where a paragraph stands in the other text; None if it does not."""
    from rapidfuzz import fuzz  # the center only compares texts when an officer asks

    hits = [
        (index, seeds[gram])
        for index in range(len(part.text) - GRAM + 1)
        if (gram := part.text[index : index + GRAM]) in seeds
    ]
    if len(hits) < _SEEDS:
        return None
    first, last = hits[0], max(hits)
    covered = part.text[first[0] : last[0] + GRAM]
    if len(covered) < SHORTEST:
        return None
    middle = sorted(there - here for here, there in hits)[len(hits) // 2]  # where the paragraph begins in the other
    low = max(0, middle + first[0] - len(covered) // 2)
    high = min(len(other.text), middle + last[0] + GRAM + len(covered) // 2)
    found = fuzz.partial_ratio_alignment(covered, other.text[low:high])
    if found is None or found.score < LEAST_SCORE or found.dest_end - found.dest_start < SHORTEST:
        return None
    return Passage(
        begin + part.places[first[0]],
        begin + part.places[last[0] + GRAM - 1] + 1,
        other.places[low + found.dest_start],
        other.places[low + found.dest_end - 1] + 1,
        round(found.score),
    )


def measure_share(text: str, passages: list[Passage]) -> int:
    """Return the share of a text that is in passages, in percent."""
    covered = sum(passage.end - passage.begin for passage in passages)
    return min(100, round(100 * covered / len(text))) if text else 0
