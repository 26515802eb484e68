"""Admissible choices among matters that exclude each other: which to leave out so that the best remain."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from itertools import combinations, product
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from clerk_app.catalogue.one_things import Exclusion
    from clerk_app.catalogue.plan import Plan

MAX_CHOICES = 9  # one digit each in a dialog
_MAX_SETS = 200  # of one group; more are not compared


class AdmissibleChoice(NamedTuple):
    """The matters to leave out, those of the excluded that remain, and what the choice is ranked by.

    `preferred` counts the exclusions whose preferred matter remains, `amount` is what the remaining matters pay (fen).
    """

    drop: tuple[str, ...]
    keep: tuple[str, ...]
    preferred: int
    amount: int


def list_choices(plan: Plan, fixed: Collection[str] = ()) -> list[AdmissibleChoice]:
    """Return what can be left out so that no certain exclusion is left, the best first; empty without an exclusion.

    The best leaves the most matters, then the preferred ones (`Exclusion.prefer`), then the largest amount, then the
    order of the catalogue. Matters in `fixed` cannot be left out any more; a choice without them is taken only if there
    is no other.
    """
    groups = [exclusion.matters for exclusion in plan.exclusions if exclusion.certain]
    if not groups:
        return []
    rivals = find_rivals(groups)
    kept_sets = [_list_independent(part, rivals) for part in _split(rivals)]
    order = {planned.id: position for position, planned in enumerate(plan.matters)}
    amounts = {planned.id: planned.matter.amount or 0 for planned in plan.matters}
    found = []
    for parts in _limited_product(kept_sets):
        keep = frozenset().union(*parts)
        drop = tuple(sorted(rivals.keys() - keep, key=order.__getitem__))
        found.append(
            AdmissibleChoice(
                drop,
                tuple(sorted(keep, key=order.__getitem__)),
                _count_preferred(plan.one_thing.exclusions, keep, rivals),
                sum(amounts[name] for name in keep),
            )
        )
    lost = frozenset(fixed)
    found.sort(
        key=lambda choice: (
            len(lost.intersection(choice.drop)),
            len(choice.drop),
            -choice.preferred,
            -choice.amount,
            [order[name] for name in choice.keep],
        )
    )
    return found[:MAX_CHOICES]


def find_rivals(groups: Iterable[Collection[str]]) -> dict[str, frozenset[str]]:
    """Return for each matter the matters that it excludes; of each group at most one can remain."""
    rivals: dict[str, set[str]] = {}
    for group in groups:
        for one, other in combinations(group, 2):
            rivals.setdefault(one, set()).add(other)
            rivals.setdefault(other, set()).add(one)
    return {name: frozenset(others) for name, others in rivals.items()}


def _count_preferred(exclusions: Iterable[Exclusion], keep: Collection[str], rivals: Mapping[str, object]) -> int:
    first = (next((name for name in exclusion.prefer if name in rivals), "") for exclusion in exclusions)
    return sum(name in keep for name in first)


def _split(rivals: Mapping[str, frozenset[str]]) -> list[list[str]]:
    """Return the groups of matters that are connected by exclusions."""
    parts, seen = [], set[str]()
    for start in rivals:
        if start in seen:
            continue
        part, waiting = [], [start]
        while waiting:
            name = waiting.pop()
            if name not in seen:
                seen.add(name)
                part.append(name)
                waiting += rivals[name]
        parts.append(part)
    return parts


def _list_independent(part: list[str], rivals: Mapping[str, frozenset[str]]) -> list[frozenset[str]]:
    """Return the largest sets without two rivals to which none can be added, the largest ones first."""
    found: list[frozenset[str]] = []

    def extend(kept: frozenset[str], able: frozenset[str], tried: frozenset[str]) -> None:
        if len(found) >= _MAX_SETS:
            return
        if not able and not tried:
            found.append(kept)
        # few rivals first, so that the largest sets are found before the limit
        for name in sorted(able, key=lambda name: (len(rivals[name] & able), name)):
            free = all_names - rivals[name] - {name}
            extend(kept | {name}, able & free, tried & free)
            able, tried = able - {name}, tried | {name}

    all_names = frozenset(part)
    extend(frozenset(), all_names, frozenset())
    return sorted(found, key=len, reverse=True)


def _limited_product(sets: list[list[frozenset[str]]]) -> Iterable[tuple[frozenset[str], ...]]:
    """Return the combinations of a set of each group; of many groups only those of the largest sets."""
    most = max(2, int(_MAX_SETS ** (1 / len(sets))))
    return (
        product(*(group[: most if len(sets) > 1 else _MAX_SETS] for group in sets))
        if len(sets) < 8
        else [tuple(group[0] for group in sets)]
    )
