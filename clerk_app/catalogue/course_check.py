"""Checks of what a catalogue states on the course of a task: its organ, referral, approval by the lapse of time."""

from __future__ import annotations

from typing import TYPE_CHECKING

from clerk_app.catalogue.deadlines import LOWER_REVIEW_DAYS
from clerk_app.catalogue.folder import CatalogueFolder, FolderItem
from clerk_app.catalogue.references import check_condition, check_reference
from clerk_app.locales import _

if TYPE_CHECKING:
    from clerk_app.catalogue.matters import MatterDefinition


def check_course(folder: CatalogueFolder) -> None:
    """Record the mistakes in referrals, in the terms of their reviews, and in approvals by the lapse of time."""
    for item in folder.valid_items("matters"):
        _check_deciding_organs(folder, item, item.parsed)
        _check_referral(folder, item, item.parsed)
        _check_deemed_approval(item, item.parsed)


def _check_referral(folder: CatalogueFolder, item: FolderItem, matter: MatterDefinition) -> None:
    check_reference(folder, item, ("refers_to",), matter.refers_to, "organs")
    if matter.refers_to == matter.organ:
        item.add_mistake(("refers_to",), _("A matter is referred to another organ than its own."))
    elif matter.refers_to and matter.statutory_days > LOWER_REVIEW_DAYS:
        sentence = _("The lower organ reviews for at most {most} working days before the superior organ decides.")
        item.add_mistake(("statutory_days",), sentence.format(most=LOWER_REVIEW_DAYS))


def _check_deemed_approval(item: FolderItem, matter: MatterDefinition) -> None:
    """Record a mistake if a matter is approved by the lapse of time that needs a procedure, or values of an officer."""
    if not matter.deemed_approval:
        return
    if any(not step.counted for step in matter.special_steps):
        sentence = _("A matter with a special procedure that is not counted is not approved by the lapse of time.")
        item.add_mistake(("deemed_approval",), sentence)
    if any(result.fields for result in matter.produces):
        sentence = _("An officer fills in its result, so it is not approved by the lapse of time.")
        item.add_mistake(("deemed_approval",), sentence)


def _check_deciding_organs(folder: CatalogueFolder, item: FolderItem, matter: MatterDefinition) -> None:
    fields = folder.valid_by_id("fields")
    for number, deciding in enumerate(matter.decides):
        where = ("decides", number)
        check_reference(folder, item, (*where, "organ"), deciding.organ, "organs")
        check_condition(folder, item, (*where, "when"), deciding.when)
        for name in deciding.when.field_ids():
            if any(not field.required for field in fields.get(name, ())):
                sentence = _("The field {name} decides which organ is competent, so it must be required.")
                item.add_mistake((*where, "when"), sentence.format(name=name))
