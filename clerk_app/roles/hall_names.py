"""Names of ticket categories and of the states of a window, in the current language."""

from __future__ import annotations

from clerk_app.catalogue.publication import read_hall
from clerk_app.composition.office import Office
from clerk_app.locales import _
from clerk_app.roles.formatting import localize


def category_names(office: Office) -> dict[str, str]:
    """Return the names of the ticket categories by letter: those of the catalogue, else of `office.toml`."""
    with office.store.read() as tx:
        hall = read_hall(tx)
    if hall is None:
        return {category.letter: category.name.localized() for category in office.settings.categories}
    return {category.letter: localize(category.name) for category in hall.categories}


def state_names() -> dict[str, str]:
    """Return the names of the states of a window."""
    return {"open": _("open"), "paused": _("paused"), "closed": _("not manned")}
