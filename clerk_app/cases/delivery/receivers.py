"""Who receives results: a party of the case, its agent with both codes, or a delegate with a written delegation."""

from __future__ import annotations

from dataclasses import dataclass

from clerk_app.cases.representations import COLLECT
from clerk_app.errors import Refused
from clerk_app.ledger.commands import MessagePart, Moment
from clerk_app.locales import mark
from db.engines import Transaction
from db.json_lists import decode_json_list

DELEGATE = "delegate"  # somebody who is no party of the case and has a written delegation (授权委托书)
NO_CODES = "no_codes"  # fault of an agent
NO_REPRESENTATIVE = "no_representative"
KNOWN_BY_CODES = "codes"  # an agent: the party's code and the agent's own code were shown in the same visit
REPRESENTATIVE = "representative"  # who acted for the party at the acceptance and may collect, known by the own code
RECEIVER_KNOWN_BY = {
    "code": mark("code shown in this visit"),
    "document": mark("identity document"),
    "delegation": mark("delegation and identity document"),
    KNOWN_BY_CODES: mark("codes of both shown in one visit"),
    REPRESENTATIVE: mark("acts for the applicant since the acceptance; own code shown in this visit"),
}

_BY_AGENT = (KNOWN_BY_CODES, REPRESENTATIVE)

RECEIVER_FAULTS = {
    "no_party": mark("The receiver is no party of this case: a delegation is needed."),
    "no_code": mark("This party has not shown a code in this visit: check an identity document."),
    NO_CODES: mark("The center has not verified the codes of both the party and the agent in this visit."),
    NO_REPRESENTATIVE: mark(
        "Nobody with this code acts for the party in this case, or only without collecting results."
    ),
}
"""Why a receiver is not confirmed, by code."""

RECEIVER_OBJECTIONS = {
    "no_party": mark("The results were handed over to somebody who is no party of this case at the center."),
    "no_code": mark(
        "The results were handed over to a party known by a code, which the center cannot find in that visit."
    ),
    NO_CODES: mark("The results were handed over to an agent whose two codes the center cannot find in that visit."),
    NO_REPRESENTATIVE: mark("The results were handed over to somebody who, at the center, may not collect them."),
}
"""Sentences of objections to a hand-over that took place, by code of RECEIVER_FAULTS."""


class Signature(MessagePart, frozen=True, kw_only=True):
    """Name of the receiver of the results, and of the person who signed for it: an organisation, or an absent party."""

    name: str
    signer: str = ""


@dataclass(frozen=True, kw_only=True)
class Receiver:
    """Who received results from `clerk`. `role` is the role in the case, or DELEGATE; `known_by` one of the above.

    `visit` is the one in which codes were shown. `agent` is the id of the registered person who collected them for the
    party, known by the codes of both.
    """

    role: str
    known_by: str
    visit: str
    agent: str
    clerk: str


def require_signature(tx: Transaction, case: str, role: str, signed: Signature | None, moment: Moment) -> Signature:
    """Return the signature of a hand-over. Raise Refused if nobody signed, or nobody for an organisation."""
    if signed is None or not signed.name.strip():
        raise Refused("signature", "The set is handed over against a signature: who signs?")
    party = tx.get("parties", case_number=case, role=role) if role else None
    needs_signer = party is not None and party["kind"] == "organisation" and not signed.signer.strip()
    if needs_signer and not moment.is_remote:  # versions before did not record who signed
        raise Refused("signature", "An organisation receives it by a person: who signs for it?")
    return signed


def find_receiver_fault(tx: Transaction, case: str, receiver: Receiver, signed: Signature) -> str:
    """Return why the receiver is not confirmed, a key of RECEIVER_FAULTS; empty if they are.

    Raise Refused if the command does not state how a party (code, document, both codes) or a delegate (delegation) is
    known.
    """
    allowed = ("delegation",) if receiver.role == DELEGATE else ("code", "document", *_BY_AGENT)
    if receiver.known_by not in allowed or (receiver.known_by in _BY_AGENT) != bool(receiver.agent):
        raise Refused("receiver", "Record how the receiver is known: by a code, a document, or a delegation.")
    if receiver.role == DELEGATE:
        return ""
    party = tx.get("parties", case_number=case, role=receiver.role)
    if party is None or party["name"] != signed.name:
        return "no_party"
    if receiver.known_by in _BY_AGENT:
        if not signed.signer.strip():
            raise Refused("signature", "An agent signs with the own name.")
        if receiver.known_by == REPRESENTATIVE:
            return "" if _may_collect(tx, case, receiver) else NO_REPRESENTATIVE
        return "" if _are_both_proved(tx, receiver, party["subject"]) else NO_CODES
    visit = tx.get("visits", id=receiver.visit) if receiver.known_by == "code" else None
    is_shown = visit is not None and visit["confirmed"] and visit["shown_number"] == party["number"]
    return "no_code" if receiver.known_by == "code" and not (is_shown and party["number"]) else ""


def _may_collect(tx: Transaction, case: str, receiver: Receiver) -> bool:
    """Return whether the person served acted for the party at the acceptance, and may collect results."""
    row = tx.get("representations", case_number=case, role=receiver.role)
    visit = tx.get("visits", id=receiver.visit)
    if row is None or visit is None or visit["staff"] != receiver.clerk or not visit["confirmed"]:
        return False
    is_agent = row["agent"] == receiver.agent == visit["person"]
    return is_agent and COLLECT in decode_json_list(row["acts"])


def _are_both_proved(tx: Transaction, receiver: Receiver, party: str | None) -> bool:
    """Return whether the center has verified codes of the party and of another person, the agent, in the visit.

    A printed code of the party is enough; so each code has to be verified by the center itself.
    """
    visit = tx.get("visits", id=receiver.visit)
    if visit is None or visit["staff"] != receiver.clerk or not party or party == receiver.agent:
        return False  # what somebody showed in the visit of another clerk proves nothing here
    proved = {row["person"] for row in tx.select("identity_proofs", visit=receiver.visit)}
    return {party, receiver.agent} <= proved
