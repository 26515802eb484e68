"""Prints of receipts at a kiosk, in the two phases of `clerk_app/cases/prints.py`, within a session of the citizen.

The window that prints the later notices of the case asks its clerk whether a print without an outcome came out.
"""

from __future__ import annotations

from typing import ClassVar

from clerk_app.cases.identifiers import case_number_of
from clerk_app.cases.prints import (
    NOT_PRINTED,
    PRINTED,
    UNKNOWN,
    WRITTEN,
    BeginPrint,
    PrintBegun,
    PrintContent,
    PrintRecorded,
    RecordPrint,
    apply_begin,
    apply_record,
    require_next_print,
)
from clerk_app.citizen.kiosk_place import visit_of_session
from clerk_app.citizen.sessions import KIOSK_ROLES, require_session, touch_session
from clerk_app.errors import Refused
from clerk_app.ledger.access import MachineKind
from clerk_app.ledger.commands import Command, Entry, Moment, Placement, RuleSet
from clerk_app.locales import mark
from db.engines import Row, Transaction

_PRINTED_KINDS = frozenset({"receipt", "taken_in"})
_OUTCOMES = frozenset({PRINTED, WRITTEN, UNKNOWN, NOT_PRINTED})

RULES = RuleSet()


class BeginKioskPrint(Command[PrintBegun], frozen=True, kw_only=True):
    """Begin the first print of the receipt of what was done in a session. The fields are those of `BeginPrint`."""

    stored_name: ClassVar[str] = "BeginKioskPrint"
    session: str
    paper: str
    kind: str
    window: str
    printer: str
    device: str
    language: str
    personal: PrintContent | None = None


class RecordKioskPrint(Command[PrintRecorded], frozen=True, kw_only=True):
    """Record how a print at a kiosk ended, as its printer reported it."""

    stored_name: ClassVar[str] = "RecordKioskPrint"
    session: str
    print: str
    outcome: str


def _require_own_notice(tx: Transaction, session: str, paper: str) -> Row:
    """Return the notice of a receipt for what was done in a session. Raises Refused for another paper."""
    visit, number = visit_of_session(session), case_number_of(paper)
    notice = tx.get("notices", id=paper)
    is_own = any(row["visit"] == visit for row in tx.select("visit_cases", case_number=number))
    if notice is None or notice["kind"] not in _PRINTED_KINDS or not is_own:
        raise Refused("no_notice", "There is no such paper.")
    return notice


def _decide_begin(tx: Transaction, command: BeginKioskPrint, moment: Moment) -> PrintBegun:
    require_session(tx, command.session, moment)
    notice = _require_own_notice(tx, command.session, command.paper)
    tx.get_for_update("cases", number=case_number_of(command.paper))
    if (command.kind, command.window) != (notice["kind"], notice["window_id"]):
        raise Refused("no_notice", "There is no such paper.")
    require_next_print(_as_begun(command), notice, tx.select("prints", paper=command.paper))
    begun_at = max(moment.corrected_at, notice["made_at"])
    return PrintBegun(print=f"{command.paper}-{moment.key}", begun_at=begun_at)


def _as_begun(command: BeginKioskPrint) -> BeginPrint:
    return BeginPrint(
        paper=command.paper,
        kind=command.kind,
        window=command.window,
        printer=command.printer,
        device=command.device,
        language=command.language,
        personal=command.personal,
    )


@RULES.register(
    BeginKioskPrint,
    PrintBegun,
    permission="kiosk.print",
    roles=KIOSK_ROLES,
    machines=(MachineKind.KIOSK,),
    label=mark("Receipt sent to the printer of a kiosk"),
    decide=_decide_begin,
    stream=lambda command, _: f"case/{case_number_of(command.paper)}",
    documents=("case",),
    placement=Placement.REMOTE,
    keep_call=False,
)
def _apply_begin(tx: Transaction, entry: Entry[BeginKioskPrint, PrintBegun]) -> None:
    apply_begin(tx, Entry(entry.moment, _as_begun(entry.command), entry.decision))
    touch_session(tx, entry.command.session, entry.decided_at)


def _decide_record(tx: Transaction, command: RecordKioskPrint, moment: Moment) -> PrintRecorded:
    row = tx.get("prints", id=command.print)
    if row is None:
        raise Refused("no_notice", "There is no such paper.")
    _require_own_notice(tx, command.session, row["paper"])  # the session may have ended while it was printed
    if command.outcome not in _OUTCOMES or row["outcome"] != "printing":
        raise Refused("answered", "It is recorded already how this print ended.")
    ended_at = max(moment.corrected_at, row["begun_at"])
    return PrintRecorded(outcome=command.outcome, is_counted=command.outcome in (PRINTED, WRITTEN), ended_at=ended_at)


@RULES.register(
    RecordKioskPrint,
    PrintRecorded,
    permission="kiosk.print",
    roles=KIOSK_ROLES,
    machines=(MachineKind.KIOSK,),
    label=mark("Outcome of a print at a kiosk"),
    decide=_decide_record,
    stream=lambda command, _: f"case/{case_number_of(command.print)}",
    documents=("case",),
    placement=Placement.REMOTE,
    keep_call=False,
)
def _apply_record(tx: Transaction, entry: Entry[RecordKioskPrint, PrintRecorded]) -> None:
    command = RecordPrint(print=entry.command.print, outcome=entry.command.outcome)
    apply_record(tx, Entry(entry.moment, command, entry.decision))
