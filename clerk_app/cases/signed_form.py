"""What a co-signature covers: the matters that need it, the answers that they use, and the parties.

Keys are `matter:ID`, `field:ID` and `party:ROLE`. A signature counts only as long as all of these are as they were.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from clerk_app.cases.duplicates import Party
    from clerk_app.catalogue.plan import Plan, PlannedMatter

MATTER, FIELD, PARTY = "matter", "field", "party"


def list_signed_matters(plan: Plan, role: str) -> tuple[PlannedMatter, ...]:
    """Return the matters of a plan that need the signature of a role."""
    return tuple(planned for planned in plan.active_matters if planned.matter.co_signature == role)


def build_signed_form(plan: Plan, values: Mapping[str, str], parties: Iterable[Party], role: str) -> dict[str, str]:
    """Return what the party `role` signs. `values` are by field id, as an acceptance stores them."""
    matters = list_signed_matters(plan, role)
    ids = {planned.id for planned in matters}
    form = {f"{MATTER}:{planned.id}": planned.variant.name.zh if planned.variant else "" for planned in matters}
    for field in plan.fields:
        if ids & set(field.needed_by) and values.get(field.field.id):
            form[f"{FIELD}:{field.field.id}"] = values[field.field.id]
    for party in parties:
        if party.name:
            form[f"{PARTY}:{party.role}"] = f"{party.name} {party.number}".strip()
    return form


def find_changed_keys(signed: Mapping[str, str], present: Mapping[str, str]) -> tuple[str, ...]:
    """Return the keys whose value is not the signed one any more, in the order of the form."""
    return tuple(key for key in dict.fromkeys((*present, *signed)) if signed.get(key) != present.get(key))
