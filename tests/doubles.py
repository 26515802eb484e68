"""Other cases under way that a clerk is shown before an acceptance."""

from __future__ import annotations

from collections.abc import Mapping

from clerk_app.cases.duplicates import find_duplicates, identify_application, list_matter_ids
from clerk_app.cases.intake.parties import PartyDetails
from clerk_app.catalogue.model import Catalogue
from clerk_app.catalogue.plan import make_plan
from db.engines import Store


def find_others(
    store: Store, city: Catalogue, one_thing: str, party: PartyDetails, values: Mapping[str, str], excluded: str = ""
) -> tuple[str, ...]:
    """Return the numbers of the other cases of an applicant, or for the same object, that a store has."""
    planned = make_plan(city, one_thing, None, values).matters
    applicant, names = identify_application(party, city.fields, planned, values), list_matter_ids(planned)
    with store.read() as tx:
        found = find_duplicates(tx, one_thing, applicant, matters=names, excluded=excluded)
    return tuple(other.number for other in found)
