"""The service guide on the screen: every item of the implementing lists, each value with its source."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from clerk_app.catalogue.base_model import SourcedModel
from clerk_app.catalogue.implementing_list import ImplementingList
from clerk_app.catalogue.model import Catalogue
from clerk_app.catalogue.plan import Plan, PlannedMatter
from clerk_app.locales import _, format_list, mark, translate
from clerk_app.roles.condition_words import ConditionWords
from clerk_app.roles.formatting import format_working_days, localize
from clerk_app.roles.guide_lines import (
    SCOPES,
    describe_condition,
    describe_days,
    describe_fee_line,
    describe_special_step,
    describe_step,
    describe_variants,
    name_parties,
)
from clerk_app.roles.service_guide import describe_material_origin
from clerk_app.views.finding import GuideLine, GuideSection, GuideView

_HANDLING = {
    "immediate": mark("decided on the spot"),
    "promised": mark("decided within the promised days"),
    "joint": mark("handled jointly by several departments"),
}


def build_guide_view(catalogue: Catalogue, offer: str, name: str, plan: Plan, usual: Plan | None = None) -> GuideView:
    """Build the guide of a plan; `offer` is what it was found as, and `name` its name.

    The overview has the days of `usual`, without the matters that are only handled on request; without it, of `plan`.
    """
    words = ConditionWords(catalogue)
    sections = [_describe_one_thing(catalogue, usual or plan)]
    sections += [_describe_matter(catalogue, planned, words) for planned in plan.active_matters]
    return GuideView(offer, name, tuple(section for section in sections if section.lines))


def _describe_one_thing(catalogue: Catalogue, plan: Plan) -> GuideSection:
    thing, source = plan.one_thing, _source_of(plan.one_thing)
    values = [
        (_("Leading department"), localize(catalogue.organ(thing.lead).name)),
        (_("Parties"), format_list(name_parties(thing))),
        (_("Handling"), translate(_HANDLING[thing.handling])),
        (_("Promised"), describe_days(plan)),
        (_("By law"), format_working_days(plan.statutory_days)),
        (_("Visits"), str(plan.reductions.after.visits)),
    ]
    return GuideSection(_("Overview"), tuple(_line(label, value, source) for label, value in values if value))


def _describe_matter(catalogue: Catalogue, planned: PlannedMatter, words: ConditionWords) -> GuideSection:
    return GuideSection(localize(planned.matter.name), tuple(_matter_lines(catalogue, planned, words)))


def _matter_lines(catalogue: Catalogue, planned: PlannedMatter, words: ConditionWords) -> Iterator[GuideLine]:
    matter = planned.matter
    for field, label, value in (
        ("number", _("Number of the list"), matter.number or ""),
        ("organ", _("Department"), localize(catalogue.organ(matter.organ).name)),
        ("variants", _("Circumstance"), localize(planned.variant.name) if planned.variant is not None else ""),
    ):
        if value:
            yield _line(label, value, _source_of(matter, field))
    for condition in matter.conditions:
        yield _line(_("Condition"), describe_condition(condition, words), _source_of(matter, "conditions"))
    for name in planned.materials:
        material = catalogue.material(name)
        text = _("{material}: {origin}").format(
            material=localize(material.name), origin=describe_material_origin(material)
        )
        yield _line(_("Material"), text, _source_of(material))
    for place, step in enumerate(matter.process, 1):
        yield _line(_("Step {number}").format(number=place), describe_step(step), _source_of(matter, "process"))
    yield from _term_lines(planned, words)
    for line in matter.fee_lines:
        yield _line(_("Fee"), describe_fee_line(line, words), _source_of(matter, "fees"))
    if not matter.fee_lines:
        yield _line(_("Fee"), _("free of charge"), _source_of(matter, "fees"))
    for field, label, value in (
        ("visits", _("Visits"), str(matter.visits)),
        ("scope", _("Accepted at"), translate(SCOPES[matter.scope]) if matter.scope else ""),
        ("produces", _("Result"), format_list(localize(result.name) for result in matter.produces)),
        ("legal_basis", _("Legal basis"), localize(matter.legal_basis) if matter.legal_basis else ""),
        ("consultation_phone", _("Questions"), matter.consultation_phone or ""),
        ("complaint_phone", _("Complaints"), matter.complaint_phone or ""),
    ):
        if value:
            yield _line(label, value, _source_of(matter, field))


def _term_lines(planned: PlannedMatter, words: ConditionWords) -> Iterable[GuideLine]:
    matter = planned.matter
    for circumstance in describe_variants(planned, words):
        yield _line(_("Circumstance"), circumstance, _source_of(matter, "variants"))
    terms = [
        ("promised_days", _("Promised"), planned.promised_days),
        ("statutory_days", _("By law"), matter.statutory_days),
        ("issue_days", _("Issue of the document"), matter.issue_days),
    ]
    for field, label, days in terms:
        if days or field == "promised_days":
            text = format_working_days(days) if days else _("on the spot")
            yield _line(label, text, _source_of(matter, field))
    for step in matter.special_steps:
        yield _line(_("Special step"), describe_special_step(step), _source_of(matter, "special_steps"))


def _line(label: str, value: str, source: str) -> GuideLine:
    return GuideLine(_("{label}: {value}").format(label=label, value=value), source)


def _source_of(entry: SourcedModel, field: str = "") -> str:
    """Return the source of a value: its own, else "sample" if part of the entry is invented, else that of the entry."""
    own = entry.value_sources.get(field, "") if isinstance(entry, ImplementingList) else ""
    return own or (_("sample") if entry.sample else entry.source or "")
