"""Completeness of an application: the same checks for drafts at the counter, kiosk applications and imported cases."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from typing import TYPE_CHECKING

import msgspec

from clerk_app.cases.overruled_findings import OverruledFinding
from clerk_app.cases.overruled_photos import OverruledPhoto
from clerk_app.cases.paper_facts import has_expired, lacks_facts
from clerk_app.catalogue.form_values import normalize_form_value
from clerk_app.catalogue.terms import join_names
from clerk_app.errors import BadData, Refused
from clerk_app.ledger.commands import MessagePart
from clerk_app.people.earlier_materials import GRADE_SENT_IN

if TYPE_CHECKING:
    from clerk_app.catalogue.form_fields import Field
    from clerk_app.catalogue.model import MaterialDefinition, Text
    from clerk_app.catalogue.plan import Plan


LACKS_VALIDITY = "validity"
"""Kind of a gap: the date of issue or the last valid day of a paper was not typed."""


LACKS_PAGES = "pages"
"""Kind of a gap: the pages of a paper were not taken in, which its material requires."""


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

    kind: str  # field | wrong | difference | material | expired | validity, pages (of a paper) | exclusion | matters
    id: str
    field: Field | None = None
    material: MaterialDefinition | None = None
    reason: Text | None = None
    error: BadData | None = None

    @property
    def name(self) -> str:
        """What is missing, as a fact of an error."""
        text = self.field.name if self.field else self.material.name if self.material else self.reason
        return join_names([text]) if text is not None else self.id


def _lacks_validity(given: GivenMaterial, definition: MaterialDefinition) -> bool:
    """Return whether the validity of a paper has to be typed still. Of a copy that was sent in nobody types it."""
    is_paper = given.how == "paper" and given.grade != GRADE_SENT_IN
    return is_paper and lacks_facts(definition, given.issued_on, given.valid_to)


def lacks_pages(given: GivenMaterial, definition: MaterialDefinition) -> bool:
    """Return whether the pages of a paper still have to be taken in. A copy that was sent in needs none."""
    is_required = definition.paper_pictures == "required"
    return is_required and given.how == "paper" and given.grade != GRADE_SENT_IN and not given.content


def find_gaps(plan: Plan, values: Mapping[str, str], given: Iterable[GivenMaterial], today: date) -> list[IntakeGap]:
    """Return everything missing or wrong in an application, for one notice (一次性告知).

    Fields come first in the order of the form, then materials, then exclusions. `today` is the local date.
    """
    gaps: list[IntakeGap] = []
    if not plan.active_matters:
        gaps.append(IntakeGap("matters", plan.one_thing.id))
    for planned in plan.fields:
        field = planned.field
        value = values.get(field.id, "")
        if field.required and not value:
            gaps.append(IntakeGap("field", field.id, field=field))
            continue
        try:
            normalize_form_value(plan, field, value, values, today)
        except BadData as error:
            gaps.append(IntakeGap("wrong", field.id, field=field, error=error))
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
        elif submitted is None and (material.main or not material.gap_allowed):
            gaps.append(IntakeGap("material", material.id, material=material))
    gaps += [
        IntakeGap("exclusion", exclusion.matters[0], reason=exclusion.reason)
        for exclusion in plan.exclusions
        if exclusion.certain
    ]
    return gaps
