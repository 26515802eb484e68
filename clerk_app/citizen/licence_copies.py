"""Copies of a citizen's own licences at a kiosk: each is recorded before its content is sent there, for one print.

The number and the code on the copy let its receiver ask whether it is genuine and still valid. A print whose outcome
is unknown may be repeated in the same session, under the same number.
"""

from __future__ import annotations

from datetime import date, datetime
from secrets import choice
from typing import ClassVar, Literal
from zoneinfo import ZoneInfo

from clerk_app.catalogue.publication import load_frame, read_policy
from clerk_app.citizen.sessions import KIOSK_ROLES, require_person, session_stream, touch_session
from clerk_app.errors import Refused
from clerk_app.ledger.access import MachineKind
from clerk_app.ledger.chain_tips import node_of_chain
from clerk_app.ledger.commands import Command, CommandDecision, Entry, Moment, Placement, RuleSet
from clerk_app.licences.licence_copies import name_copy
from clerk_app.licences.usable_licences import list_usable_licences
from clerk_app.locales import mark
from db.engines import Row, Transaction

CopyOutcome = Literal["printed", "unknown", "not_printed"]
PRINTING = "printing"
PRINTED: CopyOutcome = "printed"
UNKNOWN: CopyOutcome = "unknown"
NOT_PRINTED: CopyOutcome = "not_printed"
CODE_CHARACTERS = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"
_CODE_LENGTH = 8
_MAX_PRINTS = 3  # of one number in a session
_DAY = 86_400_000_000  # microseconds

RULES = RuleSet()


class OwnLicencesListed(CommandDecision, frozen=True, kw_only=True):
    """The own licences of the person; they may be read with the key of the entry, numbers masked."""

    stored_name: ClassVar[str] = "OwnLicencesListed"
    key: str
    licences: tuple[str, ...]


class ListOwnLicences(Command[OwnLicencesListed], frozen=True, kw_only=True):
    """Lists the own licences of the person of a session."""

    stored_name: ClassVar[str] = "ListOwnLicences"
    session: str


class OwnLicenceCopied(CommandDecision, frozen=True, kw_only=True):
    """Number and code of the copy, and until when it is valid (microseconds UTC). `prints` counts from 1."""

    stored_name: ClassVar[str] = "OwnLicenceCopied"
    key: str
    number: str
    code: str
    expires_at: int
    prints: int = 1


class CopyOwnLicence(Command[OwnLicenceCopied], frozen=True, kw_only=True):
    """Begins the print of `count` copies of a licence. `repeats` is the number of a copy that may not have come out."""

    stored_name: ClassVar[str] = "CopyOwnLicence"
    session: str
    licence: str
    purpose: str
    count: int = 1
    repeats: str = ""


class CopyPrintRecorded(CommandDecision, frozen=True, kw_only=True):
    """The outcome was recorded."""

    stored_name: ClassVar[str] = "CopyPrintRecorded"


class RecordCopyPrint(Command[CopyPrintRecorded], frozen=True, kw_only=True):
    """Records how the print of a copy ended: how many certainly came out of the printer, and what is known of the rest.

    It needs no session, because the session may end while the paper comes out.
    """

    stored_name: ClassVar[str] = "RecordCopyPrint"
    number: str
    outcome: CopyOutcome
    printed: int = 0


class CopyVerified(CommandDecision, frozen=True, kw_only=True):
    """What the copy is: type of the licence, purpose, expiry, and whether copy and licence are valid now."""

    stored_name: ClassVar[str] = "CopyVerified"
    kind: str
    purpose: str
    made_at: int
    expires_at: int
    state: Literal["valid", "expired", "revoked"]


def list_own_licences(tx: Transaction, person: str, at: int) -> list[Row]:
    """Return the valid licences that a person holds, without those that the person may only use."""
    zone = ZoneInfo(load_frame(tx).time_zone)
    today = datetime.fromtimestamp(at / 1_000_000, zone).date()
    return [
        row
        for row in list_usable_licences(tx, person, at)
        if row["holder"] == person
        and row["state"] == "valid"
        and not (row["valid_to"] and date.fromisoformat(row["valid_to"]) < today)
    ]


def require_own_licence(tx: Transaction, person: str, licence: str, at: int) -> Row:
    """Return a valid own licence of a person. Raises Refused for any other, with the same sentence."""
    row = next((row for row in list_own_licences(tx, person, at) if row["id"] == licence), None)
    if row is None:
        raise Refused("no_licence", "This licence is not among your valid ones. Please choose again.")
    return row


def _decide_list(tx: Transaction, command: ListOwnLicences, moment: Moment) -> OwnLicencesListed:
    session = require_person(tx, command.session, moment)
    rows = list_own_licences(tx, session.person, moment.decided_at)
    return OwnLicencesListed(key=moment.key, licences=tuple(row["id"] for row in rows))


