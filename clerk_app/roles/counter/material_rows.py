"""Rows of the check list of a draft: each material with its state, issuer, validity, age and consent."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from clerk_app.cases.applications.precheck import SCAN_GRADE
from clerk_app.cases.paper_facts import PaperFacts, has_expired, lacks_facts
from clerk_app.cases.promises.offers import GAP, MATERIAL
from clerk_app.catalogue.data_sharing import find_exclusion
from clerk_app.licences.consent_changes import WITHDRAWN
from clerk_app.locales import _, format_list, mark, translate
from clerk_app.people.earlier_materials import (
    GRADE_PROMISED,
    PRODUCED,
    find_reuse_days,
    grade_of_paper,
    to_city_day,
)
from clerk_app.roles.counter.draft_state import DraftState
from clerk_app.roles.formatting import (
    describe_consent,
    format_party_name,
    localize,
)
from clerk_app.roles.material_origin import describe_learnt, describe_paper_reason, name_issuer
from clerk_app.roles.papers.page_findings import describe_pages, describe_paper_findings
from clerk_app.roles.papers.photo_check import describe_overruled_photo
from clerk_app.views.case import MaterialRow
from clerk_app.views.shared import Level
from db.engines import Row

if TYPE_CHECKING:
    from clerk_app.catalogue.model import MaterialDefinition
    from clerk_app.catalogue.plan import PlannedMaterial
    from clerk_app.licences.material_match import MaterialMatch

_State = Literal["held", "missing", "expired", "not_shared", "paper", "produced", "scan", "promised"]

_CONFIRMATIONS = {
    "original": (
        mark("original?"),
        mark("It was sent in and not checked: look at the original, then confirm (Enter)."),
    ),
    "promise": (
        mark("promise?"),
        mark("It is a promise: have the applicant make it again, then confirm (Enter)."),
    ),
}
"""State and sentence of an earlier material that the clerk has to confirm."""


def build_material_row(draft: DraftState, need: PlannedMaterial, now: int) -> MaterialRow:
    """Build the row of a material; `now` in microseconds UTC."""
    material = need.material
    found = draft.matches[material.id]
    licence = found.licence if found.state not in ("other_person", "absent_holder") else None
    on_paper = material.id in draft.content.papers
    state, name, level, reason = _describe_state(draft, need)
    agreed = licence is not None and licence["id"] in draft.agreed
    confirms = _find_confirmation(draft, material.id)
    if licence is not None and agreed and state == "held":
        reason = describe_consent(draft.consent_states[licence["id"]])
        if licence["id"] not in draft.consented:
            name, level = _("not shown yet"), "warn"
            reason = _("Agreed to, not shown yet: F8.")
        elif confirms:
            name, reason = map(translate, _CONFIRMATIONS[confirms])
            level = "warn"
    asks = licence is not None and found.state == "held" and not on_paper
    declines = licence is not None and found.state == "declined"
    shown = None if on_paper else licence
    paper = draft.content.paper_facts.get(material.id, PaperFacts()) if on_paper else PaperFacts()
    return MaterialRow(
        id=material.id,
        name=localize(material.name),
        needed_for=format_list(localize(draft.catalogue.matter(matter).name) for matter in need.needed_by),
        state=state,
        state_name=name,
        level=level,
        reason=reason,
        issuer=describe_issuer(draft, shown) if shown else paper.issuer,
        issued_on=find_issue_date(shown) if shown else paper.issued_on,
        valid_to=describe_validity(shown) if shown else paper.valid_to,
        freshness=describe_learnt(shown["updated_at"], now, draft.catalogue.time_zone) if shown else "",
        grade=_find_grade(draft, need, licence, state),
        consent="given" if agreed and asks else "asked" if asks else "declined" if declines else "not_needed",
        holder=describe_holder(draft, material.holder or draft.plan.one_thing.applicant_role().id),
        answers_for_it=_name_responsible(draft, material.licence_type),
        confirmation=confirms if agreed and licence is not None and licence["id"] in draft.consented else "",
        paper_needs_reason=draft.needs_paper_reason(material.id)
        and (not on_paper or material.id in draft.unfounded_papers),
        earlier_case=licence["case_number"] if licence and licence["material"] else "",
        has_scan=material.id in draft.scans and not draft.is_masked,
        is_agreed=found.licence is not None and found.licence["id"] in draft.agreed,
        is_paper=on_paper,
        pages=draft.content.paper_files[material.id].pages if material.id in draft.content.paper_files else 0,
        takes_pages=material.paper_pictures != "none" and not draft.is_masked,
        lacks_validity=on_paper and lacks_facts(material, paper.issued_on, paper.valid_to),
    )


def _find_grade(draft: DraftState, need: PlannedMaterial, licence: Row | None, state: _State) -> str:
    """Return the grade of a material as it is given; empty for one that is not."""
    if need.material.id in draft.content.papers:
        return grade_of_paper(need.material)
    if licence is not None and draft.matches[need.material.id].state == "held":
        return str(licence["grade"])
    return SCAN_GRADE if state == "scan" else ""


def _find_confirmation(draft: DraftState, material: str) -> Literal["", "original", "promise"]:
    """Return what the clerk has to confirm before an earlier material is used; empty for nothing."""
    if material in draft.content.papers or not draft.awaits_confirmation(material):
        return ""
    licence = draft.matches[material].licence
    return "promise" if licence is not None and licence["grade"] == GRADE_PROMISED else "original"


def describe_issuer(draft: DraftState, row: Row) -> str:
    """Return who issued a licence or a result; for an earlier paper, the case with which it was given."""
    if not row["material"] or row["given_how"] == PRODUCED:
        return name_issuer(draft.catalogue, row)
    given = _("given with case {number}").format(number=row["case_number"])
    return format_list((row["issuer"], given)) if row["issuer"] else given


def find_issue_date(row: Row) -> str:
    """Return when a licence or a material was issued; empty if it is not known."""
    return str(row["issued_on"] if row["material"] else row["valid_from"])


def describe_validity(row: Row) -> str:
    """Return the last day on which a licence or material is valid, or that it has none."""
    if row["valid_to"]:
        return str(row["valid_to"])
    return _("not recorded") if row["material"] and row["given_how"] != PRODUCED else _("no end")


def _name_responsible(draft: DraftState, licence_type: str | None) -> str:
    """Return the organ that answers for the data of a licence type (责任清单); empty without one."""
    organs = [entry.organ for entry in draft.catalogue.data_responsibilities if entry.licence_type == licence_type]
    return localize(draft.catalogue.organ(organs[0]).name) if licence_type and organs else ""


def describe_holder(draft: DraftState, role: str) -> str:
    """Return the role and the name of the party to whom a material belongs."""
    names = {party.id: localize(party.name) for party in draft.plan.one_thing.parties}
    return " ".join(filter(None, (names.get(role, ""), show_name(draft, role))))


def show_name(draft: DraftState, role: str) -> str:
    """Return the name of a party as the screen shows it, masked as long as the draft is."""
    party = draft.parties.get(role)
    if party is None or not draft.is_masked:
        return party.name if party is not None else ""
    kinds = {party_role.id: party_role.kind for party_role in draft.plan.one_thing.parties}
    return format_party_name(party.name, kinds[role])


def _describe_refusal(draft: DraftState, found: MaterialMatch) -> str:
    """Return that a party does not agree to the use of a licence, and what to do instead."""
    if found.licence is not None and draft.refused.get(found.licence["id"]) == WITHDRAWN:
        return _("The consent was withdrawn: take the paper in, or ask again (F8).")
    return _("The consent was declined: take the paper in, or ask again (F8).")


def _describe_paper(draft: DraftState, found: MaterialMatch) -> str:
    """Return why a paper is taken although the city holds the licence; empty if it does not hold it."""
    if found.state == "declined":
        return _("On paper, because consent was declined.")
    if not draft.needs_paper_reason(found.material.id):
        return ""
    given = draft.content.paper_reasons.get(found.material.id)
    if given is None:
        return _("The city holds it: give the reason in writing why paper is taken (Space).")
    why = describe_paper_reason(given.code, given.reason)
    return _("paper although the city holds it: {why}").format(why=why)


def _describe_too_old(draft: DraftState, material: MaterialDefinition) -> str:
    """Return since when the city holds an earlier material that the catalogue does not allow any more."""
    row = draft.too_old[material.id]
    day = to_city_day(row["learnt_at"], draft.catalogue).isoformat()
    days = find_reuse_days(material, draft.catalogue)
    sentence = _("Given on {day} with case {number}: older than {days} days, so it is not used again. Ask for it.")
    return sentence.format(day=day, number=row["case_number"], days=days)


def _describe_paper_state(draft: DraftState, material: MaterialDefinition) -> tuple[_State, str, Level, str]:
    paper = draft.content.paper_facts.get(material.id, PaperFacts())
    if has_expired(paper.valid_to, draft.today):
        reason = _("Expired on {day}. Ask for a new one.").format(day=paper.valid_to)
        return "expired", _("expired"), "bad", reason
    if lacks_facts(material, paper.issued_on, paper.valid_to):
        return "paper", _("validity?"), "warn", _("Type when it was issued, or until when it is valid (Enter).")
    unfounded = draft.needs_paper_reason(material.id) and material.id not in draft.content.paper_reasons
    reason, file = _describe_paper(draft, draft.matches[material.id]), draft.content.paper_files.get(material.id)
    if unfounded:
        return "paper", _("reason?"), "warn", reason
    if file is None:
        lacks_pages = material.paper_pictures == "required"
        sentence = _("Take in its pages (Enter): they are required.") if lacks_pages else reason
        return "paper", _("pages?") if lacks_pages else _("on paper"), "warn" if lacks_pages else "good", sentence
    photo = (
        describe_overruled_photo(file.photo.flaws, file.photo.code, file.photo.reason) if file.photo is not None else ""
    )
    findings = format_list(filter(None, (describe_paper_findings(file.findings), photo)), ";")
    reason = format_list(filter(None, (findings, reason)), ";")
    return "paper", describe_pages(file.pages), "warn" if findings else "good", reason


def _describe_ended(state: str, issuer: str) -> tuple[str, Level, str]:
    if state == "revoked":
        return _("revoked"), "bad", _("Revoked by its issuer. It cannot be used.")
    reason = _("{issuer} is not a trusted issuer any more: take the paper in, or a licence of its successor.")
    return _("issuer removed"), "bad", reason.format(issuer=issuer)


def _describe_state(draft: DraftState, need: PlannedMaterial) -> tuple[_State, str, Level, str]:
    material = need.material
    found = draft.matches[material.id]
    if material.id in draft.content.papers:
        return _describe_paper_state(draft, material)
    if found.state == "held":
        return "held", _("held"), "good", ""
    if f"{MATERIAL}:{material.id}" in draft.content.promised:
        return "promised", _("commitment"), "good", _("A signed commitment replaces it, and is checked later (F8 66).")
    if f"{GAP}:{material.id}" in draft.content.promised:
        return "promised", _("brought later"), "good", _("Promised on the signed sheet, to be brought later (F8 67).")
    if material.id in draft.scans:
        return "scan", _("scanned copy"), "warn", _("Sent as a scan (Enter): compare it with the original, then Space.")
    if found.state == "not_shared":
        excluded = find_exclusion(draft.catalogue, material)
        cause = localize(excluded) if excluded is not None else ""
        reason = _("Cannot be shared, please bring it: {reason}").format(reason=cause)
        return "not_shared", _("not shared"), "warn", reason
    return _describe_missing(draft, material, found)


def _describe_missing(
    draft: DraftState, material: MaterialDefinition, found: MaterialMatch
) -> tuple[_State, str, Level, str]:
    """Return the state of a material that the city does not hold, or that cannot be used."""
    if found.state == "expired" and found.licence:
        reason = _("Expired on {day}. Ask for a new one or the paper.").format(day=found.licence["valid_to"])
        return "expired", _("expired"), "bad", reason
    if found.state in ("revoked", "issuer_removed") and found.licence:
        return "expired", *_describe_ended(found.state, found.licence["issuer"])
    if found.state == "absent_holder":
        reason = _("The city holds it: its holder has to show a code (F7) and agree, or take the paper in.")
        return "missing", _("holder absent"), "bad" if material.main else "warn", reason
    if found.state == "declined":
        return "missing", _("declined"), "bad" if material.main else "warn", _describe_refusal(draft, found)
    if material.id in draft.too_old:
        return "missing", _("too old"), "bad" if material.main else "warn", _describe_too_old(draft, material)
    other = found.state == "other_person"
    reason = _(
        "The one that the city holds is not of the party whom the form names: change it back, or take the paper in."
    )
    if not material.main:
        return "missing", _("may follow"), "warn", reason if other else _("Not held; it may be handed in later.")
    return "missing", _("missing"), "bad", reason if other else _("The city does not hold it: ask for the paper.")
