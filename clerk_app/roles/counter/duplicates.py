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
    identify_application,
    list_matter_ids,
)
from clerk_app.cases.intake.parties import find_applicant
from clerk_app.composition.office import Office
from clerk_app.errors import OutOfReach
from clerk_app.locales import _, format_list, translate
from clerk_app.roles.connection_view import read_connection_facts, read_data_time
from clerk_app.roles.counter.draft_state import DraftState
from clerk_app.roles.formatting import format_data_time, localize
from clerk_app.views.duplicates import DuplicateSearch
from clerk_app.views.shared import Option


def search_duplicates(office: Office, draft: DraftState, staff: str) -> DuplicateSearch:
    """Search other cases of the applicant of a draft, newest first, with number, day of acceptance and site."""
    details, one_thing = draft.case_details(), draft.plan.one_thing.id
    matters = draft.plan.matters
    own = find_applicant(draft.plan, details)
    applicant = identify_application(own, draft.catalogue.fields, matters, details.values)
    names, received = list_matter_ids(matters), draft.content.received
    with office.store.read() as tx:
        stored = find_duplicates(tx, one_thing, applicant, matters=names, excluded=received)
        data_time = read_data_time(office, tx)
    found = {case.number: case for case in stored}
    facts = read_connection_facts(office)
    answered = facts.is_own_center
    if facts.is_reachable and not facts.is_own_center:
        command = FindDuplicates(draft=draft.row["id"], one_thing=one_thing, matters=names, personal=applicant)
        answer = _ask_center(office, command, staff)
        answered = answer is not None
        found |= {case.number: case for case in answer or () if case.number != received}
    newest_first = sorted(found.values(), key=lambda case: case.accepted_at, reverse=True)
    return DuplicateSearch(
        cases=_build_options(office, draft, (case for case in newest_first if not case.name_only)),
        namesakes=_build_options(office, draft, (case for case in newest_first if case.name_only)),
        center_silent=not answered,
        as_of="" if answered else format_data_time(data_time, office.corrected_now, draft.catalogue.time_zone),
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
            Option(
                case.number,
                describe_other_case(tx, case.number, case.accepted_at, case.site, zone),
                _describe_kind(draft, case),
            )
            for case in cases
        )


def _describe_kind(draft: DraftState, case: DuplicateCase) -> str:
    """Return what is the same in another case, in the current language; empty for the same one thing."""
    if not case.kind:
        return ""
    matter = localize(draft.catalogue.matter(case.matter).name)
    if case.kind == "matter":
        return _("{matter} runs there already").format(matter=matter)
    fields = draft.catalogue.matter(case.matter).identified_by
    names = format_list(localize(draft.catalogue.field(name).name) for name in fields)
    return _("the same object for {matter}: {fields}").format(matter=matter, fields=names)


def list_duplicate_reasons() -> tuple[Option, ...]:
    """Return the reasons for accepting a case although another one is under way."""
    return tuple(Option(code, translate(name)) for code, name in DUPLICATE_REASONS.items())
