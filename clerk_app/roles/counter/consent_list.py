"""Prints the list of what each party agreed to, for their signature, and finds a list that was scanned."""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import nullcontext
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from clerk_app.citizen.offered_rows import list_offered_rows
from clerk_app.composition.office import Office
from clerk_app.errors import Refused
from clerk_app.ledger.commands import Command
from clerk_app.licences.absent_lists import AbsentHolder, IssueAbsentList
from clerk_app.licences.consent_lists import RecordConsentList, compute_list_number
from clerk_app.licences.shared_materials import SIGNED
from clerk_app.locales import current_language, format_list, localize_name
from clerk_app.paper.documents.consent_list import CitizenConsent, ConsentList
from clerk_app.paper.printers.print_job import make_job
from clerk_app.paper.printers.printer_set import is_folder
from clerk_app.roles.counter.consent_parties import (
    PartyConsents,
    list_absent_materials,
    list_absent_parties,
    list_party_consents,
    name_party,
    name_signer,
)
from clerk_app.roles.counter.draft_state import DraftState
from clerk_app.roles.formatting import localize
from clerk_app.roles.printer_words import describe_outcome
from db.engines import Row

if TYPE_CHECKING:
    from clerk_app.catalogue.plan import PlannedMatter


@dataclass(frozen=True)
class ScannedList:
    """A printed list: the case for which it was signed, empty before the acceptance, and whether it is signed."""

    case: str
    is_signed: bool


def find_scanned_list(office: Office, number: str, visit: str) -> ScannedList | None:
    """Return the list with a number. None for one that the center may have issued to an absent party.

    Raises Refused without a visit.
    """
    with office.store.read() as tx:
        rows = tx.select("consents", list_number=number)
        visits = {row["visit"] for row in rows}
        cases = [case["number"] for name in visits for case in tx.select("cases", order=("number",), visit=name)]
    if not cases and visit not in visits:
        if visit:
            return None
        raise Refused(
            "no_list_here",
            "Consent list {number} is not known at this window, or its visit ended without a case.",
            number=number,
        )
    return ScannedList(cases[-1] if cases else "", all(row["how"] == SIGNED for row in rows))


def print_consent_lists(office: Office, draft: DraftState, visit: Row, staff: Row) -> list[tuple[str, str]]:
    """Print the list of each party who agreed to something, and record it.

    Return the numbers, and what is known about each print. A list that did not come out cannot be signed: it is
    harmless.

    Raises OutOfReach with the printer's error, and Refused if nothing is to be signed, or this may not be recorded.
    """
    found = [_print_list(office, draft, visit, staff, consents) for consents in list_party_consents(draft)]
    if not found:
        raise Refused("nothing", "Nothing is to be signed: no consent, or all are confirmed already.")
    return found


def _print_list(office: Office, draft: DraftState, visit: Row, staff: Row, consents: PartyConsents) -> tuple[str, str]:
    """Print and record the list of one party; return its number and what is known about the print."""
    purpose = draft.plan.one_thing.id
    number = compute_list_number(visit["id"], purpose, consents.licences, consents.person)
    with office.store.read() as tx:
        agreed = [row for licence in consents.licences if (row := tx.get("licences", id=licence)) is not None]
        agreed += [row for row in list_offered_rows(tx, visit["id"], purpose) if row["material"]]
    names = tuple(_name_licence(draft, row) for row in agreed if row["id"] in consents.licences)
    document = _build_document(
        office, draft, visit, staff, consents.role, number, names, _list_matters(draft, consents)
    )
    command = RecordConsentList(
        visit=visit["id"], licences=consents.licences, purpose=purpose, person=consents.person, role=consents.role
    )
    return number, print_list(office, document, staff["id"], command)


def print_list(office: Office, document: ConsentList, actor: str, command: Command[Any] | None = None) -> str:
    """Print a list, and perform the command that records it; return what is known about the print."""
    printer = office.printers.for_paper(ConsentList.kind)
    job = make_job(
        printer,
        document.to_page(current_language(), office.catalogue_frame().papers),
        id=f"consent/{document.number}/{document.printed_at.timestamp()}",
        kind=ConsentList.kind,
        number=document.number,
        at=document.printed_at,
        font=office.settings.font,
    )
    if command is None:
        outcome = printer.send(job)
    else:
        withdraw = printer.spool.withdraw_if_refused(job.name) if is_folder(printer) else nullcontext()
        with withdraw:
            office.door.check(command, actor)
            outcome = printer.send(job)
            office.door.perform(command, actor)
    office.printers.remove_job(job.id)
    return describe_outcome(printer, outcome)


def print_absent_list(office: Office, draft: DraftState, visit: Row, staff: Row, role: str) -> tuple[str, str]:
    """Let the center issue the list of an absent party, and print it; return its number and how the print went.

    Raises OutOfReach with the error of the line or of the printer, and Refused.
    """
    materials = list_absent_materials(draft, role)
    command = IssueAbsentList(
        visit=visit["id"],
        purpose=draft.plan.one_thing.id,
        catalogue=draft.catalogue.id,
        catalogue_version=draft.catalogue.version,
        role=role,
        materials=materials,
        personal=AbsentHolder(number=draft.parties[role].number),
    )
    number = office.door.perform(command, staff["id"]).list_number
    names = tuple(localize(draft.catalogue.material(name).name) for name in materials)
    matters = [planned for planned in draft.plan.active_matters if set(materials) & set(planned.materials)]
    document = _build_document(office, draft, visit, staff, role, number, names, matters)
    return number, print_list(office, document, staff["id"])


def _build_document(
    office: Office,
    draft: DraftState,
    visit: Row,
    staff: Row,
    role: str,
    number: str,
    names: tuple[str, ...],
    matters: Iterable[PlannedMatter],
) -> ConsentList:
    """Return the facts of the list of a party; one who is absent has a line for the second factor."""
    is_absent = role in {option.id for option in list_absent_parties(draft)}
    with office.store.read() as tx:
        window = tx.get("windows", id=visit["window_id"])
    consents = CitizenConsent(name_party(draft, role), names, name_signer(draft, role))
    kinds = {party.id: party.kind for party in draft.plan.one_thing.parties}
    return ConsentList(
        number=number,
        consents=(consents,),
        one_thing=localize(draft.plan.one_thing.name),
        matters=tuple(localize(planned.matter.name) for planned in matters),
        printed_at=office.local_time(),
        hall=office.settings.name.localized(),
        window=localize_name(window["name"]) if window else visit["window_id"],
        clerk_number=staff["number"],
        is_brought=is_absent,
        asks_phone=is_absent and kinds[role] == "person",
        days=draft.catalogue.city_policy.consent_list_days,
    )


def _list_matters(draft: DraftState, consents: PartyConsents) -> list[PlannedMatter]:
    """Return the matters that use a licence of a party."""
    used = {
        name
        for name, match in draft.matches.items()
        if match.licence is not None and match.licence["id"] in consents.licences
    }
    return [planned for planned in draft.plan.active_matters if used & set(planned.materials)]


def _name_licence(draft: DraftState, licence: Row) -> str:
    """Return the name of a licence: the material that it provides, which differs for two identity cards, and issuer."""
    names = [
        localize(match.material.name)
        for match in draft.matches.values()
        if match.licence is not None and match.licence["id"] == licence["id"]
    ]
    if not names:  # its matter was dropped after the consent
        try:
            names = [localize(draft.catalogue.licence_type(licence["kind"]).name)]
        except KeyError:
            names = [licence["kind"]]
    return f"{format_list(names)} ({licence['issuer']})"
