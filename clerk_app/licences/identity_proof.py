"""Proof of identity at the authority: it verifies the code that a citizen showed at a window itself.

A window also verifies a code, so that it works without a connection; but what the city holds about a person is sent to
it only for a person whose code the authority has verified. Levels of a proof, which are stored:

    listed  a code that may be a print or a copy: the materials of the person are listed, but not shown
    shown   a code that a phone made for this moment, or a listed one with a second factor
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any, ClassVar

from clerk_app.catalogue.publication import read_policy
from clerk_app.errors import Refused
from clerk_app.ledger.access import MachineKind, Role
from clerk_app.ledger.chain_tips import node_of_chain
from clerk_app.ledger.commands import Command, CommandDecision, Entry, MessagePart, Moment, Placement, RuleSet
from clerk_app.ledger.entries import Refusal
from clerk_app.ledger.tries import (
    MICROSECONDS_PER_MINUTE,
    PHONE_FACTOR,
    SECOND_FACTOR_AT,
    clear_failures,
    count_failure,
    locked_until,
)
from clerk_app.licences.claims import LicenceClaims
from clerk_app.licences.code_verification import Result, Sighting
from clerk_app.licences.licence_verification import PRESENTATION_PREFIX, LicenceVerdict, verify_licence_code
from clerk_app.locales import mark
from db.engines import Row, Transaction

LISTED, SHOWN = "listed", "shown"
PHONE_DIGITS = 4  # last digits of the registered telephone, which no code contains
_SCREEN_CODE_LIFETIME = timedelta(minutes=10)  # an `EL1:` code with a shorter life was made for this moment
_WRONG_PHONE = "phone_factor"  # reason of the refusal
_REUSE_PERIOD = timedelta(days=1)

RULES = RuleSet()


class ScannedCode(MessagePart, frozen=True, kw_only=True):
    """The text of a scanned code; the last digits of the registered telephone where they were asked for."""

    text: str
    phone: str = ""


class IdentityProved(CommandDecision, frozen=True, kw_only=True):
    """The person or organisation of the code (empty if not registered), the level, and the id of the code."""

    stored_name: ClassVar[str] = "IdentityProved"
    person: str
    level: str
    code_key: str


class ProveIdentity(Command[IdentityProved], frozen=True, kw_only=True):
    """Asks the authority to verify the signed code that a citizen showed in a visit."""

    stored_name: ClassVar[str] = "ProveIdentity"
    visit: str
    personal: ScannedCode | None = None


def find_proof(tx: Transaction, visit: str, person: str | None) -> str:
    """Return the level at which the authority has verified a code of this person in this visit; empty without one."""
    row = tx.get("identity_proofs", visit=visit, person=person) if person else None
    return str(row["level"]) if row is not None else ""


def record_proof(tx: Transaction, visit: str, person: str, level: str, code_key: str, at: int) -> None:
    """Record a verified code. A second one made for this moment confirms the consents that its holder gave before."""
    before = tx.get("identity_proofs", visit=visit, person=person)
    if before is not None and level == SHOWN and before["code_key"] != code_key:
        tx.execute("licences.confirm_consents", visit=visit, person=person, at=at)
    if before is not None and before["level"] == SHOWN:
        level = SHOWN
    tx.upsert(
        "identity_proofs",
        ("visit", "person"),
        visit=visit,
        person=person,
        level=level,
        code_key=code_key,
        proved_at=at,
    )
    row = tx.get("visits", id=visit)
    if row is not None:
        tx.mark_changed(f"window/{row['window_id']}", f"visit/{visit}")


def _decide(tx: Transaction, command: ProveIdentity, moment: Moment) -> IdentityProved:
    visit = tx.get("visits", id=command.visit)
    if visit is None or visit["ended_at"] is not None or visit["staff"] != moment.actor.id:
        raise Refused("visit", "Nobody is being served at this window.")
    code = command.personal or ScannedCode(text="")
    verdict = _verify(tx, code.text, command.visit, moment)
    claims = verdict.claims
    if verdict.result is Result.RED or claims is None:
        reason = str(verdict.reason.value) if verdict.reason else "red"
        raise Refused("code", "The center does not confirm this code ({reason}). Ask for a fresh one.", reason=reason)
    subject = tx.query_one("people.subject_by_number", number=claims.holder_id_number)
    key = claims.cti.hex()
    if subject is None:
        return IdentityProved(person="", level=LISTED, code_key=key)
    is_shown = subject["kind"] == "organisation" or is_made_for_this_moment(code.text, claims)
    if not is_shown and code.phone:
        require_phone(tx, subject["id"], code.phone, moment)
        is_shown = True
    return IdentityProved(person=subject["id"], level=SHOWN if is_shown else LISTED, code_key=key)


def _verify(tx: Transaction, text: str, visit: str, moment: Moment) -> LicenceVerdict:
    if moment.read_trust is None:
        raise Refused("no_trust", "The center has no trust list, so it cannot verify a code.")
    trust, status = moment.read_trust()
    now = datetime.fromtimestamp(moment.decided_at / 1_000_000, UTC)

    def find_sighting(cti: bytes) -> Sighting | None:
        since = moment.decided_at - int(_REUSE_PERIOD.total_seconds()) * 1_000_000
        row = tx.query_one("licences.proof_in_other_visit", code_key=cti.hex(), visit=visit, since=since)
        return Sighting(datetime.fromtimestamp(row["proved_at"] / 1_000_000, UTC), "") if row else None

    return verify_licence_code(text, trust, status, now, find_sighting=find_sighting)


def is_made_for_this_moment(text: str, claims: LicenceClaims) -> bool:
    """Return whether a phone has made a verified code for this moment; any other may be a print or a copy."""
    is_presentation = text.strip().startswith(PRESENTATION_PREFIX)
    return is_presentation or claims.expires_at - claims.issued_at <= _SCREEN_CODE_LIFETIME


def require_phone(tx: Transaction, person: str, digits: str, moment: Moment) -> None:
    """Raise Refused unless these are the last digits of the person's registered telephone; wrong ones are counted."""
    policy, now = read_policy(tx), moment.decided_at
    locks = (
        (PHONE_FACTOR, person, policy.wrong_factors_before_lockout),
        (SECOND_FACTOR_AT, node_of_chain(moment.node), policy.wrong_factors_of_machine),
    )
    if any(locked_until(tx, what, who, now, limit) is not None for what, who, limit in locks):
        raise Refused(
            "too_many_tries", "Wrong digits were entered too often. Ask for a code on the phone, or take the papers in."
        )
    row: Row = tx.get("persons", id=person) or {}
    known = "".join(character for character in row.get("phone") or "" if character.isdigit())
    if len(known) < PHONE_DIGITS or known[-PHONE_DIGITS:] != digits.strip():
        until = now + policy.factor_lockout_minutes * MICROSECONDS_PER_MINUTE
        raise Refused(
            _WRONG_PHONE,
            "These are not the last four digits of the telephone that the city has for this person.",
            until=until,
            person=person,
        )


