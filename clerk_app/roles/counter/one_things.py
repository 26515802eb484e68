"""The one things of the catalogue as the counter lists them: by number, with matters and promised days."""

from __future__ import annotations

from clerk_app.composition.office import Office
from clerk_app.roles.formatting import localize
from clerk_app.views.counter import OneThingRow


def list_one_things(office: Office) -> tuple[OneThingRow, ...]:
    """Return the one things of the valid catalogue in its order; the numbers are those of the list of F5."""
    catalogue = office.catalogue()
    return tuple(
        OneThingRow(
            key=str(number),
            name=localize(thing.name),
            lead=localize(catalogue.organ(thing.lead).name),
            matters=len(thing.matters),
            days=thing.promised_days,
        )
        for number, thing in enumerate(catalogue.one_things, 1)
    )
