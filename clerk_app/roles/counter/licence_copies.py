"""Prints copies of the licences that a citizen agreed to in this visit, each for one purpose and a limited time."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import TYPE_CHECKING

import msgspec

from clerk_app.composition.office import Office
from clerk_app.errors import OutOfReach, Refused
from clerk_app.licences.licence_copies import COPY_PURPOSES, CopyLicence
from clerk_app.licences.shared_materials import list_offered_licences
from clerk_app.locales import _, current_language, localize_name, translate
from clerk_app.people.masking import mask_number
from clerk_app.roles.formatting import localize
from clerk_app.roles.material_view import claim_labels
from clerk_app.views.shared import Option
from db.engines import Row, Transaction
from db.json_lists import decode_json_list

if TYPE_CHECKING:
    from clerk_app.paper.documents.licence_copy import CopiedFact, LicenceCopy
    from clerk_app.roles.printing import CasePrinter

_IDENTITY_NUMBER = re.compile(r"\d{7,}[\dXx]")  # of a person, and other long numbers


def list_copyable(tx: Transaction, visit: Row | None, office: Office) -> tuple[Option, ...]:
    """Return the licences whose use the citizen agreed to in a visit, and whose content this window holds."""
    offered = list_offered_licences(tx, visit["id"]) if visit is not None else []
    held = [row for row in offered if row["released_at"] is not None and row["claims"]]
    if not held:
        return ()
    catalogue = office.catalogue_frame()
    names = {licence_type.code: localize(licence_type.name) for licence_type in catalogue.licence_types}
    return tuple(Option(row["id"], names.get(row["kind"]) or str(row["kind"]), row["issuer"]) for row in held)


def list_copy_purposes() -> tuple[Option, ...]:
    """Return the purposes for which a copy is printed."""
    return tuple(Option(code, translate(name)) for code, name in COPY_PURPOSES.items())


def print_copy(
    office: Office, printer: CasePrinter, staff: Row, visit: Row, licence: str, purpose: str, case: str
) -> str:
    """Record a copy of a licence and print it; return a sentence on what happened.

    `case` is the number of the case to whose papers it belongs, empty without one. Raises Refused without the consent
    of the citizen, and OutOfReach if the printer is not ready: then nothing is recorded.
    """
    from clerk_app.paper.documents.licence_copy import LicenceCopy  # papers: not before the first one
    from clerk_app.roles.counter.draft_papers import print_loose
    from clerk_app.roles.print_plan import BuiltPage

    with office.store.read() as tx:
        rows = [row for row in list_offered_licences(tx, visit["id"]) if row["id"] == licence]
        window = tx.get("windows", id=visit["window_id"])
        consent = tx.get("consents", visit=visit["id"], licence=licence)
    if not rows or consent is None:
        raise Refused("consent", "The citizen has not agreed to the use of this licence yet.")
    device = office.printers.for_paper(LicenceCopy.kind)
    device.check_ready()
    row = rows[0]
    command = CopyLicence(licence=licence, visit=visit["id"], purpose=purpose, one_thing=row["purpose"], case=case)
    copied = office.door.perform(command, staff["id"])
    name = localize(office.catalogue_frame().licence_type(row["kind"]).name)
    facts = LicenceCopy(
        number=copied.number,
        licence=name,
        identifier=mask_number(row["identifier"]),
        facts=_list_facts(office, row, decode_json_list(consent["released_claims"])),
        issuer=row["issuer"],
        valid_to=row["valid_to"],
        purpose=translate(COPY_PURPOSES[purpose]),
        expires_on=office.local_time(copied.expires_at).date(),
        printed_at=office.local_time(),
        hall=office.settings.name.localized(),
        window=localize_name(window["name"]) if window is not None else visit["window_id"],
        clerk_number=staff["number"],
        case_number=case,
    )
    template = facts.prepare_template(office.catalogue_frame().papers)
    page = template.build(facts, current_language())
    if case:
        built = BuiltPage(page, template=template.version)
        paper = printer.print_once(f"{case}-copy-{copied.number}", facts.kind, built)
        return _describe(name, facts, paper.delivery or paper.error or _("Printed."))
    try:
        return _describe(name, facts, print_loose(office, facts, copied.number))
    except OutOfReach as error:
        return _describe(name, facts, str(error))


def _describe(name: str, facts: LicenceCopy, state: str) -> str:
    sentence = _("Copy of {licence} for {purpose}, valid until {day}. {state}")
    return sentence.format(licence=name, purpose=facts.purpose, day=facts.expires_on, state=state)


def _list_facts(office: Office, licence: Row, released: Sequence[str]) -> tuple[CopiedFact, ...]:
    """Return the claims of a licence with their labels; of `released` only, unless it is empty."""
    from clerk_app.paper.documents.licence_copy import CopiedFact

    claims = msgspec.json.decode(licence["claims"], type=dict[str, str]) if licence["claims"] else {}
    if not claims:
        raise Refused("unreleased", "Agreed to, but not released by the center yet: F8.")
    labels = claim_labels(office.catalogue_frame(), licence["kind"])
    return tuple(
        CopiedFact(labels.get(claim, claim), mask_number(value) if _IDENTITY_NUMBER.fullmatch(value) else value)
        for claim, value in claims.items()
        if value and (not released or claim in released)
    )
