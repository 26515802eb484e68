"""Verifies what a portal has sent: the signature of its request, the signed body, and what was made of it."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import NamedTuple

import msgspec

from clerk_app.cases.applications.content import NO_APPLICATION, RequestEvidence, decode_content
from clerk_app.cases.dates import to_local_time
from clerk_app.catalogue import publication
from clerk_app.center.application_routes import decode_application
from clerk_app.center.bodies import QUESTION
from clerk_app.center.portal_applications import build_receipt
from clerk_app.composition.office import Office
from clerk_app.errors import BadData, Refused
from clerk_app.ledger.machine_keys import PublicKey
from clerk_app.ledger.replication.http_signatures import SignedHead, parse_request
from clerk_app.locales import _
from db.engines import Row, Transaction
from db.errors import StoreError


class EvidenceCheck(NamedTuple):
    """A check of the evidence: whether it holds, and the sentence on it."""

    holds: bool
    sentence: str


def verify_application(office: Office, number: str) -> list[EvidenceCheck]:
    """Check the evidence of an application of a portal. Raises Refused if there is none."""
    with office.store.read() as tx:
        row = tx.get("applications", number=number)
        if row is None:
            raise Refused(NO_APPLICATION, "There is no application {number}. Check the number.", number=number[:40])
        if row["evidence"] is None:
            raise Refused(
                "no_evidence",
                "Application {number} has no signed request: it was typed in, sent unsigned, or erased.",
                number=number,
            )
        evidence = msgspec.json.decode(row["evidence"], type=RequestEvidence)
        head = parse_request(
            evidence.method,
            evidence.path,
            {
                "content-digest": evidence.content_digest,
                "clerk-center": evidence.center,
                "signature-input": evidence.signature_input,
                "signature": evidence.signature,
            },
        )
        if head is None:
            return [EvidenceCheck(False, _("The signature is damaged: it cannot be read."))]
        scans = tx.select("application_attachments", application=number, order=("material",))
        checks = [
            _check_signature(tx, row, head, evidence),
            _check_body(head, evidence),
            _check_content(tx, row, scans, evidence),
        ]
    return [*checks, _check_scans(office, scans)]


def _check_signature(tx: Transaction, row: Row, head: SignedHead, evidence: RequestEvidence) -> EvidenceCheck:
    node = tx.get("nodes", id=row["portal"])
    key = tx.get("node_keys", node=head.node, number=head.key_number)
    made_at = datetime.fromtimestamp(head.created, UTC).strftime("%Y-%m-%d %H:%M:%S UTC")
    is_sent = (evidence.method, evidence.path, head.node) == ("POST", "/v1/applications", row["portal"])
    if key is None or not is_sent or not head.is_signed_by(PublicKey.parse(key["public_key"])):
        sentence = _("The request is not signed by a key of the portal {node}.")
        return EvidenceCheck(False, sentence.format(node=row["portal"]))
    sentence = _("The request of {time} is signed by key {key} of the portal {name} ({node}): {fingerprint}.")
    return EvidenceCheck(
        True,
        sentence.format(
            time=made_at,
            key=head.key_number,
            name=node["name"] if node is not None else "?",
            node=row["portal"],
            fingerprint=PublicKey.parse(key["public_key"]).fingerprint,
        ),
    )


def _check_body(head: SignedHead, evidence: RequestEvidence) -> EvidenceCheck:
    if not head.matches(evidence.body):
        return EvidenceCheck(False, _("The message that is kept is not the one that was signed."))
    sentence = _("The message that is kept is the one that was signed: SHA-256 {digest}.")
    return EvidenceCheck(True, sentence.format(digest=head.content_digest.hex()))


def _check_content(tx: Transaction, row: Row, scans: list[Row], evidence: RequestEvidence) -> EvidenceCheck:
    """Check that the application is what the center makes of the signed message on the day of its receipt."""
    differs = EvidenceCheck(False, _("The application differs from the signed message."))
    try:
        message = decode_application(evidence.body, evidence.encoding, QUESTION)
        catalogue = publication.load_part(tx, row["catalogue"], row["catalogue_version"], row["one_thing"])
        received_on = date.fromisoformat(row["received_on"])
        command = build_receipt(catalogue, row["portal"], message, received_on)
    except (BadData, Refused, LookupError):
        return differs
    kept = (row["reference"], row["one_thing"], decode_content(row), _name_scans(scans))
    sent = [{"material": scan.material, "content": scan.content} for scan in command.attachments]
    if kept != (command.reference, command.one_thing, command.personal, _name_scans(sent)):
        return differs
    arrived = to_local_time(row["arrived_at"], catalogue.time_zone).strftime("%Y-%m-%d %H:%M:%S")
    sentence = _("The application is what the signed message states; it arrived at {time}.")
    return EvidenceCheck(True, sentence.format(time=arrived))


def _name_scans(scans: list[Row]) -> set[tuple[str, str]]:
    return {(scan["material"], scan["content"]) for scan in scans}


def _check_scans(office: Office, scans: list[Row]) -> EvidenceCheck:
    """Check the bytes of the scans, whose digests the signed message names."""
    missing = []
    for scan in scans:
        try:
            office.attachments.find_verified(scan["content"])
        except StoreError:
            missing.append(scan["material"])
    if missing:
        sentence = _("Scans that have not arrived or are damaged: {names}.")
        return EvidenceCheck(False, sentence.format(names=", ".join(missing)))
    return EvidenceCheck(
        True, _("Scans that are kept as the signed message names them: {count}.").format(count=len(scans))
    )
