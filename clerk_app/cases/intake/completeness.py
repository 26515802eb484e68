"""What still stands between a draft and its acceptance: one rule set for counter, kiosk and imported cases."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from clerk_app.catalogue.field_values import normalize_value
from clerk_app.catalogue.model import Field, MaterialDefinition, Text
from clerk_app.catalogue.plan import Plan
from clerk_app.errors import BadData, Refused
from clerk_app.ledger.commands import MessagePart


class GivenMaterial(MessagePart, frozen=True, kw_only=True):
    """A material the case gets: a shared licence, or a paper checked by the clerk."""

    material: str
    how: str  # licence | paper
    licence: str = ""
    issuer: str = ""
    valid_to: str = ""  # ISO date, empty: no end
    grade: str = "B"
    content: str = ""


def check_materials(given: Iterable[GivenMaterial], known: Iterable[MaterialDefinition]) -> None:
    """Raises Refused for a material that the catalogue does not have, or that is given twice."""
    names = {material.id for material in known}
    seen: set[str] = set()
    for one in given:
        if one.material not in names:
            raise Refused("material", "The catalogue has no material {name}.", name=one.material)
        if one.material in seen:
            raise Refused("twice", "The material {name} is given twice.", name=one.material)
        seen.add(one.material)


@dataclass(frozen=True)
class IntakeGap:
    """One thing that stands in the way."""

    kind: str  # field | wrong | material | expired | exclusion | matters
    id: str
    field: Field | None = None
    material: MaterialDefinition | None = None
    reason: Text | None = None
    error: BadData | None = None


def find_gaps(plan: Plan, values: Mapping[str, str], given: Iterable[GivenMaterial], today: date) -> list[IntakeGap]:
    """Everything that is missing or wrong, of all matters, in the order of the form (一次性告知)."""
    found: list[IntakeGap] = []
    if not plan.active_matters:
        found.append(IntakeGap("matters", plan.one_thing.id))
    for planned in plan.fields:
        field = planned.field
        value = values.get(field.id, "")
        if field.required and not value:
            found.append(IntakeGap("field", field.id, field=field))
            continue
        try:
            normalize_value(field, value)
        except BadData as error:
            found.append(IntakeGap("wrong", field.id, field=field, error=error))
    have = {one.material: one for one in given}
    for need in plan.materials:
        material = need.material
        one = have.get(material.id)
        if one is not None and one.valid_to and date.fromisoformat(one.valid_to) < today:
            found.append(IntakeGap("expired", material.id, material=material))
        elif one is None and (material.main or not material.gap_allowed):
            found.append(IntakeGap("material", material.id, material=material))
    found += [IntakeGap("exclusion", ex.matters[0], reason=ex.reason) for ex in plan.exclusions if ex.certain]
    return found
