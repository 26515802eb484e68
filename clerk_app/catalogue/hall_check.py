"""Checks the section `hall` of a catalogue: classes, number ranges, quotas and time bands must fit each other."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import combinations
from typing import TYPE_CHECKING

from clerk_app.catalogue.folder import CatalogueFolder, FolderItem, suggest_similar
from clerk_app.locales import _

if TYPE_CHECKING:
    from clerk_app.catalogue.hall import HallConfiguration, TicketCategoryDefinition


def check_hall(folder: CatalogueFolder) -> None:
    """Record each mistake in the section `hall`; nothing if it is not given or does not fit the schema."""
    item = folder.valid_section("hall")
    if item is None:
        return
    hall: HallConfiguration = item.parsed
    _check_duplicates(item, "classes", [known.id for known in hall.classes])
    _check_duplicates(item, "categories", [known.letter for known in hall.categories])
    if hall.ticket_class("ordinary") is None:
        item.add_mistake(("classes",), _("The class ordinary is missing: a ticket without a priority belongs to it."))
    if not hall.categories:
        item.add_mistake(("categories",), _("At least {min_length} are needed here.").format(min_length=1))
    for number, category in enumerate(hall.categories):
        _check_category(item, number, category, [known.id for known in hall.classes])
    for first, second in combinations(range(len(hall.categories)), 2):
        _check_ranges(item, hall.categories[first], second, hall.categories[second])


def _check_duplicates(item: FolderItem, name: str, values: Sequence[str]) -> None:
    for number, value in enumerate(values):
        if value in values[:number]:
            item.add_mistake((name, number), _("{name} is there twice.").format(name=value))


def _check_category(item: FolderItem, number: int, category: TicketCategoryDefinition, known: Sequence[str]) -> None:
    where = ("categories", number)
    if category.prefix is None and category.letter in "IO":
        sentence = _("The letter {letter} looks like a digit: give the category a prefix.")
        item.add_mistake((*where, "letter"), sentence.format(letter=category.letter))
    if category.last < category.first:
        sentence = _("The last number {last} is before the first number {first}.")
        item.add_mistake((*where, "last"), sentence.format(last=category.last, first=category.first))
    elif category.quota is not None and category.quota > (count := category.last - category.first + 1):
        sentence = _("The quota {quota} is larger than the {count} numbers of the range.")
        item.add_mistake((*where, "quota"), sentence.format(quota=category.quota, count=count))
    for place, name in enumerate(category.classes):
        if name not in known:
            sentence = _("{name} is not in the list {list}.").format(name=name, list="hall.classes")
            item.add_mistake((*where, "classes", place), sentence + suggest_similar(name, known))
        if name in category.classes[:place]:
            item.add_mistake((*where, "classes", place), _("{name} is there twice.").format(name=name))
    _check_bands(item, number, category)


def _check_bands(item: FolderItem, number: int, category: TicketCategoryDefinition) -> None:
    before = None
    for place, band in enumerate(category.bands):
        where = ("categories", number, "bands", place)
        if band.to <= band.from_:
            sentence = _("The band ends at {to}, not after its begin at {begin}.")
            item.add_mistake((*where, "to"), sentence.format(to=band.to, begin=band.from_))
        if before is not None and band.from_ < before.to:
            sentence = _("The band begins at {begin}, before the end of the band before it at {to}.")
            item.add_mistake((*where, "from"), sentence.format(begin=band.from_, to=before.to))
        before = band


def _check_ranges(
    item: FolderItem, first: TicketCategoryDefinition, number: int, second: TicketCategoryDefinition
) -> None:
    """Record a mistake if two categories could print the same number."""
    digits = {len(str(first.last)), len(str(second.last))}
    if first.number_prefix != second.number_prefix or first.letter == second.letter:
        return
    if first.first <= second.last and second.first <= first.last:
        sentence = _("{name} has numbers of the category {other} too: {prefix} {begin} to {end}.")
        begin, end = max(first.first, second.first), min(first.last, second.last)
        item.add_mistake(
            ("categories", number, "first"),
            sentence.format(name=second.letter, other=first.letter, prefix=second.number_prefix, begin=begin, end=end),
        )
    elif len(digits) > 1:
        sentence = _("{name} and {other} have the prefix {prefix} with different numbers of digits.")
        item.add_mistake(
            ("categories", number, "last"),
            sentence.format(name=second.letter, other=first.letter, prefix=second.number_prefix),
        )
