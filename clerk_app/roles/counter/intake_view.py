"""View of a draft at the counter."""

from __future__ import annotations

from collections.abc import Iterable
from functools import partial
from typing import TYPE_CHECKING, Literal

from clerk_app.cases.applications.content import SOURCE_PREFIX
from clerk_app.cases.applications.precheck import SCAN_GRADE
from clerk_app.cases.case_dates import project_case_dates
from clerk_app.cases.completeness import IntakeGap
from clerk_app.cases.dates import to_local_time
from clerk_app.cases.field_differences import UNEXPLAINED_DIFFERENCE
from clerk_app.cases.known_by import KNOWN_BY_CODE, KNOWN_BY_DOCUMENT, KNOWN_BY_EARLIER, KNOWN_BY_PARTY_CODE
from clerk_app.catalogue.routing import find_ready
from clerk_app.licences.consent_changes import WITHDRAWN
from clerk_app.licences.identifiers import is_credit_code
from clerk_app.locales import _, format_list
from clerk_app.people.masking import mask_number
from clerk_app.roles.case_tracks import build_draft_tracks
from clerk_app.roles.counter.application_view import build_draft_origin
from clerk_app.roles.counter.difference_rows import build_difference_rows, describe_field_differences
from clerk_app.roles.counter.draft_state import PROOFS, DraftState
from clerk_app.roles.counter.masked_draft import mask_field, mask_matter
from clerk_app.roles.counter.parties import describe_identity_gap
from clerk_app.roles.formatting import (
    ORGANISATION,
    describe_consent,
    format_due_day,
    format_elapsed,
    format_party_name,
    list_stock_reasons,
    localize,
)
from clerk_app.text.identity_documents import DOCUMENT_KINDS
from clerk_app.views.case import FieldRow, IntakeView, MaterialRow, MatterRow, OpenStep, PartyRow, Saving
from clerk_app.views.shared import Level, Option

if TYPE_CHECKING:
    from clerk_app.catalogue.form_fields import Field
    from clerk_app.catalogue.plan import Plan, PlannedField, PlannedMaterial
    from clerk_app.licences.material_match import MaterialMatch

APPLICATION = SOURCE_PREFIX.removesuffix(":")
_State = Literal["held", "missing", "expired", "not_shared", "paper", "produced", "scan"]


def build_intake_view(
    draft: DraftState,
    now: int,
    *,
    unconfirmed: bool,
    can_fetch_materials: bool,
) -> IntakeView:
    """Build the view of a draft; `unconfirmed`: the clerk has not compared face and photo yet."""
    plan = draft.plan
    steps = [] if draft.is_masked else [build_open_step(draft, gap) for gap in draft.gaps]
    if draft.identity_gap:
        steps.insert(0, OpenStep("party", describe_identity_gap(draft)))
    if unconfirmed:
        steps.insert(0, OpenStep("face", _describe_face_check(draft)))
    dates = project_case_dates(draft.calendar, plan, now, ())
    zone, asked = draft.catalogue.time_zone, draft.second_factor_party
    fields = [_build_field_row(draft, number, planned) for number, planned in enumerate(plan.fields, 1)]
    matters = _build_matter_rows(draft)
    return IntakeView(
        draft=draft.row["id"],
        one_thing=localize(plan.one_thing.name),
        catalogue=_("{name}, version {version}").format(
            name=localize(draft.catalogue.name), version=draft.catalogue.version
        ),
        parties=tuple(_build_party_rows(draft)),
        matters=tuple(map(mask_matter, matters) if draft.is_masked else matters),
        materials=tuple(_build_material_row(draft, need, now) for need in plan.materials),
        fields=tuple(map(mask_field, fields) if draft.is_masked else fields),
        open_steps=tuple(steps),
        differences=() if draft.is_masked else tuple(build_difference_rows(draft, partial(_describe_source, draft))),
        promised=format_due_day(dates.promised_at, zone, expected=dates.expected) if plan.active_matters else "-",
        statutory=format_due_day(dates.statutory_at, zone, expected=dates.statutory_expected)
        if plan.active_matters
        else "-",
        savings=build_savings(plan),
        saved_at=to_local_time(draft.row["saved_at"], draft.catalogue.time_zone),
        can_fetch_materials=can_fetch_materials,
        has_unreleased=bool(draft.unreleased),
        has_unconfirmed_consent="" in draft.consent_states.values(),
        consent_list=draft.printed_list,
        needs_second_factor=asked is not None,
        second_factor_of=asked.name if asked is not None else "",
        is_masked=draft.is_masked,
        decline_reasons=list_stock_reasons(draft.catalogue, "not_accept"),
        application=build_draft_origin(draft, now),
        tracks=None if draft.is_masked else build_draft_tracks(draft.catalogue, plan, draft.calendar, now),
    )


