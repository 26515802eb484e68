"""Checks to whom one things and single matters are offered."""

from __future__ import annotations

from clerk_app.catalogue.folder import CatalogueFolder
from clerk_app.catalogue.references import check_condition, check_references
from clerk_app.locales import _


def check_offers(folder: CatalogueFolder) -> None:
    """Record each offer that names what does not exist, and each of a matter that nobody can begin alone."""
    for section in ("one_things", "matters"):
        for item in folder.valid_items(section):
            offer = item.parsed.offer
            if offer is None:
                continue
            if offer.when is not None:
                check_condition(folder, item, ("offer", "when"), offer.when, in_rule=True)
            check_references(folder, item, ("offer", "holds"), offer.holds, "materials")
            if section == "matters" and not item.parsed.alone:
                item.add_mistake(("offer",), _("A matter that is offered can be chosen alone (alone)."))
