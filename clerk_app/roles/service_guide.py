"""Builds the service guide of a one thing from the catalogue."""

from __future__ import annotations

from datetime import date

from clerk_app.catalogue.model import Catalogue
from clerk_app.catalogue.plan import Plan, PlannedMaterial, PlannedMatter, make_plan
from clerk_app.locales import _, format_list
from clerk_app.paper.documents.service_guide import GuideMaterial, GuideMatter, ServiceGuide
from clerk_app.roles.formatting import localize

_FEN_PER_YUAN = 100


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
    fee = sum(planned.matter.fee for planned in usual.active_matters)
    return ServiceGuide(
        one_thing=localize(thing.name),
        lead=localize(catalogue.organ(thing.lead).name),
        parties=tuple(localize(role.name) for role in thing.parties),
        matters=tuple(
            _build_matter(catalogue, planned, names, on_request=planned.id in thing.on_request)
            for planned in plan.active_matters
        ),
        materials=tuple(_build_material(need, names) for need in plan.materials),
        promised_days=usual.promised_days,
        statutory_days=usual.statutory_days,
        is_immediate=thing.handling == "immediate",
        fee=_format_fee(fee),
        office=office,
        phone=phone,
        catalogue=_("{name}, version {version}").format(name=localize(catalogue.name), version=catalogue.version),
        printed_on=today,
    )


def _build_matter(
    catalogue: Catalogue, planned: PlannedMatter, names: dict[str, str], *, on_request: bool
) -> GuideMatter:
    matter = planned.matter
    return GuideMatter(
        name=names[matter.id],
        organ=localize(catalogue.organ(matter.organ).name),
        promised_days=planned.promised_days,
        statutory_days=matter.statutory_days,
        issue_days=matter.issue_days,
        fee=_format_fee(matter.fee),
        legal_basis=localize(matter.legal_basis) if matter.legal_basis is not None else "",
        results=format_list(localize(product.name) for product in matter.produces),
        after=format_list(names[dependency.matter] for dependency in planned.after),
        is_conditional=planned.applicability_unknown,
        on_request=on_request,
        by_commitment=format_list(localize(variant.name) for variant in matter.variants if variant.by_commitment),
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
        not_shared=localize(material.not_shared) if material.not_shared is not None else "",
    )


def _format_fee(fen: int) -> str:
    """Return an amount in yuan; empty for nothing."""
    yuan, rest = divmod(fen, _FEN_PER_YUAN)
    return "" if not fen else f"{yuan}.{rest:02d}" if rest else str(yuan)