def build_savings(plan: Plan) -> tuple[Saving, ...]:
    """Return the four reductions (四减): the figures of the bundle and of its matters applied for one by one."""
    before, after = plan.reductions.before, plan.reductions.after
    return (
        Saving(_("Steps"), str(before.steps), str(after.steps)),
        Saving(_("Working days"), str(before.days), str(after.days)),
        Saving(_("Papers"), str(before.papers), str(after.papers)),
        Saving(_("Visits"), str(before.visits), str(after.visits)),
    )


def _build_party_rows(draft: DraftState) -> list[PartyRow]:
    rows: list[PartyRow] = []
    roles = {role.id: role for role in draft.plan.one_thing.parties}
    for name, party in draft.parties.items():
        rows.append(
            PartyRow(
                role=name,
                role_name=localize(roles[name].name),
                name=_shown_name(draft, name),
                number=mask_number(party.number),
                known_by=_describe_source(draft, party.known_by) if party.name else "",
                identified=party.known_by in PROOFS,
                is_organisation=roles[name].kind == ORGANISATION,
            )
        )
    return rows


def _build_matter_rows(draft: DraftState) -> tuple[MatterRow, ...]:
    first = find_ready(draft.plan, {})
    rows: list[MatterRow] = []
    names = {planned.id: localize(planned.matter.name) for planned in draft.plan.matters}
    for planned in draft.plan.matters:
        dropped, undecided = planned.inapplicable_reason is not None, planned.applicability_unknown
        variant = f" ({localize(planned.variant.name)})" if planned.variant and not draft.is_masked else ""
        rows.append(
            MatterRow(
                id=planned.id,
                name=names[planned.id] + variant,
                organ=localize(draft.catalogue.organ(planned.matter.organ).name),
                state=_("left out")
                if dropped
                else _("undecided")
                if undecided
                else _("starts at once")
                if planned.id in first
                else _("after others"),
                level="plain" if dropped or undecided else "good",
                reason=localize(planned.inapplicable_reason)
                if planned.inapplicable_reason
                else _("depends on an answer") * undecided,
                promised=_format_days(planned.promised_days),
                statutory=_format_days(planned.matter.statutory_days),
                predecessors=format_list(names[arrow.matter] for arrow in planned.after),
            )
        )
    return (*rows, *_build_rows_not_applied_for(draft))


def _build_rows_not_applied_for(draft: DraftState) -> Iterable[MatterRow]:
    """Yield a row for each matter of the one thing that is left out or only on request: Space adds it."""
    planned = {matter.id for matter in draft.plan.matters}
    for matter in map(draft.catalogue.matter, draft.plan.one_thing.matters):
        if matter.id not in planned:
            yield MatterRow(
                id=matter.id,
                name=localize(matter.name),
                organ=localize(draft.catalogue.organ(matter.organ).name),
                state=_("not applied for"),
                level="plain",
                reason=_("Not applied for; Space adds it."),
                promised=_format_days(matter.promised_days),
                statutory=_format_days(matter.statutory_days),
                predecessors="",
                chosen=False,
            )


def _format_days(days: int) -> str:
    return _("on the spot") if days == 0 else _("{count} working days").format(count=days)


