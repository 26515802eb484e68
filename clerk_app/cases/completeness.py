"""Completeness of an application: the same checks for drafts at the counter, kiosk applications and imported cases."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from contextlib import suppress
from datetime import date
from typing import TYPE_CHECKING

import msgspec

from clerk_app.cases.overruled_findings import OverruledFinding
from clerk_app.cases.overruled_photos import OverruledPhoto
from clerk_app.cases.paper_facts import has_expired, lacks_facts
from clerk_app.catalogue.broken_rules import RuleFinding, find_broken_rules
from clerk_app.catalogue.form_values import normalize_form_value
from clerk_app.catalogue.terms import join_names
from clerk_app.errors import BadData, Refused
from clerk_app.ledger.commands import MessagePart
from clerk_app.people.earlier_materials import GRADE_PROMISED, GRADE_SENT_IN

if TYPE_CHECKING:
    from clerk_app.catalogue.form_fields import Field
    from clerk_app.catalogue.model import MaterialDefinition, Text
    from clerk_app.catalogue.plan import Plan


LACKS_VALIDITY = "validity"
"""Kind of a gap: the date of issue or the last valid day of a paper was not typed."""


LACKS_PAGES = "pages"
"""Kind of a gap: the pages of a paper were not taken in, which its material requires."""


RULE = "rule"
"""Kind of a gap: a rule across fields is broken, or the answers do not decide it."""


class GivenMaterial(MessagePart, frozen=True, kw_only=True):
    """A material submitted for a case: a shared licence, a paper that the clerk checked, or one of an earlier case.

    `content` is the digest of a scan or of the file of a paper, empty if there is none. Of a paper that was taken in as
    pages, `media_type`, `pages` and `size` (bytes) describe the file, and `source` is the digest of the file as it
    came, if it came as one. `origin` is the id of the earlier material (case number/material/version) that is used
    again, `learnt_at` when it was taken in first (microseconds UTC), and `is_confirmed` whether the clerk looked at the
    original, or had the promise made again, where its grade asks for it.
    `paper_code` (of `paper_reasons`) and `paper_reason` are why paper is taken although the city holds the licence.
    `overruled` are the findings of its pre-review that the clerk set aside with a reason.
    `photo` is what the check of a photo found, and why it was taken; None if nothing was found.
    `issuer`, `issued_on` and `valid_to` of a paper were typed by the clerk; empty if they were not.
    """

    material: str
    how: str  # licence | paper | earlier
    licence: str = ""
    issuer: str = ""
    valid_to: str = ""  # ISO date; empty if it does not expire
    grade: str = "B"
    content: str = ""
    origin: str = ""
    learnt_at: int = 0
    is_confirmed: bool = False
    paper_code: str = ""
    paper_reason: str = ""
    issued_on: str = ""  # ISO date
    media_type: str = ""
    pages: int = 0
    size: int = 0
    source: str = ""
    overruled: tuple[OverruledFinding, ...] = ()
    photo: OverruledPhoto | None = None

    @property
    def consent_id(self) -> str:
        """The id by which the citizen agreed to its use (`consents.licence`); empty for a paper."""
        return self.licence if self.how == "licence" else self.origin if self.how == "earlier" else ""


def check_materials(given: Iterable[GivenMaterial], known: Iterable[MaterialDefinition]) -> None:
    """Raise Refused for a material that the catalogue does not define, or that is given twice."""
    names = {material.id: material.name for material in known}
    given_ids: set[str] = set()
    for material in given:
        if material.material not in names:
            raise Refused("material", "The catalogue has no material {name}.", name=material.material)
        if material.material in given_ids:
            title = join_names([names[material.material]])
            raise Refused("twice", "The material {name} is given twice.", name=title, material=material.material)
        given_ids.add(material.material)


class IntakeGap(msgspec.Struct, frozen=True):
    """A reason that prevents acceptance; `id` names the field, material, matter or one thing concerned."""

    # field | wrong | difference | rule | material | expired | validity, pages (of a paper) | exclusion | matters
    kind: str
    id: str
    field: Field | None = None
    material: MaterialDefinition | None = None
    reason: Text | None = None
    error: BadData | None = None
    rule: RuleFinding | None = None

    @property
    def name(self) -> str:
        """What is missing, as a fact of an error."""
        text = self.field.name if self.field else self.material.name if self.material else self.reason
        return join_names([text]) if text is not None else self.id


def _lacks_validity(given: GivenMaterial, definition: MaterialDefinition) -> bool:
    """Return whether the validity of a paper has to be typed still: not of a copy that was sent in, or a promise."""
    is_paper = given.how == "paper" and given.grade not in (GRADE_SENT_IN, GRADE_PROMISED)
    return is_paper and lacks_facts(definition, given.issued_on, given.valid_to)


def lacks_pages(given: GivenMaterial, definition: MaterialDefinition) -> bool:
    """Return whether the pages of a paper still have to be taken in. A copy sent in and a promise have none."""
    is_required = definition.paper_pictures == "required"
    has_pages = given.how == "paper" and given.grade not in (GRADE_SENT_IN, GRADE_PROMISED)
    return is_required and has_pages and not given.content


def may_be_missing(material: MaterialDefinition, later: Collection[str] = ()) -> bool:
    """Return whether a case is accepted without a material: a secondary one that is promised, or never needed."""
    is_secondary = not material.main and material.gap_allowed
    return is_secondary and (material.decides_without or material.id in later)


def normalize_valid(plan: Plan, values: Mapping[str, str], today: date) -> dict[str, str]:
    """Return the normalised values of the fields of a plan; those that do not fit their field are left out."""
    found: dict[str, str] = {}
    for planned in plan.fields:
        with suppress(BadData):
            found[planned.field.id] = normalize_form_value(
                plan, planned.field, values.get(planned.field.id, ""), values, today
            )
    return found


def _find_rule_gaps(plan: Plan, values: Mapping[str, str], lacking: set[str], today: date) -> Iterable[IntakeGap]:
    """Yield the rules that stop the acceptance; not those that the `lacking` fields will decide."""
    for finding in find_broken_rules(plan, values, today):
        if finding.stops and not (finding.is_open and lacking.intersection(finding.rule.field_ids())):
            yield IntakeGap(
                RULE, next(iter(finding.rule.field_ids()), finding.rule.id), reason=finding.rule.reason, rule=finding
            )


def find_gaps(
    plan: Plan,
    values: Mapping[str, str],
    given: Iterable[GivenMaterial],
    today: date,
    later: Collection[str] = (),
) -> list[IntakeGap]:
    """Return everything missing or wrong in an application, for one notice (一次性告知).

    Fields come first in the order of the form, then rules across fields, materials and exclusions. `today` is the
    local date, `later` are
    the ids of materials that the applicant promises to bring (容缺).
    """
    gaps: list[IntakeGap] = []
    if not plan.active_matters:
        gaps.append(IntakeGap("matters", plan.one_thing.id))
    normalized: dict[str, str] = {}
    for planned in plan.fields:
        field = planned.field
        value = values.get(field.id, "")
        if field.required and not value:
            gaps.append(IntakeGap("field", field.id, field=field))
            continue
        try:
            normalized[field.id] = normalize_form_value(plan, field, value, values, today)
        except BadData as error:
            gaps.append(IntakeGap("wrong", field.id, field=field, error=error))
    gaps += _find_rule_gaps(plan, normalized, {gap.id for gap in gaps}, today)
    given_by_id = {material.material: material for material in given}
    for planned_material in plan.materials:
        material = planned_material.material
        submitted = given_by_id.get(material.id)
        if submitted is not None and has_expired(submitted.valid_to, today):
            gaps.append(IntakeGap("expired", material.id, material=material))
        elif submitted is not None and _lacks_validity(submitted, material):
            gaps.append(IntakeGap(LACKS_VALIDITY, material.id, material=material))
        elif submitted is not None and lacks_pages(submitted, material):
            gaps.append(IntakeGap(LACKS_PAGES, material.id, material=material))
        elif submitted is None and not may_be_missing(material, later):
            gaps.append(IntakeGap("material", material.id, material=material))
    gaps += [
        IntakeGap("exclusion", exclusion.matters[0], reason=exclusion.reason)
        for exclusion in plan.exclusions
        if exclusion.certain
    ]
    return gaps
