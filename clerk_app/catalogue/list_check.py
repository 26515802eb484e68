"""Checks of the implementing list: themes, life events, conditions, fees, numbers and sources of single values."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from clerk_app.catalogue.folder import CatalogueFolder, FolderItem, suggest_similar
from clerk_app.catalogue.references import check_condition, check_references
from clerk_app.locales import _

if TYPE_CHECKING:
    from clerk_app.catalogue.implementing_list import FeeLine
    from clerk_app.catalogue.matters import MatterDefinition
    from clerk_app.catalogue.yaml_file import KeyPath


def check_implementing_lists(folder: CatalogueFolder) -> None:
    """Record the mistakes in the items of the implementing list of each matter, and the themes of each one thing."""
    for item in (*folder.valid_items("matters"), *folder.valid_items("one_things")):
        check_references(folder, item, ("themes",), item.parsed.themes, "themes")
        check_references(folder, item, ("life_events",), item.parsed.life_events, "life_events")
    for item in folder.valid_items("matters"):
        _check_conditions(folder, item, item.parsed)
        _check_fees(item, item.parsed)
        _check_value_sources(item, item.parsed)
    _check_equal_fees(folder)
    _check_unique_numbers(folder)


def _check_conditions(folder: CatalogueFolder, item: FolderItem, matter: MatterDefinition) -> None:
    for number, condition in enumerate(matter.conditions):
        if condition.when:
            check_condition(folder, item, ("conditions", number, "when"), condition.when)
    for number, fee in enumerate(matter.fees):
        if fee.when:
            check_condition(folder, item, ("fees", number, "when"), fee.when)


def _check_fees(item: FolderItem, matter: MatterDefinition) -> None:
    seen: set[str] = set()
    for number, fee in enumerate(matter.fees):
        if fee.id in seen:
            item.add_mistake(("fees", number, "id"), _("{name} is there twice.").format(name=fee.id))
        seen.add(fee.id)
    if matter.fee and matter.fees:
        item.add_mistake(("fee",), _("A matter states its fee once: as fee or as fees, not both."))


def _check_equal_fees(folder: CatalogueFolder) -> None:
    """Record a mistake for a fee whose id another matter uses with another amount or name: a fee is charged once."""
    first: dict[str, FeeLine] = {}
    for item in folder.valid_items("matters"):
        for number, fee in enumerate(item.parsed.fees):
            known = first.setdefault(fee.id, fee)
            if (known.amount, known.name) != (fee.amount, fee.name):
                sentence = _(
                    "The fee {name} has another amount or name in another matter; a fee with one id is charged once."
                )
                item.add_mistake(("fees", number, "id"), sentence.format(name=fee.id))


def _check_value_sources(item: FolderItem, matter: MatterDefinition) -> None:
    known = type(matter).model_fields
    for name in matter.value_sources:
        if name not in known:
            sentence = _("{name} is not a field of a matter.").format(name=name)
            item.add_mistake(("value_sources", name), sentence + suggest_similar(name, known))


def _check_unique_numbers(folder: CatalogueFolder) -> None:
    first: dict[str, FolderItem] = {}
    for item in folder.valid_items("matters"):
        for where, number in _numbers_of(item.parsed):
            if number in first:
                known = first[number]
                sentence = _("{name} is there twice; the first is {file}:{line}.")
                item.add_mistake(where, sentence.format(name=number, file=known.file.name, line=known.line))
            first.setdefault(number, item)


def _numbers_of(matter: MatterDefinition) -> Iterator[tuple[KeyPath, str]]:
    if matter.number:
        yield ("number",), matter.number
    for position, variant in enumerate(matter.variants):
        if variant.number:
            yield ("variants", position, "number"), variant.number
