"""Parts of an application from outside, its states, and how its rows are announced."""

from __future__ import annotations

import msgspec

from clerk_app.errors import Refused
from clerk_app.ledger.commands import MessagePart
from clerk_app.ledger.replication.documents import SUPERVISORS_SCOPE
from clerk_app.locales import mark
from db.engines import Row, Transaction

PORTAL, LETTER, EMAIL = "portal", "letter", "email"
SOURCES = {PORTAL: mark("portal"), LETTER: mark("letter"), EMAIL: mark("e-mail")}
"""How an application arrived, by stored id, as message ids."""
BY_POST = (LETTER, EMAIL)
"""Sources whose applicant is not at the window: the clerk types the application in."""

RECEIVED, OPENED, ACCEPTED, ANSWERED = "received", "opened", "accepted", "answered"
WITHDRAWN, EXPIRED = "withdrawn", "expired"
STATE_NAMES = {
    RECEIVED: mark("received"),
    OPENED: mark("opened"),
    ACCEPTED: mark("accepted"),
    ANSWERED: mark("answered"),
    WITHDRAWN: mark("withdrawn"),
    EXPIRED: mark("expired"),
}
"""Name of each state, as a message id."""
OPEN_STATES = (RECEIVED, OPENED)
REFUSED, INCOMPLETE = "refused", "incomplete"
OUTCOMES = (REFUSED, INCOMPLETE)
"""Outcomes of an answer by stored id: no case is made of it; something is missing."""

SOURCE_PREFIX = "application:"
"""Prefix of the source of a form value that was sent with an application; the date of receipt follows."""
MAX_VALUES = 500  # fields of one application
MAX_ATTACHMENTS = 100
NO_APPLICATION = "no_application"


class StatedApplicant(MessagePart, frozen=True, kw_only=True):
    """Name and number of the applicant as the application states them."""

    name: str
    number: str = ""


class IdentityStatement(MessagePart, frozen=True, kw_only=True):
    """The assertion of an identity provider: whether it verified the applicant, how, and when (ISO 8601)."""

    provider: str
    verified: bool
    how: str = ""
    at: str = ""


class RequestEvidence(MessagePart, frozen=True, kw_only=True):
    """The signed request with which a portal sent an application (RFC 9421, RFC 9530).

    The signature covers method, path, digest of the body and center; `body` is as it was sent. So it can be proved
    later what the portal has sent (`center/application_evidence.py`).
    """

    method: str
    path: str
    content_digest: str
    center: str
    signature_input: str
    signature: str
    body: bytes
    encoding: str = ""


class ApplicationContent(MessagePart, frozen=True, kw_only=True):
    """Personal part of an application. `values` are those of the form, by field id."""

    applicant: StatedApplicant
    values: dict[str, str] = {}
    identity: IdentityStatement | None = None
    evidence: RequestEvidence | None = None

    @property
    def without_evidence(self) -> ApplicationContent:
        """The content as a window gets it, and as two messages are compared."""
        return msgspec.structs.replace(self, evidence=None)


class SentAttachment(MessagePart, frozen=True, kw_only=True):
    """A material that was sent as a scan; `content` is the digest of its file."""

    material: str
    content: str
    media_type: str


def decode_content(row: Row) -> ApplicationContent | None:
    """Return the content of a row of `applications`; None if it was erased or is not in this store."""
    return msgspec.json.decode(row["content"], type=ApplicationContent) if row["content"] else None


def get_open_application(tx: Transaction, number: str) -> Row:
    """Return an application that was not answered yet, locked for update. Raises Refused."""
    row = tx.get_for_update("applications", number=number)
    if row is None:
        raise Refused(NO_APPLICATION, "There is no application {number}. Check the number.", number=number)
    require_open(row)
    return row


def has_ended(tx: Transaction, number: str) -> bool:
    """Return whether an application has an end, which no later entry changes.

    An entry that was decided before a restore of the center is applied as it was decided, after the end that the
    application got meanwhile.
    """
    row = tx.get("applications", number=number)
    return row is not None and row["state"] not in OPEN_STATES


def require_open(row: Row) -> None:
    """Raise Refused if an application was accepted, answered, withdrawn or has expired."""
    number, case = row["number"], row["case_number"]
    if row["state"] == ACCEPTED:
        raise Refused("ended", "Application {number} was accepted: case {case}.", number=number, case=case)
    if row["state"] == ANSWERED:
        raise Refused("ended", "Application {number} was answered already.", number=number)
    if row["state"] == WITHDRAWN:
        raise Refused("ended", "Application {number} was withdrawn by its applicant.", number=number)
    if row["state"] == EXPIRED:
        raise Refused("ended", "Application {number} has expired: a new one is needed.", number=number)


def mark_application_changed(tx: Transaction, number: str, *nodes: str) -> None:
    """Mark an application as changed for the machines that hold it or held it before, and for the supervisors."""
    tx.mark_changed(SUPERVISORS_SCOPE, f"application/{number}")
    for node in sorted({node for node in nodes if node}):
        tx.mark_changed(f"node/{node}", f"application/{number}")
