"""Opening of a citizen's session: by a code that the center verifies itself, or by a receipt with its second factor.

A signed code that may be a print or a copy, and one that was shown elsewhere within a day, needs the last digits of the
registered telephone, which no code contains. Nobody at a kiosk compares a face, so a code with a warning
needs them too. The personal part (code, digits) is used once and not stored.
"""

from __future__ import annotations

from datetime import UTC, datetime
from secrets import token_hex
from typing import Any, ClassVar

from clerk_app.cases.changes import mark_case_changed
from clerk_app.cases.status_query import SecondFactor, count_wrong_factor, get_verified_case
from clerk_app.catalogue.publication import read_policy
from clerk_app.citizen.sessions import (
    BY_CODE,
    BY_NEWER,
    BY_RECEIPT,
    KIOSK_ROLES,
)
from clerk_app.errors import Refused
from clerk_app.ledger.access import MachineKind
from clerk_app.ledger.chain_tips import node_of_chain
from clerk_app.ledger.commands import Command, CommandDecision, Entry, MessagePart, Moment, Placement, RuleSet
from clerk_app.ledger.entries import Refusal
from clerk_app.ledger.tries import (
    MICROSECONDS_PER_MINUTE,
    PHONE_FACTOR,
    SECOND_FACTOR,
    SECOND_FACTOR_AT,
    clear_failures,
    count_failure,
    locked_until,
)
from clerk_app.licences.code_verification import Result, Sighting
from clerk_app.licences.identity_proof import count_wrong_phone, is_made_for_this_moment, require_phone
from clerk_app.licences.licence_verification import verify_licence_code
from clerk_app.locales import mark
from db.engines import Row, Transaction

FACTOR_NEEDED = "factor_needed"  # reason of the refusal of a code that may be a print or a copy
_UNKNOWN_CODE = "unknown_code"  # reason of the refusal of a dynamic code, counted by machine
_REUSE_PERIOD = 86_400_000_000  # microseconds in which another use of a signed code is found

RULES = RuleSet()


class OpeningProof(MessagePart, frozen=True, kw_only=True):
    """The text of a scanned signed code; the digits or characters that were typed with it, or with a case number."""

    text: str = ""
    last: str = ""


class SessionOpened(CommandDecision, frozen=True, kw_only=True):
    """The new session: kind, person or case; `code_key` identifies the code. `ends_at` is in microseconds UTC."""

    stored_name: ClassVar[str] = "CitizenSessionOpened"
    session: str
    kind: str
    ends_at: int
    person: str = ""
    case: str = ""
    code_key: str = ""


class OpenCitizenSession(Command[SessionOpened], frozen=True, kw_only=True):
    """Opens a session at a kiosk: with a case number and its second factor, the digest of a dynamic code, or a code."""

    stored_name: ClassVar[str] = "OpenCitizenSession"
    case: str = ""
    digest: str = ""
    personal: OpeningProof | None = None


def _decide(tx: Transaction, command: OpenCitizenSession, moment: Moment) -> SessionOpened:
    proof = command.personal or OpeningProof()
    ends_at = moment.decided_at + read_policy(tx).citizen_session_minutes * MICROSECONDS_PER_MINUTE
    session = token_hex(16)
    if command.case:
        get_verified_case(tx, command.case, SecondFactor(last=proof.last), moment)
        return SessionOpened(session=session, kind=BY_RECEIPT, ends_at=ends_at, case=command.case)
    if command.digest:
        person, key = _resolve_dynamic_code(tx, command.digest, moment), command.digest
    else:
        person, key = _verify_signed_code(tx, proof, moment)
    return SessionOpened(session=session, kind=BY_CODE, ends_at=ends_at, person=person, code_key=key)


def _resolve_dynamic_code(tx: Transaction, digest: str, moment: Moment) -> str:
    """Return whose dynamic code this is. A code that does not exist counts as a wrong second factor of the machine."""
    policy, now, machine = read_policy(tx), moment.decided_at, node_of_chain(moment.node)
    if locked_until(tx, SECOND_FACTOR_AT, machine, now, policy.wrong_factors_of_machine) is not None:
        raise Refused("too_many_tries", "Too many wrong codes at this machine. Please ask at a window.")
    row: Row | None = tx.get_for_update("dynamic_codes", digest=digest)
    if row is None:
        until = now + policy.factor_lockout_minutes * MICROSECONDS_PER_MINUTE
        raise Refused(_UNKNOWN_CODE, "The center has no such code. Show a fresh one.", until=until)
    if row["used_at"] is not None or row["expires_at"] < now:
        raise Refused("old_code", "This code was used before, or is too old. Show a fresh one.")
    return str(row["person"])


