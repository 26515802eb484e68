"""Checks the rules across fields of matters and one things."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from clerk_app.catalogue.base_model import Condition
from clerk_app.catalogue.comparison_check import list_certain
from clerk_app.catalogue.folder import CatalogueFolder, FolderItem
from clerk_app.catalogue.references import check_condition
from clerk_app.catalogue.yaml_file import KeyPath
from clerk_app.locales import _

if TYPE_CHECKING:
    from clerk_app.catalogue.base_model import Operand
    from clerk_app.catalogue.field_rules import FieldRule
    from clerk_app.catalogue.form_fields import Field
    from clerk_app.catalogue.model import MatterDefinition


def check_field_rules(folder: CatalogueFolder) -> None:
    """Record each rule with unknown fields, kinds that do not fit, a division by zero, or fields that are not asked."""
    matters = {item.parsed.id: item.parsed for item in folder.valid_items("matters")}
    for item in folder.valid_items("matters"):
        _check_rules(folder, item, item.parsed.rules, (item.parsed,))
    for item in folder.valid_items("one_things"):
        inside = [matters[name] for name in item.parsed.matters if name in matters]
        if len(inside) == len(item.parsed.matters):
            _check_rules(folder, item, item.parsed.rules, inside)


def _check_rules(
    folder: CatalogueFolder, item: FolderItem, rules: Sequence[FieldRule], matters: Iterable[MatterDefinition]
) -> None:
    if not rules:
        return
    fields = {name: same_id[0] for name, same_id in folder.valid_by_id("fields").items()}
    asked = {name for matter in matters for name in _list_asked(matter)}
    seen: set[str] = set()
    for number, rule in enumerate(rules):
        where: KeyPath = ("rules", number)
        if rule.id in seen:
            item.add_mistake((*where, "id"), _("{name} is there twice.").format(name=rule.id))
        seen.add(rule.id)
        guards = list_certain(rule.when) if rule.when else ()
        check_condition(folder, item, (*where, "must"), rule.must, in_rule=True, guards=guards)
        if rule.when:
            check_condition(folder, item, (*where, "when"), rule.when, in_rule=True)
        for name in rule.field_ids():
            if name in fields and name not in asked:
                item.add_mistake(where, _("The form does not ask for {name}.").format(name=name))
        if rule.effect == "stop":
            _check_decidable(item, where, rule, fields)


def _list_asked(matter: MatterDefinition) -> Iterable[str]:
    yield from matter.fields
    for condition in (matter.applies.when if matter.applies else None, *(variant.when for variant in matter.variants)):
        yield from condition.field_ids() if condition else ()


def _check_decidable(item: FolderItem, where: KeyPath, rule: FieldRule, fields: dict[str, Field]) -> None:
    """Record a mistake if a complete form may leave a rule undecided that prevents the acceptance until it is."""
    for name in rule.field_ids():
        if name in fields and not fields[name].required:
            sentence = _("{name} may stay unanswered, and then this rule would stop every case: use effect: warn.")
            item.add_mistake((*where, "effect"), sentence.format(name=name))
    conditions = [condition for condition in (rule.must, rule.when) if condition is not None]
    numbers = {part.born for condition in conditions for part in _list_values(condition) if part.born is not None}
    for name in sorted(numbers):
        if name in fields and fields[name].kind == "document_number":
            sentence = _("{name} may be of a document without a date of birth: use effect: warn.")
            item.add_mistake((*where, "effect"), sentence.format(name=name))


def _list_values(condition: Condition) -> Iterable[Operand]:
    if condition.compare is not None:
        yield from condition.compare.left.parts()
        yield from condition.compare.right.parts()
    for part in condition.parts():
        yield from _list_values(part)