def _build_material_row(draft: DraftState, need: PlannedMaterial, now: int) -> MaterialRow:
    material = need.material
    found = draft.matches[material.id]
    licence = found.licence if found.state not in ("other_person", "absent_holder") else None
    on_paper = material.id in draft.content.papers
    state, name, level, reason = _describe_material_state(draft, need)
    agreed = licence is not None and licence["id"] in draft.agreed
    if licence is not None and agreed and state == "held":
        reason = _describe_consent(draft, licence["id"])
        if licence["id"] not in draft.consented:
            name, level = _("not shown yet"), "warn"
            reason = _("Agreed to, not shown yet: F8.")
    asks = licence is not None and found.state == "held" and not on_paper
    declines = licence is not None and found.state == "declined"
    return MaterialRow(
        id=material.id,
        name=localize(material.name),
        needed_for=format_list(localize(draft.catalogue.matter(matter).name) for matter in need.needed_by),
        state=state,
        state_name=name,
        level=level,
        reason=reason,
        issuer=licence["issuer"] if licence else "",
        valid_to=(licence["valid_to"] or _("no end")) if licence else "",
        freshness=_("known for {age}").format(age=format_elapsed(licence["updated_at"], now)) if licence else "",
        grade="B" if on_paper else "A" if licence and found.state == "held" else SCAN_GRADE if state == "scan" else "",
        consent="given" if agreed and asks else "asked" if asks else "declined" if declines else "not_needed",
        holder=_describe_holder(draft, material.holder or draft.plan.one_thing.applicant_role().id),
    )


def _describe_holder(draft: DraftState, role: str) -> str:
    """Return the role and the name of the party to whom a material belongs."""
    names = {party.id: localize(party.name) for party in draft.plan.one_thing.parties}
    return " ".join(filter(None, (names.get(role, ""), _shown_name(draft, role))))


def _shown_name(draft: DraftState, role: str) -> str:
    """Return the name of a party as the screen shows it, masked as long as the draft is."""
    party = draft.parties.get(role)
    if party is None or not draft.is_masked:
        return party.name if party is not None else ""
    kinds = {party_role.id: party_role.kind for party_role in draft.plan.one_thing.parties}
    return format_party_name(party.name, kinds[role])


def _describe_consent(draft: DraftState, licence: str) -> str:
    """Return how the citizen's consent to the use of a licence was confirmed."""
    return describe_consent(draft.consent_states[licence])


def _describe_refusal(draft: DraftState, found: MaterialMatch) -> str:
    """Return that a party does not agree to the use of a licence, and what to do instead."""
    if found.licence is not None and draft.refused.get(found.licence["id"]) == WITHDRAWN:
        return _("The consent was withdrawn: take the paper in, or ask again (F8).")
    return _("The consent was declined: take the paper in, or ask again (F8).")


def _describe_material_state(draft: DraftState, need: PlannedMaterial) -> tuple[_State, str, Level, str]:
    material = need.material
    found = draft.matches[material.id]
    if material.id in draft.content.papers:
        reason = _("On paper, because consent was declined.") if found.state == "declined" else ""
        return "paper", _("on paper"), "good", reason
    if found.state == "held":
        return "held", _("held"), "good", ""
    if material.id in draft.scans:
        return "scan", _("scanned copy"), "warn", _("Sent as a scan (Enter): compare it with the original, then Space.")
    if found.state == "not_shared":
        cause = localize(material.not_shared) if material.not_shared else ""
        reason = _("Cannot be shared, please bring it: {reason}").format(reason=cause)
        return "not_shared", _("not shared"), "warn", reason
    if found.state == "expired" and found.licence:
        reason = _("Expired on {day}. Ask for a new one or the paper.").format(day=found.licence["valid_to"])
        return "expired", _("expired"), "bad", reason
    if found.state == "revoked":
        return "expired", _("revoked"), "bad", _("Revoked by its issuer. It cannot be used.")
    if found.state == "absent_holder":
        reason = _("The city holds it: its holder has to show a code (F7) and agree, or take the paper in.")
        return "missing", _("holder absent"), "bad" if material.main else "warn", reason
    if found.state == "declined":
        return "missing", _("declined"), "bad" if material.main else "warn", _describe_refusal(draft, found)
    other = found.state == "other_person"
    reason = _(
        "The one that the city holds is not of the party whom the form names: change it back, or take the paper in."
    )
    if not material.main:
        return "missing", _("may follow"), "warn", reason if other else _("Not held; it may be handed in later.")
    return "missing", _("missing"), "bad", reason if other else _("The city does not hold it: ask for the paper.")


