"""Whether the names in a catalogue lead anywhere: references, roles, conditions, and arrows that run in a circle."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from graphlib import CycleError, TopologicalSorter

from clerk_app.catalogue.folder import CatalogueFolder, FolderItem, suggest_similar
from clerk_app.catalogue.model import Condition
from clerk_app.catalogue.yaml_file import KeyPath
from clerk_app.locales import _


def check_reference(draft: CatalogueFolder, item: FolderItem, where: KeyPath, name: str | None, to: str) -> bool:
    """Whether `name`, if given, is the id of something in the list `to`; else it is noted as a mistake."""
    known = draft.ids(to)
    if name is None or name in known:
        return True
    sentence = _("{name} is not in the list {list}.").format(name=name, list=to)
    item.add_mistake(where, sentence + suggest_similar(name, known))
    return False


def list_roles(draft: CatalogueFolder) -> list[str]:
    """Every role of every one thing."""
    return sorted({role.id for item in draft.valid_items("one_things") for role in item.parsed.parties})


def check_role(
    draft: CatalogueFolder, item: FolderItem, where: KeyPath, role: str | None, known: Collection[str]
) -> None:
    """Note a role that is not among the `known` ones of the draft."""
    if role is None or role in known or not draft.all_valid("one_things"):
        return
    sentence = _("{name} is not a role of any one thing.").format(name=role)
    item.add_mistake(where, sentence + suggest_similar(role, known))


def check_acyclic(items: list[FolderItem], arrows: Mapping[str, Iterable[str]], where: KeyPath, sentence: str) -> None:
    """Note one circle among `arrows` (each id with those it points to), if there is any."""
    try:
        TopologicalSorter(arrows).prepare()
    except CycleError as wrong:
        cycle: list[str] = wrong.args[1]
        item = next(item for item in items if item.parsed.id in cycle)
        item.add_mistake(where, sentence.format(cycle=" > ".join(cycle)))


def check_references(draft: CatalogueFolder, item: FolderItem, where: KeyPath, names: Iterable[str], to: str) -> None:
    """`refer` for a list of names, each of which must be there once."""
    seen: set[str] = set()
    for number, name in enumerate(names):
        if name in seen:
            item.add_mistake((*where, number), _("{name} is there twice.").format(name=name))
        seen.add(name)
        check_reference(draft, item, (*where, number), name, to)


def check_condition(draft: CatalogueFolder, item: FolderItem, where: KeyPath, condition: Condition) -> None:
    """Note every field in `condition` that is unknown, and every value that is none of its answers."""
    for join, parts in (("all", condition.all_), ("any", condition.any_)):
        for number, part in enumerate(parts or ()):
            check_condition(draft, item, (*where, join, number), part)
    if condition.not_:
        check_condition(draft, item, (*where, "not"), condition.not_)
    if condition.field and check_reference(draft, item, (*where, "field"), condition.field, "fields"):
        _check_condition_values(draft, item, where, condition)


def _check_condition_values(draft: CatalogueFolder, item: FolderItem, where: KeyPath, condition: Condition) -> None:
    single = (condition.is_,) if condition.is_ else ()
    for asked in (one.parsed for one in draft.valid_items("fields") if one.parsed.id == condition.field):
        for value in (*single, *(condition.in_ or ()), *(condition.not_in or ())):
            if asked.fixed_answers() and value not in asked.fixed_answers():
                sentence = _("{name} is not an answer of the field {field}.").format(name=value, field=asked.id)
                item.add_mistake(where, sentence + suggest_similar(value, asked.fixed_answers()))
