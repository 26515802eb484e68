"""Which kind of paper the pages are, from the titles and labels on them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence

from clerk_app.pre_review.kinds import PaperKind
from clerk_app.pre_review.layout import Row
from clerk_app.text.written_variants import fold_read_text

_TITLE, _LONG_TITLE, _MENTIONED = 3.0, 2.0, 0.2  # a row that is the title, one with a little more, a sentence with it
_LITTLE_MORE = 7  # characters, such as 中华人民共和国 before a title
_WITHOUT_TITLE = 0.6  # share of the evidence of labels that counts where the title is missing
_UNKNOWN = 0.5  # evidence of a kind that is not described
_SHORTEST_PART = 2


def recognise_kind(pages: Iterable[Sequence[Row]], kinds: Sequence[PaperKind]) -> tuple[PaperKind | None, float]:
    """Return the kind with most evidence on the pages, and its share of all evidence, 0 to 1; None without any."""
    rows = [text for page in pages for row in page for text in _texts(row)]
    weights = Counter(label for kind in kinds for label in _labels(kind))
    evidence = {kind.id: _weigh(kind, rows, weights) ** 2 for kind in kinds}
    best = max(kinds, key=lambda kind: evidence[kind.id], default=None)
    if best is None or not evidence[best.id]:
        return None, 0.0
    return best, evidence[best.id] / (sum(evidence.values()) + _UNKNOWN)


def _texts(row: Row) -> list[str]:
    """Return the folded row, and its parts between wide gaps if there are several."""
    parts, start = [row.folded], 0
    for index in range(1, len(row.characters)):
        if row.gap_before(index) > 2.0:
            parts.append("".join(character.folded for character in row.characters[start:index]))
            start = index
    if start:
        parts.append("".join(character.folded for character in row.characters[start:]))
    return [part for part in parts if len(part) >= _SHORTEST_PART]


def _labels(kind: PaperKind) -> set[str]:
    words = [*kind.marks, *kind.other_labels, *(label for field in kind.fields for label in field.labels)]
    return {fold_read_text(word) for word in words}


def _weigh(kind: PaperKind, rows: Sequence[str], weights: Counter[str]) -> float:
    """Return the evidence for a kind: its title, and its labels, of which those of few kinds count more."""
    titles = [fold_read_text(title) for title in kind.titles]
    title = max((_weigh_title(title, row) for title in titles for row in rows), default=0.0)
    found = {label for label in _labels(kind) if any(label in row for row in rows)}
    # a label inside another one that was found, such as 姓名 in 新生儿姓名, is no evidence of its own
    own = {label for label in found if not _is_inside(label, found)}
    fields = [field for field in kind.fields if field.labels]
    covered = sum(any(fold_read_text(label) in found for label in field.labels) for field in fields)
    coverage = covered / len(fields) if fields else 0.0
    share = 1.0 if title or not kind.always_titled else _WITHOUT_TITLE
    return title + share * sum(1 / weights[label] for label in own) * (0.5 + coverage)


def _is_inside(label: str, found: set[str]) -> bool:
    return any(label != other and label in other for other in found)


def _weigh_title(title: str, row: str) -> float:
    if title not in row:
        return 0.0
    if row == title:
        return _TITLE
    return _LONG_TITLE if len(row) <= len(title) + _LITTLE_MORE else _MENTIONED
