"""Names of ticket categories and of the states of a window, in the current language."""

from __future__ import annotations

from clerk_app.composition.office import Office
from clerk_app.locales import _


def category_names(office: Office) -> dict[str, str]:
    """Return the names of the ticket categories by letter."""
    return {category.letter: category.name.localized() for category in office.settings.categories}


def state_names() -> dict[str, str]:
    """Return the names of the states of a window."""
    return {"open": _("open"), "paused": _("paused"), "closed": _("not manned")}
