"""Builds the service guide of a one thing from the catalogue."""

from __future__ import annotations

from datetime import date

from clerk_app.catalogue.fees import sum_fees
from clerk_app.catalogue.model import Catalogue, MaterialDefinition
from clerk_app.catalogue.plan import Plan, PlannedMaterial, PlannedMatter, make_plan
from clerk_app.locales import _, format_list, translate
from clerk_app.paper.documents.service_guide import GuideMaterial, GuideMatter, ServiceGuide
from clerk_app.roles.condition_words import ConditionWords
from clerk_app.roles.formatting import localize
from clerk_app.roles.guide_lines import (
    SCOPES,
    describe_condition,
    describe_fee_line,
    describe_special_step,
    describe_step,
    describe_variants,
    format_fee,
    name_parties,
)


def build_service_guide(
    catalogue: Catalogue, one_thing: str, *, office: str, phone: str, today: date, plan: Plan | None = None
) -> ServiceGuide:
    """Build the guide of all matters of a one thing, or of those of `plan`. Raises BadData for an unknown id."""
    if plan is None:
        usual = make_plan(catalogue, one_thing, None, {})
        plan = make_plan(catalogue, one_thing, frozenset(usual.one_thing.matters), {})
    else:
        usual = plan
    names = {planned.id: localize(planned.matter.name) for planned in plan.matters}
    thing = plan.one_thing
    fee, _possible = sum_fees(usual.fees)
    words, most = ConditionWords(catalogue), thing.promised_days
    return ServiceGuide(
        one_thing=localize(thing.name),
        lead=localize(catalogue.organ(thing.lead).name),
        parties=tuple(name_parties(thing)),
        matters=tuple(
            _build_matter(catalogue, planned, names, words, on_request=planned.id in thing.on_request)
            for planned in plan.active_matters
        ),
        materials=tuple(_build_material(need, names) for need in plan.materials),
        promised_days=usual.promised_days,
        most_days=most if most > usual.promised_days else 0,
        statutory_days=usual.statutory_days,
        is_immediate=thing.handling == "immediate",
        fee=format_fee(fee),
        office=office,
        phone=phone,
        catalogue=_("{name}, version {version}").format(name=localize(catalogue.name), version=catalogue.version),
        printed_on=today,
    )


def _build_matter(
    catalogue: Catalogue, planned: PlannedMatter, names: dict[str, str], words: ConditionWords, *, on_request: bool
) -> GuideMatter:
    matter = planned.matter
    return GuideMatter(
        name=names[matter.id],
        organ=localize(catalogue.organ(matter.organ).name),
        promised_days=planned.promised_days,
        statutory_days=matter.statutory_days,
        issue_days=matter.issue_days,
        fee=format_fee(sum(line.amount for line in matter.fee_lines if not line.when)),
        legal_basis=localize(matter.legal_basis) if matter.legal_basis is not None else "",
        results=format_list(localize(product.name) for product in matter.produces),
        after=format_list(names[dependency.matter] for dependency in planned.waits_for),
        is_conditional=planned.applicability_unknown,
        on_request=on_request,
        by_commitment=format_list(localize(variant.name) for variant in matter.variants if variant.by_commitment),
        number=matter.number or "",
        conditions=tuple(describe_condition(condition, words) for condition in matter.conditions),
        circumstances=tuple(describe_variants(planned, words)),
        steps=tuple(map(describe_step, matter.process)),
        special_steps=tuple(map(describe_special_step, matter.special_steps)),
        fees=tuple(describe_fee_line(line, words) for line in matter.fees),
        visits=matter.visits,
        scope=translate(SCOPES[matter.scope]) if matter.scope else "",
        consultation_phone=matter.consultation_phone or "",
        complaint_phone=matter.complaint_phone or "",
    )


def _build_material(need: PlannedMaterial, names: dict[str, str]) -> GuideMaterial:
    material = need.material
    return GuideMaterial(
        name=localize(material.name),
        needed_for=format_list(names[matter] for matter in need.needed_by),
        is_copy=material.form == "copy",
        is_electronic=material.form == "electronic",
        is_held=material.origin == "shared" and material.not_shared is None,
        may_follow=not material.main and material.gap_allowed,
        may_be_promised=material.promise_allowed,
        not_shared=localize(material.not_shared) if material.not_shared is not None else "",
    )


def describe_material_origin(material: MaterialDefinition) -> str:
    """Return in which form a material is brought, or that it is not."""
    if material.origin == "shared" and material.not_shared is None:
        return _("the city has it; used with consent")
    if material.origin == "produced":
        return _("made by an earlier matter")
    return {"original": _("original"), "copy": _("copy"), "electronic": _("electronic")}[material.form]
