"""Insertion of a new case into the tables, accepted or not, with its matters, tasks, parties, values and notice."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Protocol

from clerk_app.cases.applications.answers import end_by_case
from clerk_app.cases.case_objects import remove_objects, write_objects
from clerk_app.cases.co_signatures import (
    insert_co_signatures,
)
from clerk_app.cases.duplicates import find_named_applicant
from clerk_app.cases.intake.accepted_case import Accepted, ChosenMatter
from clerk_app.cases.intake.drafts import remove_further_person
from clerk_app.cases.intake.parties import CaseDetails, insert_parties_and_values
from clerk_app.cases.notices import insert_notice
from clerk_app.cases.received_records import remove_received_case
from clerk_app.cases.representations import (
    insert_representation,
)
from clerk_app.cases.tasks.new_tasks import insert_tasks
from clerk_app.cases.visit_causes import VisitCause, record_visit_case
from clerk_app.errors import BadData
from clerk_app.ledger.commands import Entry
from clerk_app.ledger.numbers import mark_serial_used
from db.engines import Transaction
from db.json_lists import encode_json_list


class NewCaseCommand(Protocol):
    """What the commands that make a case of a draft have in common."""

    @property
    def draft(self) -> str: ...
    @property
    def visit(self) -> str: ...
    @property
    def window(self) -> str: ...
    @property
    def one_thing(self) -> str: ...
    @property
    def catalogue(self) -> str: ...
    @property
    def catalogue_version(self) -> int: ...
    @property
    def application(self) -> str: ...
    @property
    def personal(self) -> CaseDetails | None: ...


def require_details(personal: CaseDetails | None) -> CaseDetails:
    """Return the personal part of a command; raise BadData if it is absent."""
    if personal is None:
        raise BadData("A case without its applicant cannot be accepted.")
    return personal


def case_or_draft_stream(command: NewCaseCommand, decision: Accepted | None) -> str:
    """Return the stream of the new case; without a decision that of the draft."""
    return f"case/{decision.number}" if decision else f"draft/{command.draft}"


def insert_case(
    tx: Transaction,
    entry: Entry[Any, Accepted],
    sources: Mapping[str, str],
    *,
    reason: str,
    reason_codes: tuple[str, ...] = (),
    received: str = "",
    person: str = "",
) -> None:
    """Delete the draft; insert the case with its matters, tasks, parties, form values and its notice to be printed.

    `received` is the number of the received case that it continues and whose rows it replaces. With `person`, the draft
    stays without this person on its list.
    """
    decision, moment = entry.decision, entry.moment
    command: NewCaseCommand = entry.command
    parties = command.personal.parties if command.personal else ()
    applicant = find_named_applicant(parties, decision.applicant, decision.number)
    if person:
        remove_further_person(tx, command.draft, person)
    else:
        tx.delete("drafts", id=command.draft)
    is_continued = received == decision.number and remove_received_case(tx, received)
    mark_serial_used(tx, moment, decision.serial)
    tx.insert(
        "cases",
        number=decision.number,
        one_thing=command.one_thing,
        catalogue=command.catalogue,
        catalogue_version=command.catalogue_version,
        state=decision.state,
        handling=decision.handling,
        applicant=decision.applicant,
        applicant_kind=decision.applicant_kind,
        applicant_name=applicant.name if applicant is not None else "" if decision.state == "received" else None,
        applicant_number=applicant and applicant.number,
        visit=command.visit,
        window_id=command.window,
        clerk=moment.actor.id,
        pending=len(decision.tasks),
        accepted_at=decision.deemed_from or moment.corrected_at,
        promised_at=decision.promised_at,
        statutory_at=decision.statutory_at,
        expected=decision.expected,
        statutory_expected=decision.statutory_expected,
        calendar=decision.calendar,
        first_promised_at=decision.promised_at,
        ended_reason=reason,
        reason_codes=encode_json_list(reason_codes),
        centre=decision.site,
        application=command.application,
    )
    insert_matters(tx, decision.number, decision.matters)
    insert_tasks(tx, decision.number, decision.tasks, decision.deemed_from or moment.corrected_at)
    insert_parties_and_values(tx, decision.number, command.personal, sources)
    remove_objects(tx, decision.number)  # of the received case that it continues
    write_objects(tx, decision.number, decision.objects, command.personal.values if command.personal else {})
    agent = command.personal.representative if command.personal else None
    for found in (decision.representation, *decision.other_representations):
        insert_representation(tx, decision.number, found, agent)
    insert_co_signatures(tx, decision.number, decision.co_signatures)
    kind = decision.notice.partition("-")[2]
    insert_notice(tx, decision.notice, decision.number, kind, command.window, time_of_papers(entry))
    if decision.state != "received":  # an application from outside is answered otherwise
        end_by_case(tx, entry, reason, reason_codes)
    cause: VisitCause = "supplement" if is_continued else "acceptance"
    record_visit_case(tx, command.visit, decision.number, cause, moment.corrected_at)
    if decision.site:  # `insert_tasks` marks the case as changed for the other organs
        tx.mark_changed(f"organ/{decision.site}", f"case/{decision.number}")


def insert_matters(tx: Transaction, number: str, matters: Iterable[ChosenMatter]) -> None:
    """Insert the matters of a case."""
    tx.insert_many(
        "matters",
        [
            {
                "case_number": number,
                "matter": matter.matter,
                "position": position,
                "variant": matter.variant,
                "dropped": matter.dropped,
                "co_signature": matter.co_signature,
            }
            for position, matter in enumerate(matters)
        ],
    )


def time_of_papers(entry: Entry[Any, Accepted]) -> int:
    """Return the time of the materials and of the notice of an acceptance, microseconds UTC."""
    return entry.moment.corrected_at if entry.decision.is_dated_by_acceptance else entry.decided_at
