"""View of a draft at the counter."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

from clerk_app.cases.accepting_site import require_accepting_site
from clerk_app.cases.applications.content import SOURCE_PREFIX
from clerk_app.cases.case_dates import project_case_dates
from clerk_app.cases.completeness import LACKS_PAGES, LACKS_VALIDITY, IntakeGap, normalize_valid
from clerk_app.cases.dates import to_local_time
from clerk_app.cases.field_differences import UNEXPLAINED_DIFFERENCE
from clerk_app.cases.intake.further_persons import allows_further_persons
from clerk_app.cases.known_by import (
    KNOWN_BY_CODE,
    KNOWN_BY_DELEGATION,
    KNOWN_BY_DOCUMENT,
    KNOWN_BY_EARLIER,
    KNOWN_BY_PARTY_CODE,
)
from clerk_app.cases.paper_readings import is_paper_source
from clerk_app.catalogue.broken_rules import RuleFinding, find_broken_rules
from clerk_app.catalogue.derived_answers import RULE_SOURCE
from clerk_app.catalogue.routing import find_ready
from clerk_app.errors import Refused
from clerk_app.licences.identifiers import is_credit_code
from clerk_app.locales import _, format_list
from clerk_app.people.masking import mask_number
from clerk_app.roles.broken_rules import describe_broken_rule, join_sentences
from clerk_app.roles.case_answers import list_answer_options
from clerk_app.roles.case_tracks import build_draft_tracks
from clerk_app.roles.counter.application_view import build_draft_origin, find_start_of_terms
from clerk_app.roles.counter.co_signatures import describe_signature, describe_unsigned, list_sheets, list_unsigned
from clerk_app.roles.counter.consent_parties import build_list_rows, list_absent_parties
from clerk_app.roles.counter.difference_rows import build_difference_rows, describe_field_differences
from clerk_app.roles.counter.draft_state import PROOFS, DraftState
from clerk_app.roles.counter.masked_draft import mask_field, mask_matter
from clerk_app.roles.counter.material_rows import build_material_row, show_name
from clerk_app.roles.counter.matter_choice import build_choices
from clerk_app.roles.counter.parties import describe_identity_gap
from clerk_app.roles.counter.promise_state import build_promise_view, needs_signature
from clerk_app.roles.counter.promise_state import describe_unsigned as describe_unsigned_promise
from clerk_app.roles.fee_lines import build_fees
from clerk_app.roles.field_differences import name_paper_source, name_rule
from clerk_app.roles.formatting import (
    ORGANISATION,
    format_due_day,
    format_party_name,
    format_working_days,
    list_stock_reasons,
    localize,
)
from clerk_app.roles.representation_words import describe_acts, describe_basis
from clerk_app.views.case import FieldRow, IntakeView, MatterRow, OpenStep, PartyRow, Saving
from clerk_app.views.shared import Option

if TYPE_CHECKING:
    from clerk_app.cases.intake.drafts import DraftParty
    from clerk_app.catalogue.model import MaterialDefinition
    from clerk_app.catalogue.plan import Plan, PlannedField
    from clerk_app.views.promises import PromiseView

APPLICATION = SOURCE_PREFIX.removesuffix(":")


def build_intake_view(
    draft: DraftState,
    now: int,
    *,
    unconfirmed: bool,
    can_fetch_materials: bool,
    site: str = "",
) -> IntakeView:
    """Build the view of a draft; `unconfirmed`: the clerk has not compared face and photo yet.

    `site` is the organ that runs the window.
    """
    plan, promises = draft.plan, None
    steps = [] if draft.is_masked else [build_open_step(draft, gap) for gap in draft.gaps]
    steps += [OpenStep("material", describe_unfounded(draft, name), name) for name in draft.unfounded_papers]
    if not draft.is_masked:
        steps += [OpenStep("sign", describe_unsigned(option), option.id) for option in list_unsigned(draft)]
        promises = build_promise_view(draft)
        steps = [_with_promise(step, promises) for step in steps]
    if not draft.is_masked and needs_signature(draft):
        steps.append(OpenStep("promise", describe_unsigned_promise(draft)))
    if draft.identity_gap:
        steps.insert(0, OpenStep("party", describe_identity_gap(draft)))
    if unconfirmed:
        steps.insert(0, OpenStep("face", _describe_face_check(draft)))
    if elsewhere := _describe_other_site(draft, site):
        steps.insert(0, OpenStep("site", elsewhere))
    start = find_start_of_terms(draft, now)
    dates = project_case_dates(draft.calendar, plan, start, ())
    zone, asked = draft.catalogue.time_zone, draft.second_factor_party
    broken = find_broken_rules(plan, normalize_valid(plan, draft.content.values, draft.today), draft.today)
    fields = [_build_field_row(draft, number, planned, broken) for number, planned in enumerate(plan.fields, 1)]
    matters = _build_matter_rows(draft)
    return IntakeView(
        draft=draft.row["id"],
        one_thing=localize(plan.one_thing.name),
        catalogue=_("{name}, version {version}").format(
            name=localize(draft.catalogue.name), version=draft.catalogue.version
        ),
        parties=tuple(_build_party_rows(draft)),
        matters=tuple(map(mask_matter, matters) if draft.is_masked else matters),
        materials=tuple(build_material_row(draft, need, now) for need in plan.materials),
        fields=tuple(map(mask_field, fields) if draft.is_masked else fields),
        open_steps=tuple(steps),
        has_compared_texts=any(planned.field.check == "similar_text" for planned in draft.plan.fields),
        name_fields=_list_name_fields(draft),
        differences=() if draft.is_masked else tuple(build_difference_rows(draft, partial(_describe_source, draft))),
        promised=format_due_day(dates.promised_at, zone, expected=dates.expected) if plan.active_matters else "-",
        statutory=format_due_day(dates.statutory_at, zone, expected=dates.statutory_expected)
        if plan.active_matters
        else "-",
        savings=build_savings(plan),
        fees=None if draft.is_masked else build_fees(plan),
        saved_at=to_local_time(draft.row["saved_at"], draft.catalogue.time_zone),
        can_fetch_materials=can_fetch_materials,
        has_unreleased=bool(draft.unreleased),
        has_unconfirmed_consent="" in draft.consent_states.values(),
        consent_lists=build_list_rows(draft),
        absent_lists=() if draft.is_masked else list_absent_parties(draft),
        unsigned=() if draft.is_masked else list_unsigned(draft),
        sheets=() if draft.is_masked else list_sheets(draft),
        needs_second_factor=asked is not None,
        second_factor_of=asked.name if asked is not None else "",
        is_masked=draft.is_masked,
        decline_reasons=list_stock_reasons(draft.catalogue, "not_accept"),
        application=build_draft_origin(draft, now),
        promises=promises,
        is_bulk=not draft.is_masked and allows_further_persons(plan),
        further=len(draft.content.further),
        choices=() if draft.is_masked else build_choices(plan),
        tracks=None if draft.is_masked else build_draft_tracks(draft.catalogue, plan, draft.calendar, now, start),
    )


def _with_promise(step: OpenStep, promises: PromiseView | None) -> OpenStep:
    """Return the step of a missing material with the promises by which it can be closed too."""
    if step.kind != "material" or promises is None or promises.excluded:
        return step
    keys = {"material": _("F8 66 commitment"), "gap": _("F8 67 bring later")}
    found = [keys[row.kind] for row in promises.rows if row.id.partition(":")[2] == step.id and row.kind in keys]
    return replace(step, text=_("{step} ({hint})").format(step=step.text, hint=format_list(found))) if found else step


def _describe_other_site(draft: DraftState, site: str) -> str:
    """Return where to go if the level of `site` is too low for a matter; empty if it may accept them."""
    try:
        require_accepting_site(draft.catalogue, draft.plan.matters, site)
    except Refused as error:
        return str(error)
    return ""


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
                name=show_name(draft, name),
                number=mask_number(party.number),
                known_by=_describe_known_by(draft, party, name) if party.name else "",
                identified=party.known_by in PROOFS,
                is_organisation=roles[name].kind == ORGANISATION,
            )
        )
    return rows


def _describe_known_by(draft: DraftState, party: DraftParty, role: str) -> str:
    """Return the source of a party's data, and how they co-signed; for an absent one, who acts for them and why."""
    row = draft.absent.get(party.subject) if party.subject else None
    if row is None or draft.served_person is None:
        return format_list(filter(None, (_describe_source(draft, party.known_by), describe_signature(draft, role))))
    served = format_party_name(draft.served_person.name, "person")
    return _("{served} acts for them: {basis}; may: {acts}").format(
        served=served, basis=describe_basis(row), acts=describe_acts(row)
    )


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
                organ=localize(draft.catalogue.organ(planned.decided_by).name) if planned.decided_by else _("by place"),
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
                predecessors=format_list(names[arrow.matter] for arrow in planned.waits_for),
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
    return _("on the spot") if days == 0 else format_working_days(days)


