"""Applications of portals at the center: received, checked, and read back. Independent of the transport."""

from __future__ import annotations

from contextlib import suppress
from datetime import date
from typing import TYPE_CHECKING

from clerk_app.cases.applications.content import (
    NO_APPLICATION,
    OPEN_STATES,
    PORTAL,
    WITHDRAWN,
    ApplicationContent,
    IdentityStatement,
    RequestEvidence,
    SentAttachment,
    StatedApplicant,
    decode_content,
)
from clerk_app.cases.applications.precheck import check_application, normalize_values, require_known_fields
from clerk_app.cases.applications.receipt import REPEATED, ReceiveApplication, find_received, find_replacement
from clerk_app.cases.applications.terms import is_overdue
from clerk_app.cases.applications.withdrawal import WithdrawApplication
from clerk_app.cases.dates import to_local_time
from clerk_app.catalogue import publication
from clerk_app.catalogue.plan import find_one_thing, make_plan
from clerk_app.center.application_messages import (
    ApplicationAnswer,
    ApplicationRequest,
    AppointmentAnswer,
    AppointmentPart,
    FindingPart,
)
from clerk_app.center.finding_sentences import (
    describe_both,
    describe_finding,
    describe_reasons,
    describe_stored_finding,
)
from clerk_app.errors import BadData, Refused
from clerk_app.hall.appointments import BookedSlot, CancelAppointment, RegisterAppointments
from clerk_app.ledger.access import MachineKind, machine_kinds
from clerk_app.ledger.door import Door
from clerk_app.locales import mark
from clerk_app.people import SYSTEM
from clerk_app.text.appointment_codes import digest_appointment_code
from clerk_app.text.cleaning import clean_text
from db.engines import Row, Transaction
from db.json_lists import decode_json_list

if TYPE_CHECKING:
    from clerk_app.catalogue.model import Catalogue

_BOOKED = mark("The appointment is booked. Its code is the number of the application.")


def require_portal(node: Row) -> None:
    """Raise Refused unless a node is a portal."""
    if MachineKind.PORTAL not in machine_kinds(node["kind"]):
        raise Refused("machine_kind", "An application is sent by a machine of the kind portal.")


def receive_application(
    door: Door, node: Row, message: ApplicationRequest, evidence: RequestEvidence | None = None
) -> ApplicationAnswer:
    """Receive an application, or return the state of the one that was sent before. Raises Refused, BadData.

    `evidence` is the signed request; None of a machine of an earlier version, which does not sign.
    """
    require_portal(node)
    with door.store.read() as tx:
        catalogue = publication.load_newest_part(tx, message.one_thing)
    today = to_local_time(door.clock(), catalogue.time_zone).date()
    command = build_receipt(catalogue, node["id"], message, today, evidence)
    with door.store.read() as tx:
        replacement = find_replacement(tx, command)
    if replacement is not None:
        door.perform(replacement, SYSTEM)
    with door.store.read() as tx:
        known = find_received(tx, command)
    number, is_new = (known, False) if known else _perform(door, command)
    appointment = _book(door, node, number, message.appointment) if message.appointment else None
    return read_application(door, node, number, repeated=not is_new, appointment=appointment)


def _perform(door: Door, command: ReceiveApplication) -> tuple[str, bool]:
    """Perform the command; return the number, and whether it is new: the same may have been sent twice at once."""
    try:
        return door.perform(command, SYSTEM).number, True
    except Refused as refused:
        if refused.reason != REPEATED:
            raise
        return str(refused.facts["number"]), False


def build_receipt(
    catalogue: Catalogue, portal: str, message: ApplicationRequest, today: date, evidence: RequestEvidence | None = None
) -> ReceiveApplication:
    """Return the command of a message, its values cleaned and normalised like those that a clerk types."""
    find_one_thing(catalogue, message.one_thing)
    require_known_fields(catalogue, message.values)
    plan = make_plan(catalogue, message.one_thing, None, message.values)
    identity = message.identity
    return ReceiveApplication(
        source=PORTAL,
        portal=portal,
        reference=message.reference,
        number=message.number,
        one_thing=message.one_thing,
        catalogue=catalogue.id,
        catalogue_version=catalogue.version,
        attachments=tuple(
            SentAttachment(material=sent.material, content=sent.content, media_type=sent.media_type)
            for sent in message.materials
        ),
        personal=ApplicationContent(
            applicant=StatedApplicant(
                name=clean_text(message.applicant.name), number=clean_text(message.applicant.number)
            ),
            values=normalize_values(plan, message.values, today),
            identity=None
            if identity is None
            else IdentityStatement(
                provider=clean_text(identity.provider),
                verified=identity.verified,
                how=clean_text(identity.how),
                at=clean_text(identity.at),
            ),
            evidence=evidence,
        ),
    )


