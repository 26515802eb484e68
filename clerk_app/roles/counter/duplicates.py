"""Other cases of the applicant that are under way, at this window's store and, while it is connected, at the center."""

from __future__ import annotations

import queue
import threading
from collections.abc import Iterable

from clerk_app.cases.duplicates import (
    CENTER_SECONDS,
    DUPLICATE_REASONS,
    DuplicateCase,
    FindDuplicates,
    find_duplicates,
    identify_party,
)
from clerk_app.cases.intake.parties import find_applicant
from clerk_app.composition.office import Office
from clerk_app.errors import OutOfReach
from clerk_app.locales import translate
from clerk_app.roles.connection_view import read_connection_facts
from clerk_app.roles.counter.draft_state import DraftState
from clerk_app.views.duplicates import DuplicateSearch
from clerk_app.views.shared import Option


def search_duplicates(office: Office, draft: DraftState, staff: str) -> DuplicateSearch:
    """Search other cases of the applicant of a draft, newest first, with number, day of acceptance and site."""
    details, one_thing = draft.case_details(), draft.plan.one_thing.id
    applicant = identify_party(find_applicant(draft.plan, details), draft.catalogue.fields, details.values)
    with office.store.read() as tx:
        found = {case.number: case for case in find_duplicates(tx, one_thing, applicant)}
    facts = read_connection_facts(office)
    answered = facts.is_own_center
    if facts.is_reachable and not facts.is_own_center:
        command = FindDuplicates(draft=draft.row["id"], one_thing=one_thing, personal=applicant)
        answer = _ask_center(office, command, staff)
        answered = answer is not None
        found |= {case.number: case for case in answer or ()}
    newest_first = sorted(found.values(), key=lambda case: case.accepted_at, reverse=True)
    return DuplicateSearch(
        cases=_build_options(office, draft, (case for case in newest_first if not case.name_only)),
        namesakes=_build_options(office, draft, (case for case in newest_first if case.name_only)),
        center_silent=not answered,
    )


def _ask_center(office: Office, command: FindDuplicates, staff: str) -> tuple[DuplicateCase, ...] | None:
    """Return the cases that the center knows; None if it has not answered within CENTER_SECONDS.

    The call runs in a thread of its own, because it may wait for another exchange first and then for the answer. A
    late answer is dropped: it changes nothing.
    """
    answers: queue.SimpleQueue[tuple[DuplicateCase, ...] | Exception] = queue.SimpleQueue()

    def call() -> None:
        try:
            answers.put(office.door.perform(command, staff).cases)
        except Exception as error:
            answers.put(error)

    threading.Thread(target=call, name="duplicates", daemon=True).start()
    try:
        answer = answers.get(timeout=CENTER_SECONDS)
    except queue.Empty:
        return None
    if isinstance(answer, OutOfReach):
        return None
    if isinstance(answer, Exception):
        raise answer
    return answer


def _build_options(office: Office, draft: DraftState, cases: Iterable[DuplicateCase]) -> tuple[Option, ...]:
    zone = draft.catalogue.time_zone
    from clerk_app.roles.objection_view import describe_other_case  # with the registers: not before the first duplicate

    with office.store.read() as tx:
        return tuple(
            Option(case.number, describe_other_case(tx, case.number, case.accepted_at, case.site, zone))
            for case in cases
        )


def list_duplicate_reasons() -> tuple[Option, ...]:
    """Return the reasons for accepting a case although another one is under way."""
    return tuple(Option(code, translate(name)) for code, name in DUPLICATE_REASONS.items())
