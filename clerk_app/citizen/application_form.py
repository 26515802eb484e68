"""The form of a single matter with one applicant: what the city holds fills it in, the applicant answers the rest.

The kiosk fills it in for the citizen, and the center again from what it holds itself: both have to agree.
"""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from clerk_app.cases.completeness import GivenMaterial, IntakeGap, find_gaps
from clerk_app.cases.field_differences import find_difference_gaps, find_differences, list_known_values_of
from clerk_app.cases.intake.parties import CaseDetails, PartyDetails
from clerk_app.catalogue.form_values import normalize_form_value
from clerk_app.catalogue.plan import Plan, make_plan
from clerk_app.catalogue.prefill import prefill_fields
from clerk_app.errors import BadData
from clerk_app.ledger.commands import MessagePart

if TYPE_CHECKING:
    from clerk_app.catalogue.model import Catalogue

TYPED = "typed"
_MOST_ROUNDS = 10  # answers that follow from other answers


class HeldData(MessagePart, frozen=True, kw_only=True):
    """What the city holds of an applicant for a matter, as the applicant has agreed to its use.

    `claims` is the JSON of the claims that may be released, by material.
    """

    applicant: PartyDetails
    materials: tuple[GivenMaterial, ...] = ()
    claims: dict[str, str] = {}


@dataclass(frozen=True)
class ApplicationForm:
    """A form as far as it is filled in: `sources` are those of its values, `gaps` what prevents the acceptance."""

    plan: Plan
    details: CaseDetails
    sources: Mapping[str, str]
    materials: tuple[GivenMaterial, ...]
    gaps: tuple[IntakeGap, ...]

    @property
    def filled_in(self) -> frozenset[str]:
        """Ids of the fields that were not typed."""
        return frozenset(name for name, source in self.sources.items() if source != TYPED)


def fill_form(
    catalogue: Catalogue, one_thing: str, held: HeldData, answers: Mapping[str, str], today: date
) -> ApplicationForm:
    """Fill in the form of a one thing with what is held and with the answers of the applicant, by field id."""
    stated = frozenset(answers)
    known = list_known_values_of(CaseDetails(parties=(held.applicant,), values={}, claims=held.claims))
    values, sources = dict(answers), dict.fromkeys(answers, TYPED)
    for _round in range(_MOST_ROUNDS):
        plan = make_plan(catalogue, one_thing, None, values)
        found = prefill_fields(plan, known, values, stated)
        filled = {name: prefilled.value for name, prefilled in found.items() if name not in stated}
        sources = {**dict.fromkeys(answers, TYPED), **{name: found[name].source for name in filled}}
        if {**answers, **filled} == values:
            break
        values = {**answers, **filled}
    needed = {need.material.id for need in plan.materials}
    materials = tuple(given for given in held.materials if given.material in needed)
    details = CaseDetails(
        parties=(held.applicant,),
        values=_normalize(plan, values),
        claims={given.material: held.claims[given.material] for given in materials if given.material in held.claims},
    )
    differences = find_differences(plan, details.values, list_known_values_of(details))
    gaps = find_gaps(plan, details.values, materials, today) + find_difference_gaps(plan, differences)
    own = {name: sources.get(name, TYPED) for name in details.values}
    return ApplicationForm(plan, details, own, materials, tuple(gaps))


def _normalize(plan: Plan, values: Mapping[str, str]) -> dict[str, str]:
    """Return the values of the fields of the plan; one that does not fit its field stays, and is a gap."""
    found: dict[str, str] = {}
    for planned in plan.fields:
        text = values.get(planned.field.id, "")
        if text:
            found[planned.field.id] = text
            with suppress(BadData):
                found[planned.field.id] = normalize_form_value(plan, planned.field, text, values)
    return found