def _verify_signed_code(tx: Transaction, proof: OpeningProof, moment: Moment) -> tuple[str, str]:
    """Return the registered person or organisation of a signed code, and the id of the code. Raises Refused."""
    if moment.read_trust is None:
        raise Refused("no_trust", "The center has no trust list, so it cannot verify a code.")
    trust, status = moment.read_trust()
    now = datetime.fromtimestamp(moment.decided_at / 1_000_000, UTC)

    def find_sighting(cti: bytes) -> Sighting | None:
        since = moment.decided_at - _REUSE_PERIOD
        row = tx.query_one("citizen.last_use_of_code", code_key=cti.hex(), since=since)
        if row is None or row["at"] is None:
            return None
        return Sighting(datetime.fromtimestamp(row["at"] / 1_000_000, UTC), "")

    verdict = verify_licence_code(proof.text, trust, status, now, find_sighting=find_sighting)
    claims = verdict.claims
    if verdict.result is Result.RED or claims is None:
        reason = str(verdict.reason.value) if verdict.reason else "red"
        raise Refused(
            "code", "The center does not confirm this code. Show a fresh one, or ask at a window.", why=reason
        )
    subject = tx.query_one("people.subject_by_number", number=claims.holder_id_number)
    if subject is None:
        raise Refused("no_record", "The code is genuine, but the city has no record of its holder. Ask at a window.")
    if not (verdict.result is Result.GREEN and is_made_for_this_moment(proof.text, claims)):
        _require_second_factor(tx, subject["id"], proof, moment)
    return subject["id"], claims.cti.hex()


def _require_second_factor(tx: Transaction, person: str, proof: OpeningProof, moment: Moment) -> None:
    if not proof.last:
        raise Refused(
            FACTOR_NEEDED,
            "This code may be a print or a copy. Type the last four digits of the telephone that the city has for you.",
        )
    require_phone(tx, person, proof.last, moment)


def _count_wrong(tx: Transaction, entry: Entry[Any, Refusal]) -> None:
    """Count a wrong second factor of a case or person, and a dynamic code that does not exist."""
    if entry.command.case:
        count_wrong_factor(tx, entry)
    count_wrong_phone(tx, entry)
    if entry.decision.reason == _UNKNOWN_CODE and "until" in entry.decision.facts:
        until = int(entry.decision.facts["until"])
        count_failure(tx, SECOND_FACTOR_AT, node_of_chain(entry.moment.node), entry.decided_at, until)


def _stream(command: OpenCitizenSession, decision: SessionOpened | None) -> str:
    """Return the history of the case or person, so that both show who opened a session where."""
    if command.case:
        return f"case/{command.case}"
    return f"person/{decision.person}" if decision is not None else "citizen"


@RULES.register(
    OpenCitizenSession,
    SessionOpened,
    permission="citizen.open",
    roles=KIOSK_ROLES,
    machines=(MachineKind.KIOSK,),
    label=mark("Citizen's session at a kiosk"),
    decide=_decide,
    stream=_stream,
    documents=("case",),
    placement=Placement.REMOTE,
    apply_refusal=_count_wrong,
    survives_restore=False,
    keep_call=False,  # a stolen kiosk must not hold whose sessions it had
    keep_personal=False,
)
def _apply(tx: Transaction, entry: Entry[OpenCitizenSession, SessionOpened]) -> None:
    opened, at, node = entry.decision, entry.decided_at, node_of_chain(entry.moment.node)
    tx.execute("citizen.end_sessions_of_node", node=node, at=at, how=BY_NEWER)
    tx.insert(
        "citizen_sessions",
        id=opened.session,
        node=node,
        kind=opened.kind,
        person=opened.person,
        case_number=opened.case,
        code_key=opened.code_key,
        opened_at=at,
        used_at=at,
        ends_at=opened.ends_at,
        ended_how="",
    )
    if entry.command.digest:
        tx.update("dynamic_codes", {"digest": entry.command.digest}, used_at=at, used_by=opened.session)
    if opened.case:
        clear_failures(tx, SECOND_FACTOR, opened.case)
        mark_case_changed(tx, opened.case)  # the history of the case has a new line
    elif not entry.command.digest:
        clear_failures(tx, PHONE_FACTOR, opened.person)
