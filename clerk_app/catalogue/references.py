"""Checks the references in a catalogue: ids, roles and fields must exist, and dependencies must not form a cycle."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from graphlib import CycleError, TopologicalSorter
from typing import TYPE_CHECKING

from clerk_app.catalogue.folder import CatalogueFolder, FolderItem, suggest_similar
from clerk_app.catalogue.yaml_file import KeyPath
from clerk_app.locales import _

if TYPE_CHECKING:
    from clerk_app.catalogue.model import Condition


def check_reference(folder: CatalogueFolder, item: FolderItem, where: KeyPath, name: str | None, to: str) -> bool:
    """Return whether `name` is None or an id in the list `to`; record a mistake at `where` if it is not."""
    known = folder.ids(to)
    if name is None or name in known:
        return True
    sentence = _("{name} is not in the list {list}.").format(name=name, list=to)
    item.add_mistake(where, sentence + suggest_similar(name, known))
    return False


def list_roles(folder: CatalogueFolder) -> list[str]:
    """Return the roles of all one things."""
    return sorted({role.id for item in folder.valid_items("one_things") for role in item.parsed.parties})


def check_role(
    folder: CatalogueFolder, item: FolderItem, where: KeyPath, role: str | None, known: Collection[str]
) -> None:
    """Record a mistake if `role` is given and not in `known`. Checks nothing while some one thing is invalid."""
    if role is None or role in known or not folder.all_valid("one_things"):
        return
    sentence = _("{name} is not a role of any one thing.").format(name=role)
    item.add_mistake(where, sentence + suggest_similar(role, known))


def check_acyclic(
    items: list[FolderItem], dependencies: Mapping[str, Iterable[str]], where: KeyPath, sentence: str
) -> None:
    """Record one cycle in `dependencies`, if there is any; `dependencies` has the ids that each id depends on."""
    try:
        TopologicalSorter(dependencies).prepare()
    except CycleError as error:
        cycle: list[str] = error.args[1]
        item = next(item for item in items if item.parsed.id in cycle)
        item.add_mistake(where, sentence.format(cycle=" > ".join(cycle)))


def check_references(folder: CatalogueFolder, item: FolderItem, where: KeyPath, names: Iterable[str], to: str) -> None:
    """Check each of `names` like `check_reference`, and record a mistake for each name that occurs twice."""
    seen: set[str] = set()
    for number, name in enumerate(names):
        if name in seen:
            item.add_mistake((*where, number), _("{name} is there twice.").format(name=name))
        seen.add(name)
        check_reference(folder, item, (*where, number), name, to)


def check_condition(folder: CatalogueFolder, item: FolderItem, where: KeyPath, condition: Condition) -> None:
    """Record each field in `condition` that does not exist, and each value that its field does not allow."""
    for join, parts in (("all", condition.all_), ("any", condition.any_)):
        for number, part in enumerate(parts or ()):
            check_condition(folder, item, (*where, join, number), part)
    if condition.not_:
        check_condition(folder, item, (*where, "not"), condition.not_)
    if condition.field and check_reference(folder, item, (*where, "field"), condition.field, "fields"):
        _check_condition_values(folder, item, where, condition)


def _check_condition_values(folder: CatalogueFolder, item: FolderItem, where: KeyPath, condition: Condition) -> None:
    single = (condition.is_,) if condition.is_ else ()
    fields = (other.parsed for other in folder.valid_items("fields"))
    for field in (field for field in fields if field.id == condition.field):
        for value in (*single, *(condition.in_ or ()), *(condition.not_in or ())):
            if field.fixed_answers() and value not in field.fixed_answers():
                sentence = _("{name} is not an answer of the field {field}.").format(name=value, field=field.id)
                item.add_mistake(where, sentence + suggest_similar(value, field.fixed_answers()))
