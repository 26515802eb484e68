"""Prints the list of what the citizen agreed to, for their signature, and finds a list that was scanned."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import nullcontext
from dataclasses import dataclass

from clerk_app.composition.office import Office
from clerk_app.errors import Refused
from clerk_app.licences.consent_lists import RecordConsentList, compute_list_number
from clerk_app.licences.shared_materials import SIGNED
from clerk_app.locales import current_language, format_list, localize_name
from clerk_app.paper.documents.consent_list import CitizenConsent, ConsentList
from clerk_app.paper.printers.print_job import make_job
from clerk_app.paper.printers.printer_set import is_folder
from clerk_app.roles.counter.draft_state import DraftState
from clerk_app.roles.formatting import format_party_name, localize
from clerk_app.roles.printer_words import describe_outcome
from db.engines import Row


@dataclass(frozen=True)
class ScannedList:
    """A printed list: the case for which it was signed, empty before the acceptance, and whether it is signed."""

    case: str
    is_signed: bool


def find_scanned_list(office: Office, number: str, visit: str) -> ScannedList:
    """Return the list with a number. Raises Refused if it belongs to another visit without a case, or is not known."""
    with office.store.read() as tx:
        rows = tx.select("consents", list_number=number)
        visits = {row["visit"] for row in rows}
        cases = [case["number"] for name in visits for case in tx.select("cases", order=("number",), visit=name)]
    if not cases and visit not in visits:
        raise Refused(
            "no_list_here",
            "Consent list {number} is not known at this window, or its visit ended without a case.",
            number=number,
        )
    return ScannedList(cases[-1] if cases else "", all(row["how"] == SIGNED for row in rows))


def print_consent_list(office: Office, draft: DraftState, visit: Row, staff: Row) -> tuple[str, str]:
    """Print the list of everything that was agreed to for this draft, and record it.

    Return its number, and what is known about the print. A list that did not come out cannot be signed: it is harmless.

    Raises OutOfReach with the printer's error, and Refused if nothing was agreed to, or this may not be recorded.
    """
    if not draft.agreed:
        raise Refused("nothing", "The citizen has not agreed to anything yet.")
    purpose = draft.plan.one_thing.id
    number = compute_list_number(visit["id"], purpose, draft.agreed)
    now = office.local_time()
    with office.store.read() as tx:
        window = tx.get("windows", id=visit["window_id"])
        agreed = [row for licence in sorted(draft.agreed) if (row := tx.get("licences", id=licence)) is not None]
    document = ConsentList(
        number=number,
        consents=tuple(_group_by_citizen(draft, agreed)),
        one_thing=localize(draft.plan.one_thing.name),
        matters=tuple(localize(planned.matter.name) for planned in draft.plan.active_matters),
        printed_at=now,
        hall=office.settings.name.localized(),
        window=localize_name(window["name"]) if window else visit["window_id"],
        clerk_number=staff["number"],
    )
    command = RecordConsentList(visit=visit["id"], licences=tuple(sorted(draft.agreed)), purpose=purpose)
    printer = office.printers.for_paper(ConsentList.kind)
    job = make_job(
        printer,
        document.to_page(current_language(), office.catalogue().papers),
        id=f"consent/{number}/{now.timestamp()}",
        kind=ConsentList.kind,
        number=number,
        at=now,
        font=office.settings.font,
    )
    withdraw = printer.spool.withdraw_if_refused(job.name) if is_folder(printer) else nullcontext()
    with withdraw:
        office.door.check(command, staff["id"])
        outcome = printer.send(job)
        office.door.perform(command, staff["id"])
    office.printers.remove_job(job.id)
    return number, describe_outcome(printer, outcome)


def _group_by_citizen(draft: DraftState, agreed: list[Row]) -> Iterator[CitizenConsent]:
    """Yield each party who showed a code, with the licences that this party lets be used."""
    kinds = {role.id: role.kind for role in draft.plan.one_thing.parties}
    given: dict[str, list[Row]] = {}
    for row in agreed:
        given.setdefault(draft.providers[row["id"]], []).append(row)
    for role, party in draft.parties.items():
        rows = given.pop(party.subject, [])
        if rows:
            licences = tuple(_name_licence(draft, row) for row in rows)
            yield CitizenConsent(format_party_name(party.name, kinds[role]), licences)


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
