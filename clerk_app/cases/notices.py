"""Notices: documents to be printed for the citizen. A notice is pending until its printing is recorded.

A supplement notice that is still pending is withdrawn when its reason ends: the papers came, or the tasks ended.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from typing import ClassVar

from clerk_app.cases.case_record import CaseRecord
from clerk_app.cases.changes import mark_case_changed
from clerk_app.cases.identifiers import case_number_of
from clerk_app.errors import Refused
from clerk_app.ledger.access import MachineKind, Role
from clerk_app.ledger.commands import Command, CommandDecision, Entry, Moment, RuleSet
from clerk_app.locales import mark
from db.engines import Row, Transaction

RULES = RuleSet()


class NoticePrintRecorded(CommandDecision, frozen=True, kw_only=True):
    """State of the notice after the attempt: printed or pending."""

    stored_name: ClassVar[str] = "NoticeEnded"
    state: str


class RecordNoticePrint(Command[NoticePrintRecorded], frozen=True, kw_only=True):
    """Records whether a notice was printed. A notice that was not printed is offered for printing again."""

    stored_name: ClassVar[str] = "EndNotice"
    notice: str
    printed: bool


def insert_notice(tx: Transaction, notice_id: str, number: str, kind: str, window_id: str, at: int) -> None:
    """Insert a pending notice of a case, to be printed at a window. `at` is in microseconds UTC."""
    tx.insert(
        "notices",
        id=notice_id,
        case_number=number,
        kind=kind,
        window_id=window_id,
        state="pending",
        prints=0,
        made_at=at,
    )


def find_settled_notices(tx: Transaction, case: CaseRecord, answered: Collection[str]) -> tuple[str, ...]:
    """Return the pending supplement notices of a case whose requests are all answered, or are in `answered`."""
    open_notices = {
        request["notice"]
        for request in case.supplements
        if request["answered_at"] is None and request["id"] not in answered
    }
    return tuple(
        notice["id"]
        for notice in tx.select("notices", order=("id",), case_number=case.number)
        if notice["kind"] == "supplement" and notice["state"] == "pending" and notice["id"] not in open_notices
    )


def list_printed_notices(notices: Iterable[Row]) -> set[str]:
    """Return the ids of the notices that were printed."""
    return {notice["id"] for notice in notices if notice["state"] == "printed"}


def withdraw_notices(tx: Transaction, notices: Iterable[str]) -> None:
    """Withdraw notices that were not printed: they are no longer offered."""
    for notice in notices:
        tx.update("notices", {"id": notice}, state="withdrawn")


def _decide_notice_print(tx: Transaction, command: RecordNoticePrint, _: Moment) -> NoticePrintRecorded:
    if tx.get("notices", id=command.notice) is None:
        raise Refused("no_notice", "There is no such paper.")
    return NoticePrintRecorded(state="printed" if command.printed else "pending")


@RULES.register(
    RecordNoticePrint,
    NoticePrintRecorded,
    permission="notice.print",
    roles=(Role.CLERK,),
    machines=(MachineKind.COUNTER,),
    label=mark("Paper sent to the printer"),
    decide=_decide_notice_print,
    stream=lambda command, _: f"case/{case_number_of(command.notice)}",
    documents=("case",),
)
def _apply_notice_print(tx: Transaction, entry: Entry[RecordNoticePrint, NoticePrintRecorded]) -> None:
    if entry.decision.state == "printed":
        tx.execute("cases.mark_notice_printed", notice=entry.command.notice, at=entry.decided_at)
        mark_case_changed(tx, case_number_of(entry.command.notice))
