"""Incremental search for one things and matters by id, pinyin initials or part of a name; tolerates typing errors."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from clerk_app.text.characters import is_alphanumeric
from clerk_app.text.folding import fold_text

if TYPE_CHECKING:
    from clerk_app.catalogue.model import Catalogue, MatterDefinition, OneThing


def search_catalogue(catalogue: Catalogue, query: str, language: str) -> tuple[OneThing | MatterDefinition, ...]:
    """Return the one things and matters that match `query`, best first, one things before matters.

    Names in `language` rank before names in the other language. An empty query returns every one thing. A matter is
    left out if a one thing of the same name contains only this matter.
    """
    wanted = _normalize(query)
    if not wanted:
        return catalogue.one_things
    ranked = [
        (rank, place, item)
        for place, item in enumerate(_searchable_items(catalogue))
        if (rank := _rank(item, wanted, language)) is not None
    ]
    return tuple(item for _rank_value, _place, item in sorted(ranked, key=lambda entry: entry[:2]))


def _searchable_items(catalogue: Catalogue) -> Iterator[OneThing | MatterDefinition]:
    yield from catalogue.one_things
    single = {one_thing.matters[0]: one_thing.name for one_thing in catalogue.one_things if len(one_thing.matters) == 1}
    yield from (matter for matter in catalogue.matters if single.get(matter.id) != matter.name)


def _rank(item: OneThing | MatterDefinition, wanted: str, language: str) -> int | None:
    """Return the rank of `item`, 0 is best; None if it does not match."""
    initials, names = (
        item.initials or "",
        [_normalize(item.name.in_language(language)), _normalize(item.name.zh), _normalize(item.name.en)],
    )
    handle = _normalize(item.id)
    if wanted in (handle, initials, *names):
        return 0
    if handle.startswith(wanted) or initials.startswith(wanted) or names[0].startswith(wanted):
        return 1
    if any(wanted in name for name in names):
        return 2 if wanted in names[0] else 3
    if wanted in initials and len(wanted) > 1:
        return 4
    return 5 if _matches_with_typos(wanted, [handle, initials, *names]) else None


def _matches_with_typos(wanted: str, words: list[str]) -> bool:
    allowed = 0 if len(wanted) < 3 else 1 if len(wanted) < 7 else 2
    parts = [*words, *(part for word in words for part in word.split())]
    return allowed > 0 and any(
        _within_edit_distance(wanted, part[: len(wanted) + slip], allowed) for part in parts for slip in (-1, 0, 1)
    )


def _within_edit_distance(left: str, right: str, allowed: int) -> bool:
    """Return whether the edit distance with transpositions (Damerau-Levenshtein) is at most `allowed`."""
    if abs(len(left) - len(right)) > allowed:
        return False
    before: list[int] = []
    row = list(range(len(right) + 1))
    for i, character in enumerate(left, 1):
        above, before, row = before, row, [i]
        for j, against in enumerate(right, 1):
            cost = min(before[j] + 1, row[j - 1] + 1, before[j - 1] + (character != against))
            if i > 1 and j > 1 and character == right[j - 2] and left[i - 2] == against:
                cost = min(cost, above[j - 2] + 1)
            row.append(cost)
    return row[-1] <= allowed


def _normalize(words: str) -> str:
    folded = fold_text(words)
    return " ".join("".join(character if is_alphanumeric(character) else " " for character in folded).split())
