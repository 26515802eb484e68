"""Further persons of an application in bulk (批量受理): the same for many persons of one organisation.

The draft of the first person has the list of the others. Each of them becomes a case of their own by the ordinary
acceptance, which takes the person off the list in the same transaction: nobody is accepted twice, whenever a program
stops. A person who would have to be present, to sign or to consent cannot be on such a list.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from clerk_app.catalogue.terms import join_names
from clerk_app.errors import Refused
from clerk_app.ledger.commands import MessagePart

if TYPE_CHECKING:
    from clerk_app.cases.completeness import GivenMaterial
    from clerk_app.catalogue.one_things import PartyRole
    from clerk_app.catalogue.plan import Plan

MOST_PERSONS = 200
"""Further persons on one list."""


class FurtherPerson(MessagePart, frozen=True, kw_only=True):
    """A further person: an id within the draft, and the answers about this person by field."""

    id: str
    values: dict[str, str]


def find_person_role(plan: Plan) -> PartyRole:
    """Return the role of the persons for whom an organisation applies in bulk.

    Raises Refused if the catalogue does not allow several at once, or the person has to be present or to sign.
    """
    others = [planned.matter for planned in plan.active_matters if not planned.matter.bulk]
    if others:
        raise Refused(
            "bulk",
            "The catalogue does not allow several applications at once: {name}",
            name=join_names([matter.name for matter in others]),
        )
    asked = {planned.field.party for planned in plan.fields}
    roles = [role for role in plan.one_thing.parties if not role.applicant and role.id in asked]
    persons = [role for role in roles if role.kind == "person"]
    if plan.one_thing.applicant_role().kind != "organisation" or len(persons) != 1:
        raise Refused("persons", "Several are accepted at once only for an organisation, with one person in each case.")
    role = persons[0]
    for planned in plan.active_matters:
        if role.id in planned.matter.in_person or role.id == planned.matter.co_signature:
            raise Refused(
                "present",
                "{role} has to be present or to sign, so several are not accepted at once: {name}",
                role=join_names([role.name]),
                name=join_names([planned.matter.name]),
            )
    return role


def allows_further_persons(plan: Plan) -> bool:
    """Return whether an organisation may apply for several persons at once."""
    try:
        return bool(find_person_role(plan))
    except Refused:
        return False


def require_no_consent(plan: Plan, role: PartyRole, given: Iterable[GivenMaterial]) -> None:
    """Raise Refused for a material of the person that is used by consent: a further person is not there to consent."""
    own = {need.material.id: need.material.name for need in plan.materials if need.material.holder == role.id}
    for material in given:
        if material.material in own and material.how != "paper":
            raise Refused(
                "consent",
                "A further person is not here to consent. Take it on paper: {name}",
                name=join_names([own[material.material]]),
                material=material.material,
            )


def require_further_person(
    persons: Sequence[FurtherPerson], person: str, plan: Plan, given: Iterable[GivenMaterial]
) -> None:
    """Raise Refused unless `person` is on the list of the draft and may be accepted in bulk."""
    if all(further.id != person for further in persons):
        raise Refused("no_person", "This person is not on the list any more: accepted, or removed from it.")
    require_no_consent(plan, find_person_role(plan), given)


def require_empty_list(persons: Sequence[FurtherPerson]) -> None:
    """Raise Refused for the acceptance of the first person alone while others are on the list."""
    if persons:
        raise Refused(
            "further",
            "Further persons are on the list of this draft ({count}). Accept all with F8 77, or remove them there.",
            count=len(persons),
        )
