"""Single matters (单办事项): a matter chosen alone is handled as a one thing that consists of this matter only.

Such a one thing is derived from the catalogue and not stored; its id is `matter.` and the id of the matter, which no
one thing of a catalogue has, because ids have no dot.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from clerk_app.catalogue.base_model import Condition, Text
from clerk_app.catalogue.matters import MatterDefinition
from clerk_app.catalogue.one_things import OneThing, PartyRole, Reduction
from clerk_app.catalogue.terms import SINGLE_PREFIX

DEFAULT_ROLE_IDS = ("applicant", "enterprise", "partner")
"""Roles that a matter may use if it belongs to no one thing."""
_DEFAULT_ROLES = (
    PartyRole(id="applicant", name=Text(zh="申请人", en="Applicant"), applicant=True),
    PartyRole(id="enterprise", name=Text(zh="企业", en="Enterprise"), kind="organisation", applicant=True),
    PartyRole(id="partner", name=Text(zh="另一方", en="Partner")),
)


def format_single_id(matter_id: str, variant: str = "") -> str:
    """Return the id by which a single matter, or one of its handling items, is chosen."""
    return f"{SINGLE_PREFIX}{matter_id}:{variant}" if variant else SINGLE_PREFIX + matter_id


def split_single_id(chosen: str) -> tuple[str, str]:
    """Return the id of the one thing, and of the handling item if one was chosen; the reverse of `format_single_id`."""
    one_thing, _colon, variant = chosen.partition(":")
    return one_thing, variant


def derive_one_thing(
    matter: MatterDefinition, one_things: Sequence[OneThing], owners: dict[tuple[str, str], str | None]
) -> OneThing:
    """Return the one thing that consists of `matter` only.

    `owners` has the role of each material and field, by ("materials" or "fields", id). The parties are those that the
    matter uses, as the first one thing that contains it has them.
    """
    home = next((one_thing for one_thing in one_things if matter.id in one_thing.matters), None)
    days = max(matter.promised_days, *(variant.promised_days or 0 for variant in matter.variants), 0)
    days += matter.issue_days
    return OneThing.model_construct(
        id=format_single_id(matter.id),
        name=matter.name,
        initials=matter.initials or "",
        source=matter.source,
        sample=matter.sample,
        lead=matter.organ,
        handling="promised" if days else "immediate",
        parties=_derive_parties(list_roles_of(matter, owners), home, one_things, matter),
        matters=(matter.id,),
        on_request=(),
        promised_days=days,
        before=Reduction(steps=2 if days else 1, days=days, papers=len(matter.materials), visits=matter.visits),
        exclusions=(),
        unified_issue=True,
        themes=matter.themes,
        life_events=matter.life_events,
    )


def list_roles_of(matter: MatterDefinition, owners: dict[tuple[str, str], str | None]) -> tuple[str, ...]:
    """Return the roles whose materials, answers, signature, presence or results the matter needs, in this order."""
    found = [owners.get(("fields", name)) for name in matter.fields]
    found += [owners.get(("materials", name)) for _where, name in matter.material_places()]
    conditions = [matter.applies.when] if matter.applies else []
    conditions += [variant.when for variant in matter.variants]
    found += [owners.get(("fields", name)) for condition in conditions for name in condition.field_ids()]
    found += [matter.co_signature, *matter.in_person, *(result.holder for result in matter.produces)]
    return tuple(dict.fromkeys(role for role in found if role is not None))


def _derive_parties(
    used: Sequence[str], home: OneThing | None, one_things: Iterable[OneThing], matter: MatterDefinition
) -> tuple[PartyRole, ...]:
    if home is not None:
        # a role that may be absent can act for the applicant
        return tuple(role for role in home.parties if role.applicant or not role.required or role.id in used)
    known = {role.id: role for role in _DEFAULT_ROLES}
    for role in (role for one_thing in one_things for role in one_thing.parties):
        known.setdefault(role.id, role)
    usual = "enterprise" if matter.applicant_kind == "organisation" else "applicant"
    roles = [known[name] for name in used if name in known] or [known[usual]]
    return tuple(
        role.model_copy(update={"applicant": number == 0, "required": role.required or number == 0})
        for number, role in enumerate(roles)
    )


def find_fixed_answers(condition: Condition) -> dict[str, str]:
    """Return the answers without which `condition` cannot be true: values by field id."""
    if condition.is_ is not None and condition.field is not None:
        return {condition.field: condition.is_}
    if condition.in_ is not None and condition.field is not None and len(condition.in_) == 1:
        return {condition.field: condition.in_[0]}
    answers: dict[str, str] = {}
    for part in condition.all_ or ():
        answers |= find_fixed_answers(part)
    return answers
