"""A draft as the counter shows it."""

from __future__ import annotations

from typing import Literal

from clerk_app.cases.dates import to_local_time
from clerk_app.cases.intake.completeness import IntakeGap
from clerk_app.catalogue.model import Field
from clerk_app.catalogue.plan import Plan, PlannedField, PlannedMaterial
from clerk_app.catalogue.publication import working_days
from clerk_app.catalogue.routing import find_ready
from clerk_app.locales import _, format_list
from clerk_app.people.masking import mask_number
from clerk_app.roles.counter.draft_state import DraftState
from clerk_app.roles.formatting import format_elapsed, localize
from clerk_app.views import FieldRow, IntakeView, Level, MaterialRow, MatterRow, Option, PartyRow, Saving

_State = Literal["held", "missing", "expired", "not_shared", "paper", "produced"]


def build_intake_view(taking: DraftState, now: int, *, unconfirmed: bool, fetchable: bool) -> IntakeView:
    """The draft's page; `unconfirmed` while the clerk has not compared face and photo."""
    made = taking.plan
    working = working_days(taking.catalogue)
    left = [describe_gap(taking, gap) for gap in taking.gaps]
    if unconfirmed:
        left.insert(0, _("Compare the person with the photo and confirm."))
    promised = working.add_working_days(taking.today, made.promised_days)
    statutory = working.add_working_days(taking.today, made.statutory_days)
    return IntakeView(
        draft=taking.draft["id"],
        one_thing=localize(made.one_thing.name),
        catalogue=_("{name}, version {version}").format(
            name=localize(taking.catalogue.name), version=taking.catalogue.version
        ),
        parties=tuple(_party_rows(taking)),
        matters=_matter_rows(taking),
        materials=tuple(_material_row(taking, need, now) for need in made.materials),
        fields=tuple(_field_row(taking, number, planned) for number, planned in enumerate(made.fields, 1)),
        gaps=tuple(left),
        promised=_marked(promised.isoformat(), expected=working.is_expected(promised)),
        statutory=_marked(statutory.isoformat(), expected=working.is_expected(statutory)),
        savings=build_savings(made),
        saved_at=to_local_time(taking.draft["saved_at"], taking.catalogue.time_zone),
        can_fetch_materials=fetchable,
    )


def build_savings(made: Plan) -> tuple[Saving, ...]:
    """The four reductions (四减) of the bundle against its matters one by one."""
    before, after = made.reductions.before, made.reductions.after
    return (
        Saving(_("Steps"), str(before.steps), str(after.steps)),
        Saving(_("Working days"), str(before.days), str(after.days)),
        Saving(_("Papers"), str(before.papers), str(after.papers)),
        Saving(_("Visits"), str(before.visits), str(after.visits)),
    )


def _marked(day: str, *, expected: bool) -> str:
    return _("{day} (expected)").format(day=day) if expected else day


def _party_rows(taking: DraftState) -> list[PartyRow]:
    rows: list[PartyRow] = []
    roles = {role.id: role for role in taking.plan.one_thing.parties}
    for name, party in taking.parties().items():
        rows.append(
            PartyRow(
                role=name,
                role_name=localize(roles[name].name),
                name=party.name,
                number=mask_number(party.number),
                known_by=_source_in_words(taking, party.known_by) if party.name else "",
            )
        )
    return rows


def _matter_rows(taking: DraftState) -> tuple[MatterRow, ...]:
    first = find_ready(taking.plan, {})
    rows: list[MatterRow] = []
    names = {planned.id: localize(planned.matter.name) for planned in taking.plan.matters}
    for planned in taking.plan.matters:
        dropped = planned.inapplicable_reason is not None
        variant = f" ({localize(planned.variant.name)})" if planned.variant else ""
        rows.append(
            MatterRow(
                id=planned.id,
                name=names[planned.id] + variant,
                organ=localize(taking.catalogue.organ(planned.matter.organ).name),
                state=_("left out") if dropped else _("at once") if planned.id in first else _("after others"),
                level="plain" if dropped else "good",
                reason=localize(planned.inapplicable_reason)
                if planned.inapplicable_reason
                else _("depends on an answer") * planned.applicability_unknown,
                promised=_days(planned.promised_days),
                statutory=_days(planned.matter.statutory_days),
                predecessors=format_list(names[arrow.matter] for arrow in planned.after),
            )
        )
    return tuple(rows)


def _days(days: int) -> str:
    return _("on the spot") if days == 0 else _("{count} working days").format(count=days)


