"""Signature of a further party under an application, where the catalogue asks for it (matter field `co_signature`).

The party signs by a code that the authority has just verified, made for this moment, or on a printed sheet that the
clerk has checked. What was signed is stored with it: the acceptance takes over a signature of the same form only.
"""

from __future__ import annotations

from hashlib import sha256
from typing import ClassVar

import msgspec

from clerk_app.errors import BadData, Refused
from clerk_app.ledger.access import MachineKind, Role
from clerk_app.ledger.commands import Command, CommandDecision, Entry, MessagePart, Moment, Placement, RuleSet
from clerk_app.licences.identity_proof import SHOWN
from clerk_app.licences.shared_materials import SIGNED, get_running_visit, mark_visit_changed
from clerk_app.locales import mark
from db.engines import Row, Transaction

SCANNED = "scan"
_FRESH = 300_000_000  # microseconds since the code was verified
_PREFIX = "CS-"
_DIGITS = 10

RULES = RuleSet()


class SignedForm(MessagePart, frozen=True, kw_only=True):
    """What is signed, by key of `clerk_app.cases.signed_form`."""

    form: dict[str, str]


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
    personal: SignedForm | None = None


class CoSignOnPaper(Command[CoSigned], frozen=True, kw_only=True):
    """Record that the party `role` has signed the printed sheet `sheet`, which the clerk has checked.

    Versions before schema 0052 printed no sheet: `sheet` is empty there, and what was signed is not known.
    """

    stored_name: ClassVar[str] = "CoSignOnPaper"
    visit: str
    purpose: str
    role: str
    sheet: str = ""


class SheetPrinted(CommandDecision, frozen=True, kw_only=True):
    """The number of the sheet."""

    stored_name: ClassVar[str] = "CoSignatureSheetPrinted"
    sheet: str


class RecordSheet(Command[SheetPrinted], frozen=True, kw_only=True):
    """Record that the sheet for the signature of the party `role` was printed; it replaces an earlier one."""

    stored_name: ClassVar[str] = "PrintCoSignatureSheet"
    visit: str
    purpose: str
    role: str
    personal: SignedForm | None = None


def compute_sheet_number(visit: str, purpose: str, role: str, form: dict[str, str]) -> str:
    """Return the number of a sheet, which is different for every other content."""
    content = msgspec.json.encode([visit, purpose, role, sorted(form.items())])
    return _PREFIX + sha256(content).hexdigest()[:_DIGITS].upper()


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


def _record(tx: Transaction, visit: str, purpose: str, role: str, values: Row) -> None:
    unsigned = {"person": "", "how": "", "sheet": "", "form": None}
    row = {**unsigned, **values, "visit": visit, "purpose": purpose, "role": role}
    tx.upsert("co_signatures", ("visit", "purpose", "role"), **row)
    mark_visit_changed(tx, visit)


def _encode(personal: SignedForm | None) -> str | None:
    return msgspec.json.encode(personal.form).decode() if personal is not None else None


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
    command = entry.command
    signed = {"person": command.person, "how": SCANNED, "form": _encode(command.personal)}
    _record(tx, command.visit, command.purpose, command.role, {**signed, "signed_at": entry.decided_at})


def _decide_sheet(tx: Transaction, command: RecordSheet, moment: Moment) -> SheetPrinted:
    if not moment.already_decided:  # after a restore the visit may have ended
        get_running_visit(tx, command.visit, moment)
    if command.personal is None or not command.personal.form:
        raise BadData("A sheet without content cannot be signed.")
    return SheetPrinted(sheet=compute_sheet_number(command.visit, command.purpose, command.role, command.personal.form))


@RULES.register(
    RecordSheet,
    SheetPrinted,
    permission="visit.co_sign",
    roles=(Role.CLERK,),
    machines=(MachineKind.COUNTER,),
    label=mark("Print of a sheet for a co-signature"),
    decide=_decide_sheet,
    stream=lambda command, _: f"visit/{command.visit}",
    documents=("visit",),
)
def _apply_sheet(tx: Transaction, entry: Entry[RecordSheet, SheetPrinted]) -> None:
    command = entry.command
    printed = {"sheet": entry.decision.sheet, "form": _encode(command.personal), "signed_at": entry.decided_at}
    _record(tx, command.visit, command.purpose, command.role, printed)


def _decide_paper(tx: Transaction, command: CoSignOnPaper, moment: Moment) -> CoSigned:
    if not moment.already_decided:  # after a restore the visit may have ended
        get_running_visit(tx, command.visit, moment)
    if command.sheet or not (moment.is_remote or moment.already_decided):
        key = {"visit": command.visit, "purpose": command.purpose, "role": command.role}
        row = tx.get("co_signatures", **key)
        if row is None or not command.sheet or row["sheet"] != command.sheet:
            raise Refused("no_sheet", "The sheet for the signature has to be printed first (F8 55).")
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
    command = entry.command
    row = tx.get("co_signatures", visit=command.visit, purpose=command.purpose, role=command.role) or {}
    kept = {"sheet": command.sheet, "form": row.get("form")} if command.sheet else {}
    signed = {**kept, "how": SIGNED, "signed_at": entry.decided_at}
    _record(tx, command.visit, command.purpose, command.role, signed)
