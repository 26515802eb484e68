"""Acceptance of a complete draft: what it lacks, and the command that accepts it."""

from __future__ import annotations

from collections.abc import Sequence

from clerk_app.cases.intake.acceptance import AcceptCase
from clerk_app.composition.office import Office
from clerk_app.errors import Refused
from clerk_app.roles.counter.co_signatures import require_signatures
from clerk_app.roles.counter.draft_state import DraftState
from clerk_app.roles.counter.intake_view import describe_gap, describe_unfounded
from clerk_app.roles.counter.name_steps import require_checked_names
from clerk_app.roles.counter.paper_review import require_explained_findings, with_current_reasons
from clerk_app.roles.counter.parties import describe_identity_gap
from clerk_app.roles.counter.promise_state import build_given_promises
from db.engines import Row


def require_complete(office: Office, draft: DraftState, visit: Row) -> None:
    """Raise Refused with the first thing for which a draft cannot be accepted yet."""
    if visit["check_result"] and not visit["confirmed"]:
        raise Refused("unconfirmed", "Compare the person with the photo and confirm first.")
    if draft.identity_gap:
        raise Refused("other_applicant", "Not accepted yet. {first}", first=describe_identity_gap(draft))
    if draft.gaps:
        raise Refused("incomplete", "Not accepted yet. {first}", first=describe_gap(draft, draft.gaps[0]))
    if draft.unfounded_papers:
        first = describe_unfounded(draft, draft.unfounded_papers[0])
        raise Refused("incomplete", "Not accepted yet. {first}", first=first)
    require_settled(office, draft)


def require_settled(office: Office, draft: DraftState) -> None:
    """Raise Refused for a finding without a reason, an unchecked name, or a signature that is missing."""
    require_explained_findings(office, draft)
    require_checked_names(office, draft)
    require_signatures(draft)
    build_given_promises(draft)


def build_acceptance(
    office: Office,
    draft: DraftState,
    visit: Row,
    *,
    duplicates: Sequence[str] = (),
    duplicate_code: str = "",
    person: str = "",
) -> AcceptCase:
    """Build the command that accepts a draft; `person` is the further person of its list whom it concerns."""
    return AcceptCase(
        draft=draft.row["id"],
        visit=visit["id"],
        window=office.settings.window,
        one_thing=draft.plan.one_thing.id,
        catalogue=draft.catalogue.id,
        catalogue_version=draft.catalogue.version,
        chosen=draft.content.chosen,
        materials=with_current_reasons(office, draft),
        sources=draft.sources(),
        duplicates=tuple(duplicates),
        duplicate_code=duplicate_code,
        refused_licences=draft.refused_licences,
        application=draft.application_number,
        received=draft.content.received,
        person=person,
        promises=build_given_promises(draft),
        personal=draft.case_details(),
    )
