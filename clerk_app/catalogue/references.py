"""Checks the references in a catalogue: ids, roles and fields must exist, and dependencies must not form a cycle."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from graphlib import CycleError, TopologicalSorter
from typing import TYPE_CHECKING

from clerk_app.catalogue.comparison_check import check_comparison, list_certain, uses_today
from clerk_app.catalogue.folder import CatalogueFolder, FolderItem, suggest_similar
from clerk_app.catalogue.single_matters import DEFAULT_ROLE_IDS
from clerk_app.catalogue.yaml_file import KeyPath
from clerk_app.locales import _

if TYPE_CHECKING:
    from clerk_app.catalogue.base_model import Comparison
    from clerk_app.catalogue.model import Condition


def check_reference(folder: CatalogueFolder, item: FolderItem, where: KeyPath, name: str | None, to: str) -> bool:
    """Return whether `name` is None or an id in the list `to`; record a mistake at `where` if it is not.

    While some file cannot be read, no mistake is recorded: what is missing may be in that file.
    """
    known = folder.ids(to)
    if name is None or name in known:
        return True
    if not folder.all_read:
        return False
    sentence = _("{name} is not in the list {list}.").format(name=name, list=to)
    item.add_mistake(where, sentence + suggest_similar(name, known))
    return False


def list_roles(folder: CatalogueFolder) -> list[str]:
    """Return the roles of all one things, and those of a matter that can be chosen alone."""
    roles = {role.id for item in folder.valid_items("one_things") for role in item.parsed.parties}
    alone = any(item.parsed.alone for item in folder.valid_items("matters"))
    return sorted(roles.union(DEFAULT_ROLE_IDS if alone else ()))


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
    """Record the cycles in `dependencies` that share no id; `dependencies` has the ids that each id depends on."""
    open_ids = {name: set(others) for name, others in dependencies.items()}
    items_by_id = {item.parsed.id: item for item in reversed(items)}
    while cycle := _find_cycle(open_ids):
        item = next(items_by_id[name] for name in items_by_id if name in cycle)
        item.add_mistake(where, sentence.format(cycle=" > ".join(cycle)))
        for name in cycle:
            open_ids.pop(name, None)


def _find_cycle(dependencies: Mapping[str, Iterable[str]]) -> list[str]:
    """Return the ids of one cycle, the first one again at the end; empty without a cycle."""
    try:
        TopologicalSorter(dependencies).prepare()
    except CycleError as error:
        cycle: list[str] = error.args[1]
        return cycle
    return []


def check_references(folder: CatalogueFolder, item: FolderItem, where: KeyPath, names: Iterable[str], to: str) -> None:
    """Check each of `names` like `check_reference`, and record a mistake for each name that occurs twice."""
    seen: set[str] = set()
    for number, name in enumerate(names):
        if name in seen:
            item.add_mistake((*where, number), _("{name} is there twice.").format(name=name))
        seen.add(name)
        check_reference(folder, item, (*where, number), name, to)


def check_condition(
    folder: CatalogueFolder,
    item: FolderItem,
    where: KeyPath,
    condition: Condition,
    *,
    in_rule: bool = False,
    guards: Sequence[Comparison] = (),
) -> None:
    """Record each field in `condition` that does not exist, each value that its field does not allow, and comparisons.

    `today` may only be used `in_rule`: elsewhere the plan of a case would change with the day. `guards` are comparisons
    that hold wherever the condition is evaluated.
    """
    for join, parts in (("all", condition.all_), ("any", condition.any_)):
        for number, part in enumerate(parts or ()):
            others = [other for other in parts or () if other is not part] if join == "all" else []
            known = (*guards, *(found for other in others for found in list_certain(other)))
            check_condition(folder, item, (*where, join, number), part, in_rule=in_rule, guards=known)
    if condition.not_:
        check_condition(folder, item, (*where, "not"), condition.not_, in_rule=in_rule, guards=guards)
    if condition.compare:
        _check_comparison(folder, item, (*where, "compare"), condition.compare, in_rule, guards)
    if condition.field and check_reference(folder, item, (*where, "field"), condition.field, "fields"):
        _check_condition_values(folder, item, where, condition)


def _check_comparison(
    folder: CatalogueFolder,
    item: FolderItem,
    where: KeyPath,
    comparison: Comparison,
    in_rule: bool,
    guards: Sequence[Comparison],
) -> None:
    for side, operand in (("left", comparison.left), ("right", comparison.right)):
        for name in operand.field_ids():
            check_reference(folder, item, (*where, side), name, "fields")
    if not in_rule and uses_today(comparison):
        item.add_mistake(where, _("today is known only in rules: elsewhere the plan would change with the day."))
    fields = {name: same_id[0] for name, same_id in folder.valid_by_id("fields").items()}
    check_comparison(comparison, where, fields, guards, item.add_mistake)


def _check_condition_values(folder: CatalogueFolder, item: FolderItem, where: KeyPath, condition: Condition) -> None:
    single = (condition.is_,) if condition.is_ else ()
    for field in folder.valid_by_id("fields").get(condition.field or "", ()):
        answers = field.fixed_answers()
        for value in (*single, *(condition.in_ or ()), *(condition.not_in or ())):
            if answers and value not in answers:
                sentence = _("{name} is not an answer of the field {field}.").format(name=value, field=field.id)
                item.add_mistake(where, sentence + suggest_similar(value, answers))