@RULES.register(
    ListOwnLicences,
    OwnLicencesListed,
    permission="citizen.licences",
    roles=KIOSK_ROLES,
    machines=(MachineKind.KIOSK,),
    label=mark("Own licences listed at a kiosk"),
    decide=_decide_list,
    stream=lambda command, _: session_stream(command.session),
    placement=Placement.REMOTE,
    survives_restore=False,
    max_bytes=1000,
    keep_call=False,
)
def _apply_list(tx: Transaction, entry: Entry[ListOwnLicences, OwnLicencesListed]) -> None:
    touch_session(tx, entry.command.session, entry.decided_at)


def _decide_copy(tx: Transaction, command: CopyOwnLicence, moment: Moment) -> OwnLicenceCopied:
    session = require_person(tx, command.session, moment)
    policy = read_policy(tx)
    require_own_licence(tx, session.person, command.licence, moment.decided_at)
    if policy.citizen_papers.find_purpose(command.purpose) is None:
        raise Refused("purpose", "A copy is printed for a purpose of the list.")
    if not 1 <= command.count <= policy.citizen_papers.copies_at_once:
        raise Refused(
            "count", "At most {count} copies are printed at once.", count=policy.citizen_papers.copies_at_once
        )
    if not command.repeats:
        return OwnLicenceCopied(
            key=moment.key,
            number=name_copy(command.licence, moment),
            code="".join(choice(CODE_CHARACTERS) for _character in range(_CODE_LENGTH)),
            expires_at=moment.corrected_at + policy.licence_copy_days * _DAY,
        )
    row = tx.get_for_update("licence_copies", number=command.repeats)
    same = row is not None and (row["session"], row["licence"]) == (session.id, command.licence)
    if row is None or not same or row["outcome"] == PRINTED:
        raise Refused("not_repeated", "This copy is not printed again. Please print a new one.")
    if row["prints"] >= _MAX_PRINTS:
        raise Refused(
            "prints", "This copy was sent to the printer {count} times. Please ask our staff.", count=_MAX_PRINTS
        )
    return OwnLicenceCopied(
        key=moment.key, number=row["number"], code=row["code"], expires_at=row["expires_at"], prints=row["prints"] + 1
    )


@RULES.register(
    CopyOwnLicence,
    OwnLicenceCopied,
    permission="citizen.copy",
    roles=KIOSK_ROLES,
    machines=(MachineKind.KIOSK,),
    label=mark("Copy of a licence at a kiosk"),
    decide=_decide_copy,
    stream=lambda command, _: f"licence/{command.licence}",
    placement=Placement.REMOTE,
    survives_restore=False,
    max_bytes=2000,
    keep_call=False,
)
def _apply_copy(tx: Transaction, entry: Entry[CopyOwnLicence, OwnLicenceCopied]) -> None:
    command, decision = entry.command, entry.decision
    touch_session(tx, command.session, entry.decided_at)
    begun = {"outcome": PRINTING, "printed": 0, "prints": decision.prints, "count": command.count}
    if decision.prints > 1:
        tx.update("licence_copies", {"number": decision.number}, **begun)
        return
    tx.insert(
        "licence_copies",
        number=decision.number,
        code=decision.code,
        licence=command.licence,
        purpose=command.purpose,
        session=command.session,
        node=node_of_chain(entry.moment.node),
        made_at=entry.moment.corrected_at,
        expires_at=decision.expires_at,
        **begun,
    )


def _decide_record(tx: Transaction, command: RecordCopyPrint, moment: Moment) -> CopyPrintRecorded:
    row = tx.get_for_update("licence_copies", number=command.number)
    if row is None or row["node"] != node_of_chain(moment.node):
        raise Refused("no_copy", "There is no such copy.")
    if row["outcome"] != PRINTING:
        raise Refused("answered", "It is recorded already how this print ended.")
    if not 0 <= command.printed <= row["count"]:
        raise Refused("count", "At most {count} copies are printed at once.", count=row["count"])
    return CopyPrintRecorded()


@RULES.register(
    RecordCopyPrint,
    CopyPrintRecorded,
    permission="citizen.copy",
    roles=KIOSK_ROLES,
    machines=(MachineKind.KIOSK,),
    label=mark("Outcome of the print of a licence's copy"),
    decide=_decide_record,
    stream=lambda command, _: f"licence_copy/{command.number}",
    placement=Placement.REMOTE,
    survives_restore=False,
    max_bytes=1000,
    keep_call=False,
)
def _apply_record(tx: Transaction, entry: Entry[RecordCopyPrint, CopyPrintRecorded]) -> None:
    command = entry.command
    tx.update("licence_copies", {"number": command.number}, outcome=command.outcome, printed=command.printed)


def verify_copy(tx: Transaction, number: str, code: str, now: int) -> CopyVerified | None:
    """Return what a copy is; None if number and code do not belong to one. `now` is in microseconds UTC."""
    row = tx.get("licence_copies", number=number.strip().upper())
    if row is None or row["code"] != code.strip().upper():
        return None
    licence = tx.get("licences", id=row["licence"])
    is_valid = licence is not None and licence["state"] == "valid"
    return CopyVerified(
        kind=licence["kind"] if licence is not None else "",
        purpose=row["purpose"],
        made_at=row["made_at"],
        expires_at=row["expires_at"],
        state="expired" if row["expires_at"] < now else "valid" if is_valid else "revoked",
    )
