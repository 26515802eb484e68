"""Signature of a further party under an application, where the catalogue asks for it (matter field `co_signature`).

The party signs by a code that the authority has just verified, made for this moment, or on a sheet that the clerk has
checked. The acceptance takes the signature over.
"""

from __future__ import annotations

from typing import ClassVar

from clerk_app.errors import Refused
from clerk_app.ledger.access import MachineKind, Role
from clerk_app.ledger.commands import Command, CommandDecision, Entry, Moment, Placement, RuleSet
from clerk_app.licences.identity_proof import SHOWN
from clerk_app.licences.shared_materials import SIGNED, get_running_visit, mark_visit_changed
from clerk_app.locales import mark
from db.engines import Transaction

SCANNED = "scan"
_FRESH = 300_000_000  # microseconds since the code was verified

RULES = RuleSet()


class CoSigned(CommandDecision, frozen=True, kw_only=True):
    """The signature was recorded."""

    stored_name: ClassVar[str] = "CoSigned"


class CoSignByCode(Command[CoSigned], frozen=True, kw_only=True):
    """Record that `person`, the party `role`, signs the application for the one thing `purpose` by their code."""

    stored_name: ClassVar[str] = "CoSignByCode"
    visit: str
    purpose: str
    role: str
    person: str


class CoSignOnPaper(Command[CoSigned], frozen=True, kw_only=True):
    """Record that the party `role` has signed a sheet for the application, which the clerk has checked."""

    stored_name: ClassVar[str] = "CoSignOnPaper"
    visit: str
    purpose: str
    role: str


def _decide_code(tx: Transaction, command: CoSignByCode, moment: Moment) -> CoSigned:
    get_running_visit(tx, command.visit, moment)
    proof = tx.get("identity_proofs", visit=command.visit, person=command.person) if command.person else None
    if proof is None or moment.decided_at - proof["proved_at"] > _FRESH:
        raise Refused("unproved", "The party signs by scanning the code now, which the center verifies.")
    if proof["level"] != SHOWN:
        raise Refused(
            "printed_code", "A printed code is no signature: ask for one on the phone, or for a sheet that they signed."
        )
    return CoSigned()


def _record(tx: Transaction, command: CoSignByCode | CoSignOnPaper, person: str, how: str, at: int) -> None:
    tx.upsert(
        "co_signatures",
        ("visit", "purpose", "role"),
        visit=command.visit,
        purpose=command.purpose,
        role=command.role,
        person=person,
        how=how,
        sheet="",
        signed_at=at,
    )
    mark_visit_changed(tx, command.visit)


@RULES.register(
    CoSignByCode,
    CoSigned,
    permission="visit.co_sign",
    roles=(Role.CLERK,),
    machines=(MachineKind.COUNTER,),
    label=mark("Co-signature by a code"),
    decide=_decide_code,
    stream=lambda command, _: f"visit/{command.visit}",
    documents=("visit",),
    placement=Placement.REMOTE,
)
def _apply_code(tx: Transaction, entry: Entry[CoSignByCode, CoSigned]) -> None:
    _record(tx, entry.command, entry.command.person, SCANNED, entry.decided_at)


def _decide_paper(tx: Transaction, command: CoSignOnPaper, moment: Moment) -> CoSigned:
    if not moment.already_decided:  # after a restore the visit may have ended
        get_running_visit(tx, command.visit, moment)
    return CoSigned()


@RULES.register(
    CoSignOnPaper,
    CoSigned,
    permission="visit.co_sign",
    roles=(Role.CLERK,),
    machines=(MachineKind.COUNTER,),
    label=mark("Co-signature on a sheet"),
    decide=_decide_paper,
    stream=lambda command, _: f"visit/{command.visit}",
    documents=("visit",),
)
def _apply_paper(tx: Transaction, entry: Entry[CoSignOnPaper, CoSigned]) -> None:
    _record(tx, entry.command, "", SIGNED, entry.decided_at)
