"""The check of an application on arrival (预审): the checks of the counter, without what only a window can look up."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from typing import TYPE_CHECKING, NamedTuple

import msgspec

from clerk_app.cases.applications.content import ApplicationContent
from clerk_app.cases.completeness import GivenMaterial, IntakeGap, find_gaps
from clerk_app.cases.duplicates import find_duplicates, identify_party
from clerk_app.catalogue.form_values import normalize_form_value
from clerk_app.catalogue.plan import Plan, make_plan
from clerk_app.catalogue.terms import NUMBER_KINDS
from clerk_app.errors import BadData, Refused
from db.engines import Transaction

if TYPE_CHECKING:
    from clerk_app.catalogue.model import Catalogue

DUPLICATE, SHARED = "duplicate", "shared"
"""Kinds of findings besides those of `IntakeGap`: another case is under way; the city may hold a missing material."""
SCAN_GRADE = "C"  # of a scan whose original nobody has seen


class _Applicant(NamedTuple):
    """The applicant as a party who is not registered."""

    role: str
    name: str
    number: str
    subject: str = ""


class Finding(msgspec.Struct, frozen=True):
    """A finding of the check: its kind, the field, material, matter or one thing concerned, and the gap."""

    kind: str
    id: str
    gap: IntakeGap | None = None

    @property
    def key(self) -> str:
        """The finding as it is stored: without values."""
        return f"{self.kind}:{self.id}"


def normalize_values(plan: Plan, values: Mapping[str, str], today: date) -> dict[str, str]:
    """Return values as they are stored; one that does not fit its field stays as it was sent. Empty ones go."""
    found: dict[str, str] = {}
    fields = {planned.field.id: planned.field for planned in plan.fields}
    for name, text in values.items():
        field = fields.get(name)
        try:
            value = normalize_form_value(plan, field, text, values, today) if field is not None else text
        except BadData:  # a finding of the check
            value = text
        if value:
            found[name] = value
    return found


def require_known_fields(catalogue: Catalogue, values: Iterable[str]) -> None:
    """Raise Refused for a field that the catalogue does not have."""
    known = {field.id for field in catalogue.fields}
    for name in values:
        if name not in known:
            raise Refused("field", "The catalogue has no field {name}.", name=name[:60])


def fill_in_applicant(catalogue: Catalogue, one_thing: str, content: ApplicationContent) -> dict[str, str]:
    """Return the values of an application, with name and number of the applicant where the form asks for them."""
    role = catalogue.one_thing(one_thing).applicant_role().id
    values = {f"{role}_name": content.applicant.name}
    for field in catalogue.fields:
        if field.party == role and field.kind in NUMBER_KINDS and content.applicant.number:
            values[field.id] = content.applicant.number
    return values | content.values


def check_application(
    tx: Transaction,
    catalogue: Catalogue,
    one_thing: str,
    content: ApplicationContent,
    scans: Iterable[str],
    today: date,
) -> list[Finding]:
    """Return what an application lacks, in the order of the form; `scans` are the ids of the materials sent.

    Another case of the applicant under way is a finding only if an identity provider has verified the applicant:
    otherwise somebody could ask for the cases of another person.
    """
    values = fill_in_applicant(catalogue, one_thing, content)
    plan = make_plan(catalogue, one_thing, None, values)
    given = [GivenMaterial(material=name, how="paper", grade=SCAN_GRADE) for name in scans]
    findings = [_describe_gap(gap) for gap in find_gaps(plan, values, given, today)]
    if content.identity is not None and content.identity.verified:
        role, stated = plan.one_thing.applicant_role(), content.applicant
        identity = identify_party(_Applicant(role.id, stated.name, stated.number), catalogue.fields, values)
        if any(not case.name_only for case in find_duplicates(tx, one_thing, identity)):
            findings.append(Finding(DUPLICATE, one_thing))
    return findings


def _describe_gap(gap: IntakeGap) -> Finding:
    material = gap.material
    if gap.kind == "material" and material is not None and material.licence_type and material.not_shared is None:
        return Finding(SHARED, gap.id, gap)
    return Finding(gap.kind, gap.id, gap)
