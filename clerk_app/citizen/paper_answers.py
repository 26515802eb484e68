"""What the center sends to a kiosk for a list of own licences, and for one print of a copy or of a signed code.

The answer is built for the key of the entry that recorded the act, for ANSWERED_FOR after it, only for the kiosk that
sent it, and only while the session is open. The kiosk never stores it.
"""

from __future__ import annotations

import msgspec

from clerk_app.citizen.code_slips import CodeSlipIssued, IssueCodeSlip
from clerk_app.citizen.licence_copies import CopyOwnLicence, ListOwnLicences, OwnLicencesListed
from clerk_app.errors import Refused
from clerk_app.ledger.chain_tips import node_of_chain
from clerk_app.ledger.commands import MessagePart
from clerk_app.licences.claims import LicenceData
from clerk_app.licences.registered_licence import build_licence_data
from clerk_app.people.masking import mask_number
from db.engines import Row, Transaction

ANSWERED_FOR = 120_000_000  # microseconds


class OwnLicence(MessagePart, frozen=True, kw_only=True):
    """A licence of the person; `number` is masked."""

    id: str
    kind: str  # code of its type
    number: str
    issuer: str
    valid_to: str = ""


class CopyContent(MessagePart, frozen=True, kw_only=True):
    """What is printed on a copy: the claims of the licence by id."""

    licence: OwnLicence
    claims: dict[str, str]


class PaperAnswer(MessagePart, frozen=True, kw_only=True):
    """The answer to one act: a list, the content of a copy, or the text of a signed code with its masked holder."""

    licences: tuple[OwnLicence, ...] = ()
    copy: CopyContent | None = None
    code: str = ""


class CodeOrder(MessagePart, frozen=True, kw_only=True):
    """A signed code that is to be made: the licence, and since when and until when it is valid (microseconds UTC)."""

    licence: LicenceData
    issuer: str
    kind: str
    id: bytes
    issued_at: int
    expires_at: int


def read_paper_answer(tx: Transaction, key: str, node: str, now: int) -> PaperAnswer:
    """Return list or content for the entry with `key`, which `node` sent; `now` is in microseconds UTC.

    Raises Refused if there is no such entry, it is too old, or its session has ended.
    """
    row = find_act(tx, key, node, now)
    if row["kind"] == ListOwnLicences.stored_name:
        listed = msgspec.json.decode(row["decision"], type=OwnLicencesListed)
        rows = (tx.get("licences", id=licence) for licence in listed.licences)
        return PaperAnswer(licences=tuple(_describe(each) for each in rows if each is not None))
    if row["kind"] == CopyOwnLicence.stored_name:
        command = msgspec.json.decode(row["command"], type=CopyOwnLicence)
        licence = tx.get("licences", id=command.licence)
        if licence is None or not licence["claims"]:
            raise Refused("no_content", "The city has no content of this licence. Please ask at a window.")
        claims = msgspec.json.decode(licence["claims"], type=dict[str, str])
        return PaperAnswer(copy=CopyContent(licence=_describe(licence), claims=claims))
    raise _no_answer()


def find_act(tx: Transaction, key: str, node: str, now: int) -> Row:
    """Return the entry with a key, in its time and session. Raises Refused."""
    chain, _dash, rest = key.rpartition("-")
    name, _dash, incarnation = chain.rpartition("-")
    if not (name and incarnation.isdecimal() and rest.isdecimal() and len(incarnation) < 9 and len(rest) < 18):
        raise _no_answer()
    row = tx.query_one("ledger.entry_by_key", node=name, incarnation=int(incarnation), number=int(rest))
    if row is None or node_of_chain(row["node"]) != node or row["outcome"] != "done":
        raise _no_answer()
    session = tx.get("citizen_sessions", id=msgspec.json.decode(row["command"], type=_WithSession).session)
    if now - row["decided_at"] > ANSWERED_FOR or session is None or session["ended_at"] is not None:
        raise Refused("session_ended", "Your session at this machine has ended. Scan your code or receipt again.")
    return row


def read_code_order(tx: Transaction, key: str, node: str, now: int) -> CodeOrder | None:
    """Return the signed code that an entry asks for; None if the entry is another act. Raises Refused, BadData."""
    row = find_act(tx, key, node, now)
    if row["kind"] != IssueCodeSlip.stored_name:
        return None
    issued = msgspec.json.decode(row["decision"], type=CodeSlipIssued)
    licence = tx.get("licences", id=issued.licence)
    if licence is None:
        raise _no_answer()
    return CodeOrder(
        licence=build_licence_data(tx, licence),
        issuer=licence["issuer_code"],
        kind=licence["kind"],
        id=bytes.fromhex(issued.code_id),
        issued_at=row["decided_at"],
        expires_at=issued.expires_at,
    )


class _WithSession(MessagePart, frozen=True, kw_only=True):
    """The field of a command that names its session."""

    session: str = ""


def _describe(row: Row) -> OwnLicence:
    return OwnLicence(
        id=row["id"],
        kind=row["kind"],
        number=mask_number(row["identifier"]),
        issuer=row["issuer"],
        valid_to=row["valid_to"],
    )


def _no_answer() -> Refused:
    return Refused("no_answer", "The center has no answer for this machine. Please begin again.")
