"""Where a ticket waits after its present window, in words."""

from __future__ import annotations

from clerk_app.composition.office import Office
from clerk_app.hall.targets import has_come_back
from clerk_app.hall.transfers import read_route
from clerk_app.locales import _, format_list, localize_name
from clerk_app.roles.hall_names import category_names
from db.engines import Row, Transaction


def describe_route(office: Office, tx: Transaction, ticket: Row) -> str:
    """Return where a ticket waits after the present visit: a window, then categories; empty if it ends here."""
    route, names = read_route(ticket), category_names(office)
    window = tx.get("windows", id=route.return_to) if route.return_to and not has_come_back(ticket) else None
    places = [localize_name(window["name"])] if window is not None else []
    places += [names.get(letter, letter) for letter in route.stations]
    return _("Afterwards: {places}").format(places=format_list(places)) if places else ""
