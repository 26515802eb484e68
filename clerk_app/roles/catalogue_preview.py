"""Preview of a one thing that is not published: matters, form, materials and dates as a clerk would see them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime

from clerk_app.cases.case_dates import project_case_dates
from clerk_app.cases.dates import to_local_time
from clerk_app.cases.schedule import project_schedule
from clerk_app.catalogue.form_fields import Field
from clerk_app.catalogue.legal_calendar import build_calendar
from clerk_app.catalogue.model import Catalogue, MaterialDefinition
from clerk_app.catalogue.plan import Plan, PlannedMaterial
from clerk_app.locales import _, format_list
from clerk_app.roles.formatting import localize

_MICROSECONDS = 1_000_000


def preview_one_thing(catalogue: Catalogue, plan: Plan, answers: Mapping[str, str], now: datetime) -> Iterator[str]:
    """Yield the lines of the preview, as if the application was accepted at `now` with these answers."""
    yield f"{localize(plan.one_thing.name)} ({plan.one_thing.id})"
    yield from _preview_matters(catalogue, plan, now)
    yield ""
    yield _("Form")
    for number, planned in enumerate(plan.fields, 1):
        yield f"  {number}. {_describe_field(planned.field, answers.get(planned.field.id, ''))}"
        if planned.field.hint is not None:
            yield f"     {localize(planned.field.hint)}"
        sources = format_list(_describe_source(catalogue, source) for source in planned.field.prefill)
        if sources:
            yield "     " + _("filled in from: {sources}").format(sources=sources)
    yield ""
    yield _("Materials")
    for number, need in enumerate(plan.materials, 1):
        yield f"  {number}. {_describe_material(catalogue, plan, need)}"


def _preview_matters(catalogue: Catalogue, plan: Plan, now: datetime) -> Iterator[str]:
    calendar = build_calendar(catalogue, catalogue)
    at = int(now.timestamp() * _MICROSECONDS)
    schedule = {course.matter: course for course in project_schedule(calendar, plan, at, {}, (), at).matters}
    for planned in plan.matters:
        name = localize(planned.matter.name)
        if planned.inapplicable_reason is not None:
            reason = localize(planned.inapplicable_reason)
            yield "  " + _("{matter} does not apply: {reason}").format(matter=name, reason=reason)
            continue
        begins, issued = (
            to_local_time(moment, calendar.zone).date().isoformat()
            for moment in (schedule[planned.id].begins_at, schedule[planned.id].issued_at)
        )
        organ = localize(catalogue.organ(planned.organ).name)
        sentence = _("{matter}: {organ}, {days} working days, {begins} to {ends}")
        line = sentence.format(matter=name, organ=organ, days=planned.promised_days, begins=begins, ends=issued)
        notes = []
        if planned.variant is not None:
            notes.append(localize(planned.variant.name))
        if planned.by_commitment:
            notes.append(_("by commitment"))
        if planned.applicability_unknown:
            notes.append(_("only for some answers"))
        yield f"  {line}" + (f" ({format_list(notes)})" if notes else "")
    for exclusion in plan.exclusions:
        together = format_list(localize(catalogue.matter(name).name) for name in exclusion.matters)
        yield "  " + _("Exclude each other: {matters}. {reason}").format(
            matters=together, reason=localize(exclusion.reason)
        )
    dates = project_case_dates(calendar, plan, at, ())
    for label, moment, is_expected in (
        (_("Promised"), dates.promised_at, dates.expected),
        (_("By law"), dates.statutory_at, dates.statutory_expected),
    ):
        if moment is not None:
            day = to_local_time(moment, calendar.zone).date().isoformat()
            note = " " + _("(expected: the calendar is not published yet)") if is_expected else ""
            yield f"  {label}: {day}{note}"


def _describe_field(field: Field, answer: str) -> str:
    words = localize(field.name)
    choices = format_list(f"{choice.id} {localize(choice.name)}" for choice in field.choices)
    kind = f"{field.kind}: {choices}" if choices else field.kind
    required = "" if field.required else ", " + _("may be left empty")
    given = f" = {answer}" if answer else ""
    return f"{words} [{field.id}] ({kind}{required}){given}"


def _describe_source(catalogue: Catalogue, source: str) -> str:
    kind, _colon, rest = source.partition(":")
    owner, _dot, fact = rest.partition(".")
    return f"{localize(catalogue.material(owner).name)} ({fact})" if kind == "licence" else fact


def _describe_material(catalogue: Catalogue, plan: Plan, need: PlannedMaterial) -> str:
    names = {planned.id: localize(planned.matter.name) for planned in plan.matters}
    material = need.material
    needed = format_list(names[matter] for matter in need.needed_by)
    return f"{localize(material.name)} ({_describe_origin(catalogue, material)}): {needed}"


def _describe_origin(catalogue: Catalogue, material: MaterialDefinition) -> str:
    forms = {"original": _("original"), "copy": _("copy"), "electronic": _("electronic")}
    words = [forms[material.form]]
    if material.licence_type:
        words.append(_("e-licence {name}").format(name=localize(catalogue.licence_type(material.licence_type).name)))
    if material.origin == "shared" and material.not_shared is None:
        words.append(_("held by the city"))
    if material.not_shared is not None:
        words.append(localize(material.not_shared))
    if material.gap_allowed:
        words.append(_("may be brought later"))
    return format_list(words)
