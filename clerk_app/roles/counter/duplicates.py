"""Other cases of the applicant that are under way, at this window's store and, while it is connected, at the center."""

from __future__ import annotations

from contextlib import suppress

from clerk_app.cases.duplicates import DUPLICATE_REASONS, DuplicateCase, FindDuplicates, find_duplicates, identify_party
from clerk_app.cases.intake.acceptance import find_applicant
from clerk_app.composition.office import Office
from clerk_app.errors import OutOfReach
from clerk_app.locales import translate
from clerk_app.roles.connection_view import read_connection_facts
from clerk_app.roles.counter.draft_state import DraftState
from clerk_app.roles.objection_view import describe_other_case
from clerk_app.views import Option


def list_duplicates(office: Office, draft: DraftState, staff: str) -> tuple[Option, ...]:
    """Return the other cases of the applicant of a draft, newest first, with number, day of acceptance and site."""
    details, one_thing = draft.case_details(), draft.plan.one_thing.id
    applicant = identify_party(find_applicant(draft.plan, details), details.values)
    with office.store.read() as tx:
        found = {case.number: case for case in find_duplicates(tx, one_thing, applicant)}
    facts = read_connection_facts(office)
    if facts.is_reachable and not facts.is_own_center:
        with suppress(OutOfReach):  # the center objects later to what it finds then
            command = FindDuplicates(draft=draft.row["id"], one_thing=one_thing, personal=applicant)
            found |= {case.number: case for case in office.door.perform(command, staff).cases}
    newest_first = sorted(found.values(), key=lambda case: case.accepted_at, reverse=True)
    return tuple(_build_option(office, draft, case) for case in newest_first)


def _build_option(office: Office, draft: DraftState, case: DuplicateCase) -> Option:
    with office.store.read() as tx:
        zone = draft.catalogue.time_zone
        return Option(case.number, describe_other_case(tx, case.number, case.accepted_at, case.site, zone))


def list_duplicate_reasons() -> tuple[Option, ...]:
    """Return the reasons for accepting a case although another one is under way."""
    return tuple(Option(code, translate(name)) for code, name in DUPLICATE_REASONS.items())
