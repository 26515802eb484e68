"""Which field of a form has the number of a party, and whether a number fits it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from clerk_app.catalogue.field_values import normalize_value
from clerk_app.catalogue.plan import Plan
from clerk_app.catalogue.terms import NUMBER_KINDS
from clerk_app.errors import BadData

if TYPE_CHECKING:
    from clerk_app.catalogue.form_fields import Field


def is_possible_number(plan: Plan, role: str, number: str) -> bool:
    """Return whether a number fits the number field of a role: an agent's identity number is no credit code."""
    field = next((planned.field for planned in plan.fields if is_number_of(planned.field, role)), None)
    try:
        return field is None or bool(normalize_value(field, number))
    except BadData:
        return False


def is_number_of(field: Field, role: str) -> bool:
    """Return whether a field has the number of the party in a role."""
    return field.party == role and field.kind in NUMBER_KINDS
