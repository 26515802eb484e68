"""The pre-review of the papers of a draft: what they are compared with, and the state of each in the check list."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import msgspec

from clerk_app.cases.case_dates import project_case_dates
from clerk_app.cases.dates import to_local_time
from clerk_app.cases.field_differences import list_known_values_of
from clerk_app.cases.paper_facts import PaperFacts, check_facts
from clerk_app.cases.paper_readings import select_readings
from clerk_app.composition.office import Office
from clerk_app.errors import Refused
from clerk_app.locales import _
from clerk_app.roles.counter.application_view import find_start_of_terms
from clerk_app.roles.formatting import localize
from clerk_app.roles.papers.reading import can_read_papers, load_paper_kinds
from clerk_app.views.case import OpenStep

if TYPE_CHECKING:
    from clerk_app.cases.completeness import GivenMaterial
    from clerk_app.cases.intake.drafts import DraftContent
    from clerk_app.roles.counter.draft_state import DraftState
    from clerk_app.roles.papers.review import ReviewSubject
    from clerk_app.views.case import IntakeView, MaterialRow
    from clerk_app.views.paper_review import ReadingState


def find_file(draft: DraftState, material: str) -> str:
    """Return the digest of the file of a paper that is given; empty without one."""
    given = (given for given in draft.given_materials if given.material == material and given.how == "paper")
    return next((paper.content for paper in given), "")


def build_draft_subject(office: Office, draft: DraftState) -> ReviewSubject:
    """Return what the papers of a draft are compared with."""
    from clerk_app.roles.papers.review import ReviewSubject  # kinds of papers: not before the first one was read

    promised_at = None
    if draft.plan.active_matters:
        start = find_start_of_terms(draft, office.corrected_now)
        promised_at = project_case_dates(draft.calendar, draft.plan, start, ()).promised_at
    return ReviewSubject(
        catalogue=draft.catalogue,
        plan=draft.plan,
        values=draft.content.values,
        known=list_known_values_of(draft.case_details()),
        readings=select_readings(draft.content.readings, draft.given_materials),
        kinds=load_paper_kinds(office),
        today=draft.today,
        sources=draft.content.sources,
        differences=draft.differences,
        overruled=draft.content.overruled,
        promised=to_local_time(promised_at, draft.catalogue.time_zone).date() if promised_at is not None else None,
    )


def prefill_facts(office: Office, draft: DraftState, content: DraftContent, material: str) -> DraftContent:
    """Return the content of a draft with issuer and validity of a paper as it was read, unless they were typed.

    Only sure values count; a paper of another kind than expected fills in nothing.
    """
    from clerk_app.roles.papers.review import find_paper_facts

    if material in content.paper_facts:
        return content
    definition, reading = draft.catalogue.material(material), content.readings[material]
    found = find_paper_facts(load_paper_kinds(office), definition, reading)
    typed: dict[str, str] = {str(name): value for name, value in found.items()}
    facts, errors = check_facts(definition, typed, draft.today)
    if not found or any(name in errors for name in found) or facts == PaperFacts():
        return content
    return msgspec.structs.replace(content, paper_facts={**content.paper_facts, material: facts})


def with_readings(office: Office, draft: DraftState, intake: IntakeView) -> IntakeView:
    """Return the view of a draft whose rows of papers have what was read from them, or that they are being read."""
    if draft.is_masked:
        return intake
    files = {given.material: given.content for given in draft.given_materials if given.how == "paper" and given.content}
    if not files:
        return intake
    readings = select_readings(draft.content.readings, draft.given_materials)
    subject = build_draft_subject(office, draft) if readings else None
    rows = tuple(
        _with_reading(subject, row, is_read=row.id in readings) if row.id in files else row for row in intake.materials
    )
    unexplained = list_unexplained(subject) if subject is not None else ()
    steps = (OpenStep("finding", describe_unexplained(draft, name), name) for name in unexplained)
    return replace(intake, materials=rows, open_steps=(*intake.open_steps, *steps))


def list_unexplained(subject: ReviewSubject) -> list[str]:
    """Return the papers with a finding that needs a reason and has none, in the order of the check list."""
    names = (planned.material.id for planned in subject.plan.materials)
    return [name for name in names if name in subject.readings and subject.find_unexplained(name)]


def describe_unexplained(draft: DraftState, material: str) -> str:
    """Return that a finding on a paper needs a reason, in the current language."""
    name = localize(draft.catalogue.material(material).name)
    return _("Correct what the pre-review found, or write down why the paper counts: {name}").format(name=name)


def require_explained_findings(office: Office, draft: DraftState) -> None:
    """Raise Refused if a paper of the draft that was read has a difference without a reason."""
    if not select_readings(draft.content.readings, draft.given_materials):
        return
    unexplained = list_unexplained(build_draft_subject(office, draft))
    if unexplained:
        first = describe_unexplained(draft, unexplained[0])
        raise Refused("incomplete", "Not accepted yet. {first}", first=first)


def with_current_reasons(office: Office, draft: DraftState) -> tuple[GivenMaterial, ...]:
    """Return the materials of an acceptance, with the reasons of those findings only that are still there."""
    if not draft.content.overruled:
        return draft.given_materials
    subject = build_draft_subject(office, draft)
    found = {name: {finding.id for finding in subject.list_own_findings(name)} for name in subject.readings}
    return tuple(
        msgspec.structs.replace(
            given,
            overruled=tuple(reason for reason in given.overruled if reason.finding in found.get(given.material, ())),
        )
        for given in draft.given_materials
    )


def _with_reading(subject: ReviewSubject | None, row: MaterialRow, *, is_read: bool) -> MaterialRow:
    """Return the row of a paper with the state of its reading; a state that needs an act of the clerk is kept."""
    if subject is None or not is_read:
        if not can_read_papers():
            return replace(row, reading="off")
        return replace(row, reading="waiting", state_name=_("being read") if row.level == "good" else row.state_name)
    from clerk_app.roles.papers.review import summarize_paper

    level, headline, name = summarize_paper(subject, row.id)
    state: ReadingState = "failed" if subject.readings[row.id].failure else "done"
    row = replace(row, reading=state, reading_headline=headline)
    return replace(row, state_name=name, level=level) if row.level == "good" and name else row