def count_wrong_phone(tx: Transaction, entry: Entry[Any, Refusal]) -> None:
    """Count a wrong second factor of a person, and of the machine at which it was entered."""
    facts = entry.decision.facts
    if entry.decision.reason == _WRONG_PHONE and {"until", "person"} <= set(facts):
        for what, who in ((PHONE_FACTOR, facts["person"]), (SECOND_FACTOR_AT, node_of_chain(entry.moment.node))):
            count_failure(tx, what, who, entry.decided_at, int(facts["until"]))


@RULES.register(
    ProveIdentity,
    IdentityProved,
    permission="visit.prove",
    roles=(Role.CLERK,),
    machines=(MachineKind.COUNTER,),
    label=mark("Verification of a code by the center"),
    decide=_decide,
    stream=lambda command, _: f"visit/{command.visit}",
    documents=("visit",),
    placement=Placement.REMOTE,
    apply_refusal=count_wrong_phone,
    keep_personal=False,  # a window keeps no code texts
)
def _apply(tx: Transaction, entry: Entry[ProveIdentity, IdentityProved]) -> None:
    proved = entry.decision
    if proved.person:
        record_proof(tx, entry.command.visit, proved.person, proved.level, proved.code_key, entry.decided_at)
    if proved.level == SHOWN:
        clear_failures(tx, PHONE_FACTOR, proved.person)