def _build_field_row(draft: DraftState, number: int, planned: PlannedField, broken: Sequence[RuleFinding]) -> FieldRow:
    field = planned.field
    value = draft.content.values.get(field.id, "")
    source = draft.content.sources.get(field.id, "typed")
    error = next((gap.error for gap in draft.gaps if gap.error is not None and gap.id == field.id), None)
    rules = [finding for finding in broken if field.id in finding.rule.field_ids()]
    stops = [describe_broken_rule(finding) for finding in rules if finding.stops and not finding.is_open]
    hints = [describe_broken_rule(finding) for finding in rules if not finding.stops]
    return FieldRow(
        id=field.id,
        number=number,
        label=localize(field.name),
        value=value,
        kind=field.kind,
        options=list_answer_options(field),
        required=field.required,
        source=_describe_source(draft, source) if value else "",
        warning=join_sentences(describe_field_differences(draft, field.id, partial(_describe_source, draft)), *hints),
        error=str(error) if error else join_sentences(*stops),
        needed_for=format_list(localize(draft.catalogue.matter(matter).name) for matter in planned.needed_by),
    )


def _describe_source(draft: DraftState, source: str) -> str:
    kind, _colon, rest = source.partition(":")
    name, origin = rest.partition(".")[0], draft.content.application
    if kind == "licence":
        return localize(draft.catalogue.material(name).name)
    if is_paper_source(source):
        return name_paper_source(draft.catalogue, source)
    if kind == RULE_SOURCE:
        return name_rule(draft.catalogue, source)
    if kind == "party":
        party = draft.parties.get(name)
        kind = (party.known_by if party is not None else "").partition(":")[0]
    if kind == APPLICATION:
        return _("application of {day}").format(day=rest or (origin.received_on if origin is not None else ""))
    if kind in (KNOWN_BY_CODE, KNOWN_BY_PARTY_CODE):
        return _("the code shown")
    if kind == KNOWN_BY_DOCUMENT:
        return _("identity document")
    if kind == KNOWN_BY_DELEGATION:
        return _("delegation")
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
    if gap.rule is not None:
        return OpenStep("field", text, gap.id)
    if gap.field is not None:
        needs_reason = gap.kind == UNEXPLAINED_DIFFERENCE and gap.error is None
        return OpenStep("difference" if needs_reason else "field", text, gap.id)
    if gap.material is not None:
        if gap.kind != "material" or draft.matches[gap.material.id].state != "held":
            return OpenStep("material", text, gap.id)
        if _is_shown(draft, gap.material.id):
            return OpenStep("material", text, gap.id)  # to be confirmed
        return OpenStep("release" if _is_agreed(draft, gap.material.id) else "consent", text, gap.id)
    if gap.kind == "exclusion":
        choices = build_choices(draft.plan)
        proposal = format_list((choices[0].name, choices[0].reason)) if choices else ""
        return OpenStep("exclusion", join_sentences(text, proposal), gap.id)
    return OpenStep("matter", text, gap.id)