def _build_field_row(draft: DraftState, number: int, planned: PlannedField) -> FieldRow:
    field = planned.field
    value = draft.content.values.get(field.id, "")
    source = draft.content.sources.get(field.id, "typed")
    error = next((gap.error for gap in draft.gaps if gap.error is not None and gap.id == field.id), None)
    return FieldRow(
        id=field.id,
        number=number,
        label=localize(field.name),
        value=value,
        kind=field.kind,
        options=_build_options(field),
        required=field.required,
        source=_describe_source(draft, source) if value else "",
        warning=describe_field_differences(draft, field.id, partial(_describe_source, draft)),
        error=str(error) if error else "",
        needed_for=format_list(localize(draft.catalogue.matter(matter).name) for matter in planned.needed_by),
    )


def _build_options(field: Field) -> tuple[Option, ...]:
    if field.kind == "yes_no":
        return (Option("yes", _("yes")), Option("no", _("no")))
    if field.kind == "document_kind":
        return tuple(Option(kind, _(name)) for kind, name in DOCUMENT_KINDS.items())
    return tuple(Option(choice.id, localize(choice.name)) for choice in field.choices)


def _describe_source(draft: DraftState, source: str) -> str:
    kind, _colon, rest = source.partition(":")
    name, origin = rest.partition(".")[0], draft.content.application
    if kind == "licence":
        return localize(draft.catalogue.material(name).name)
    if kind == "party":
        party = draft.parties.get(name)
        kind = (party.known_by if party is not None else "").partition(":")[0]
    if kind == APPLICATION:
        return _("application of {day}").format(day=rest or (origin.received_on if origin is not None else ""))
    if kind in (KNOWN_BY_CODE, KNOWN_BY_PARTY_CODE):
        return _("the code shown")
    if kind == KNOWN_BY_DOCUMENT:
        return _("identity document")
    if kind == KNOWN_BY_EARLIER:
        return _("an earlier visit")
    return _("typed")


def _describe_face_check(draft: DraftState) -> str:
    if is_credit_code(draft.served):
        return _("Check the agent's identity document and delegation, and confirm.")
    return _("Compare the person with the photo and confirm.")


def build_open_step(draft: DraftState, gap: IntakeGap) -> OpenStep:
    """Return a gap with what closes it: a field, a consent, a material or a matter."""
    text = describe_gap(draft, gap)
    if gap.field is not None:
        needs_reason = gap.kind == UNEXPLAINED_DIFFERENCE and gap.error is None
        return OpenStep("difference" if needs_reason else "field", text, gap.id)
    if gap.material is not None:
        if gap.kind != "material" or draft.matches[gap.material.id].state != "held":
            return OpenStep("material", text, gap.id)
        return OpenStep("release" if _is_agreed(draft, gap.material.id) else "consent", text, gap.id)
    return OpenStep("matter", text, gap.id)


def _is_agreed(draft: DraftState, material: str) -> bool:
    """Return whether the citizen has agreed to the use of a held material."""
    licence = draft.matches[material].licence
    return licence is not None and licence["id"] in draft.agreed


def describe_gap(draft: DraftState, gap: IntakeGap) -> str:
    """Return a sentence with the action that closes a gap, in the current language."""
    if gap.field is not None:
        name = localize(gap.field.name)
        if gap.kind == UNEXPLAINED_DIFFERENCE and gap.error is None:
            return _("Write down why it differs from its source: {name}").format(name=name)
        return format_list((name, str(gap.error)), ":") if gap.error else _("Fill in: {name}").format(name=name)
    if gap.material is not None:
        found = draft.matches[gap.material.id]
        name = localize(gap.material.name)
        if found.state == "held" and gap.kind == "material" and _is_agreed(draft, gap.material.id):
            return _("Show what was agreed to: {name}").format(name=name)
        if found.state == "held" and gap.kind == "material":
            return _("Ask for consent: {name}").format(name=name)
        if gap.material.id in draft.scans and gap.kind == "material":
            return _("Compare the scan with the original: {name}").format(name=name)
        return _("Ask for: {name}").format(name=name)
    if gap.reason is not None:
        return localize(gap.reason)
    return _("No matter is chosen.")
