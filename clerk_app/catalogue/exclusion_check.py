"""Checks the mutual exclusions of a one thing: they must leave a choice of matters that can be accepted."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from itertools import combinations
from typing import TYPE_CHECKING

from clerk_app.catalogue.folder import CatalogueFolder, FolderItem
from clerk_app.catalogue.possible_answers import list_outcomes
from clerk_app.catalogue.references import check_condition
from clerk_app.catalogue.yaml_file import KeyPath
from clerk_app.locales import _

if TYPE_CHECKING:
    from clerk_app.catalogue.form_fields import Field
    from clerk_app.catalogue.model import Exclusion, MatterDefinition, OneThing


def check_exclusions(folder: CatalogueFolder, item: FolderItem, inside: list[MatterDefinition]) -> None:
    """Record each exclusion that cannot be right, and exclusions that leave nothing; `inside` are the matters."""
    one_thing: OneThing = item.parsed
    fields = {name: same_id[0] for name, same_id in folder.valid_by_id("fields").items()}
    waits_for = _find_all_predecessors(inside)
    absolute = []
    for number, exclusion in enumerate(one_thing.exclusions):
        where: KeyPath = ("exclusions", number)
        if exclusion.when is not None:
            check_condition(folder, item, (*where, "when"), exclusion.when)
        if _is_absolute(item, where, exclusion, fields):
            absolute.append(set(exclusion.matters))
            _check_order(item, where, exclusion, waits_for)
    _check_applicable(item, one_thing, inside, fields)
    pairs = list(combinations(one_thing.matters, 2))
    if pairs and all(any({*pair} <= rivals for rivals in absolute) for pair in pairs):
        sentence = _("No two matters can go together: the exclusions leave nothing of the bundle.")
        item.add_mistake(("exclusions",), sentence)


def _is_absolute(item: FolderItem, where: KeyPath, exclusion: Exclusion, fields: Mapping[str, Field]) -> bool:
    """Return whether an exclusion holds whatever is answered; record a mistake if its condition does not matter."""
    if exclusion.when is None:
        return True
    outcomes = list_outcomes(exclusion.when, fields)
    if "yes" not in outcomes:
        item.add_mistake((*where, "when"), _("No answer makes this condition true, so it has no effect."))
    elif outcomes == {"yes"}:
        item.add_mistake((*where, "when"), _("Every answer makes this condition true: leave the condition out."))
    return outcomes == {"yes"}


def _check_order(
    item: FolderItem, where: KeyPath, exclusion: Exclusion, waits_for: Mapping[str, frozenset[str]]
) -> None:
    for matter in exclusion.matters:
        for before in (name for name in exclusion.matters if name in waits_for.get(matter, ())):
            sentence = _("{matter} waits for {before}, so they cannot exclude each other.")
            item.add_mistake((*where, "matters"), sentence.format(matter=matter, before=before))


def _check_applicable(
    item: FolderItem, one_thing: OneThing, inside: Iterable[MatterDefinition], fields: Mapping[str, Field]
) -> None:
    """Record each matter that never applies, whatever is answered."""
    for matter in inside:
        if matter.applies is not None and "yes" not in list_outcomes(matter.applies.when, fields):
            sentence = _("{matter} never applies: no answer makes its condition true.").format(matter=matter.id)
            item.add_mistake(("matters", one_thing.matters.index(matter.id)), sentence)


def _find_all_predecessors(inside: list[MatterDefinition]) -> dict[str, frozenset[str]]:
    """Return for each matter the matters of the bundle for which it waits, also through others."""
    direct = {matter.id: {dependency.matter for dependency in matter.after} for matter in inside}
    found: dict[str, frozenset[str]] = {}
    for name in direct:
        seen: set[str] = set()
        open_ids = list(direct[name])
        while open_ids:
            before = open_ids.pop()
            if before not in seen and before in direct:
                seen.add(before)
                open_ids += direct[before]
        found[name] = frozenset(seen)
    return found