def _book(door: Door, node: Row, number: str, wish: AppointmentPart) -> AppointmentAnswer:
    """Book the wished appointment under the number of the application; a refusal leaves the application as it is."""
    try:
        if node["hall"] not in ("", wish.hall):
            raise Refused("other_place", "This machine changes appointments of its own hall only.")
        code = digest_appointment_code(wish.hall, number)
        with door.store.read() as tx:
            if wish.hall not in {row["hall"] for row in tx.query_all("hall.halls")}:
                raise Refused("hall", "There is no hall {name}.", name=wish.hall[:60])
            is_booked = tx.query_one("hall.appointment_with_code", hall=wish.hall, day=wish.day, code=code) is not None
        if not is_booked:
            slot = BookedSlot(day=wish.day, begin=wish.begin, end=wish.end, category=wish.category, code=code)
            door.perform(RegisterAppointments(hall=wish.hall, source=node["id"], slots=(slot,)), SYSTEM)
    except (Refused, BadData) as error:
        return AppointmentAnswer(booked=False, sentence=describe_both(error.sentence, error.text_facts))
    return AppointmentAnswer(booked=True, sentence=describe_both(_BOOKED))


def withdraw_application(door: Door, node: Row, number: str) -> ApplicationAnswer:
    """Withdraw an application of this portal, and cancel its appointments. Raises Refused.

    One that was withdrawn before stays so; what is left of its appointments is cancelled.
    """
    if read_application(door, node, number).state != WITHDRAWN:
        door.perform(WithdrawApplication(application=number, portal=node["id"]), SYSTEM)
    _cancel_appointments(door, number)
    return read_application(door, node, number)


def _cancel_appointments(door: Door, number: str) -> None:
    """Cancel the appointments that were booked with the number of an application, unless somebody has come."""
    with door.store.read() as tx:
        codes = {row["hall"]: digest_appointment_code(row["hall"], number) for row in tx.query_all("hall.halls")}
        booked = [
            CancelAppointment(hall=hall, day=row["day"], code=code)
            for hall, code in codes.items()
            for row in tx.select("appointments", hall=hall, code=code, state="booked")
        ]
    for command in booked:
        with suppress(Refused):  # somebody came meanwhile
            door.perform(command, SYSTEM)


def read_application(
    door: Door, node: Row, number: str, *, repeated: bool = False, appointment: AppointmentAnswer | None = None
) -> ApplicationAnswer:
    """Return the state of an application of this portal. Raises Refused for any other number."""
    require_portal(node)
    with door.store.read() as tx:
        row = tx.get("applications", number=number)
        if row is None or row["portal"] != node["id"]:
            raise Refused(NO_APPLICATION, "There is no application {number}. Check the number.", number=number[:20])
        catalogue = publication.load_part(tx, row["catalogue"], row["catalogue_version"], row["one_thing"])
        missing = tx.query_all("applications.missing_attachments", number=number)
        return ApplicationAnswer(
            number=number,
            reference=row["reference"],
            state=row["state"],
            received_on=row["received_on"],
            due_on=to_local_time(row["due_at"], catalogue.time_zone).date().isoformat(),
            due_expected=bool(row["due_expected"]),
            repeated=repeated,
            missing_content=tuple(found["content"] for found in missing) if row["state"] in OPEN_STATES else (),
            report=_build_report(tx, catalogue, row, to_local_time(door.clock(), catalogue.time_zone).date()),
            appointment=appointment,
            case=row["case_number"],
            deemed_accepted_from=row["received_on"]
            if row["state"] in OPEN_STATES and is_overdue(row, door.clock())
            else "",
            outcome=row["outcome"],
            reasons=describe_reasons(catalogue, decode_json_list(row["reason_codes"]), row["reason"]),
        )


def _build_report(tx: Transaction, catalogue: Catalogue, row: Row, today: date) -> tuple[FindingPart, ...]:
    """Return what the check finds now in an application that waits; of an answered one what it lacked."""
    if row["state"] not in OPEN_STATES:
        return tuple(describe_stored_finding(catalogue, key) for key in decode_json_list(row["missing"]))
    content = decode_content(row)
    if content is None:
        return ()
    scans = [scan["material"] for scan in tx.select("application_attachments", application=row["number"])]
    findings = check_application(tx, catalogue, row["one_thing"], content, scans, today)
    return tuple(describe_finding(catalogue, finding) for finding in findings)
