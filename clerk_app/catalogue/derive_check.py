"""Checks the rules from which the answers of fields follow."""

from __future__ import annotations

from typing import TYPE_CHECKING

from clerk_app.catalogue.folder import CatalogueFolder, FolderItem, suggest_similar
from clerk_app.catalogue.references import check_acyclic, check_condition
from clerk_app.locales import _

if TYPE_CHECKING:
    from clerk_app.catalogue.form_fields import Field


def check_derived_answers(folder: CatalogueFolder) -> None:
    """Record unknown fields, answers that a field does not have, fields of other parties, and circles."""
    known = folder.valid_by_id("fields")
    items = [item for item in folder.valid_items("fields") if item.parsed.derive]
    for item in items:
        field: Field = item.parsed
        answers = field.fixed_answers()
        if not answers:
            item.add_mistake(("derive",), _("Only a field with fixed answers can follow from rules."))
        for number, rule in enumerate(field.derive):
            where = ("derive", number)
            check_condition(folder, item, (*where, "when"), rule.when)
            if answers and rule.value not in answers:
                sentence = _("{name} is not an answer of the field {field}.").format(name=rule.value, field=field.id)
                item.add_mistake((*where, "value"), sentence + suggest_similar(rule.value, answers))
            for name in rule.when.field_ids():
                for decider in known.get(name, ())[:1]:
                    _check_decider(item, number, field, decider)
    decided_by = {item.parsed.id: [name for name in item.parsed.deciding_fields() if name in known] for item in items}
    check_acyclic(items, decided_by, ("derive",), _("These answers follow from each other: {cycle}."))


def _check_decider(item: FolderItem, number: int, field: Field, decider: Field) -> None:
    if decider.party not in (None, field.party):
        # a single matter has the parties of its own fields
        sentence = _("{name} belongs to {party}: a rule decides by answers of the same party.")
        item.add_mistake(("derive", number, "when"), sentence.format(name=decider.id, party=decider.party))