def _is_agreed(draft: DraftState, material: str) -> bool:
    """Return whether the citizen has agreed to the use of a held material."""
    licence = draft.matches[material].licence
    return licence is not None and licence["id"] in draft.agreed


def _is_shown(draft: DraftState, material: str) -> bool:
    """Return whether the city has shown a held material, after consent."""
    licence = draft.matches[material].licence
    return licence is not None and licence["id"] in draft.consented


def describe_unfounded(draft: DraftState, material: str) -> str:
    """Return that a paper needs a reason, in the current language."""
    return _("Give the reason for the paper: {name}").format(name=localize(draft.catalogue.material(material).name))


def _describe_material_gap(draft: DraftState, gap: IntakeGap, material: MaterialDefinition) -> str:
    """Return a sentence with the action that closes the gap of a material."""
    found = draft.matches[material.id]
    name = localize(material.name)
    if gap.kind == LACKS_VALIDITY:
        return _("Type when it was issued, or until when it is valid: {name}").format(name=name)
    if gap.kind == LACKS_PAGES:
        return _("Take in the pages: {name}").format(name=name)
    if gap.kind == "expired":
        return _("Expired, ask for a new one: {name}").format(name=name)
    if found.state == "held" and _is_shown(draft, material.id):
        return _("Look at the original, or have the promise made again: {name}").format(name=name)
    if found.state == "held" and _is_agreed(draft, material.id):
        return _("Show what was agreed to: {name}").format(name=name)
    if found.state == "held":
        return _("Ask for consent: {name}").format(name=name)
    if material.id in draft.scans:
        return _("Compare the scan with the original: {name}").format(name=name)
    return _("Ask for: {name}").format(name=name)


def describe_gap(draft: DraftState, gap: IntakeGap) -> str:
    """Return a sentence with the action that closes a gap, in the current language."""
    if gap.field is not None:
        name = localize(gap.field.name)
        if gap.kind == UNEXPLAINED_DIFFERENCE and gap.error is None:
            return _("Write down why it differs from its source: {name}").format(name=name)
        return format_list((name, str(gap.error)), ":") if gap.error else _("Fill in: {name}").format(name=name)
    if gap.material is not None:
        return _describe_material_gap(draft, gap, gap.material)
    if gap.rule is not None:
        return describe_broken_rule(gap.rule)
    if gap.reason is not None:
        return localize(gap.reason)
    return _("No matter is chosen.")


def _list_name_fields(draft: DraftState) -> tuple[Option, ...]:
    """Return the enterprise names of the form."""
    named = (planned.field for planned in draft.plan.fields if planned.field.check == "enterprise_name")
    return () if draft.is_masked else tuple(Option(field.id, localize(field.name)) for field in named)