def _material_row(taking: DraftState, need: PlannedMaterial, now: int) -> MaterialRow:
    material = need.material
    found = taking.matches[material.id]
    licence = found.licence
    on_paper = material.id in taking.content.papers
    state, name, level, why = _material_state(taking, need)
    agreed = licence is not None and licence["id"] in taking.consented
    asks = licence is not None and found.state == "held" and not on_paper
    return MaterialRow(
        id=material.id,
        name=localize(material.name),
        needed_for=format_list(localize(taking.catalogue.matter(matter).name) for matter in need.needed_by),
        state=state,
        state_name=name,
        level=level,
        reason=why,
        issuer=licence["issuer"] if licence else "",
        valid_to=(licence["valid_to"] or _("no end")) if licence else "",
        freshness=_("known for {age}").format(age=format_elapsed(licence["updated_at"], now)) if licence else "",
        grade="B" if on_paper else "A" if licence and found.state == "held" else "",
        consent="given" if agreed and asks else "asked" if asks else "not_needed",
    )


def _material_state(taking: DraftState, need: PlannedMaterial) -> tuple[_State, str, Level, str]:
    material = need.material
    found = taking.matches[material.id]
    if material.id in taking.content.papers:
        return "paper", _("on paper"), "good", ""
    if found.state == "held":
        return "held", _("held"), "good", ""
    if found.state == "not_shared":
        reason = localize(material.not_shared) if material.not_shared else ""
        why = _("Cannot be shared, please bring it: {reason}").format(reason=reason)
        return "not_shared", _("not shared"), "warn", why
    if found.state == "expired" and found.licence:
        why = _("Expired on {day}. Ask for a new one or the paper.").format(day=found.licence["valid_to"])
        return "expired", _("expired"), "bad", why
    if found.state == "revoked":
        return "expired", _("revoked"), "bad", _("Taken back by its issuer. It cannot be used.")
    if not material.main:
        return "missing", _("may follow"), "warn", _("Not held; it may be handed in later.")
    return "missing", _("missing"), "bad", _("The city does not hold it: ask for the paper.")


def _field_row(taking: DraftState, number: int, planned: PlannedField) -> FieldRow:
    field, known = planned.field, taking.prefilled.get(planned.field.id)
    value = taking.content.values.get(field.id, "")
    source = taking.content.sources.get(field.id, "typed")
    error = next((gap.error for gap in taking.gaps if gap.kind == "wrong" and gap.id == field.id), None)
    return FieldRow(
        id=field.id,
        number=number,
        label=localize(field.name),
        value=value,
        kind=field.kind,
        options=_choices(field),
        required=field.required,
        source=_source_in_words(taking, source) if value else "",
        doubt=_doubt(taking, field, value) if known else "",
        error=str(error) if error else "",
        needed_for=format_list(localize(taking.catalogue.matter(matter).name) for matter in planned.needed_by),
    )


def _choices(field: Field) -> tuple[Option, ...]:
    if field.kind == "yes_no":
        return (Option("yes", _("yes")), Option("no", _("no")))
    return tuple(Option(choice.id, localize(choice.name)) for choice in field.choices)


def _doubt(taking: DraftState, field: Field, value: str) -> str:
    known = taking.prefilled[field.id]
    rivals = [*known.conflicting] + ([(known.value, known.source)] if value and value != known.value else [])
    if not rivals:
        return ""
    said, source = rivals[0]
    return _("{source} says {value}").format(source=_source_in_words(taking, source), value=said)


def _source_in_words(taking: DraftState, source: str) -> str:
    kind, _colon, rest = source.partition(":")
    name = rest.partition(".")[0]
    if kind == "licence":
        return localize(taking.catalogue.material(name).name)
    if kind in ("party", "code"):
        return _("the code shown")
    return _("typed")


def describe_gap(taking: DraftState, gap: IntakeGap) -> str:
    """What to do about something that stands in the way."""
    if gap.field is not None:
        name = localize(gap.field.name)
        return format_list((name, str(gap.error)), ":") if gap.error else _("Fill in: {name}").format(name=name)
    if gap.material is not None:
        found = taking.matches[gap.material.id]
        name = localize(gap.material.name)
        if found.state == "held" and gap.kind == "material":
            return _("Ask for consent: {name}").format(name=name)
        return _("Ask for: {name}").format(name=name)
    if gap.reason is not None:
        return localize(gap.reason)
    return _("No matter is chosen.")
