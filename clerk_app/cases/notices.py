"""Notices: documents to be printed for the citizen. A notice is pending until its printing is recorded."""

from __future__ import annotations

from typing import ClassVar

from clerk_app.cases.changes import mark_case_changed
from clerk_app.cases.identifiers import case_number_of
from clerk_app.errors import Refused
from clerk_app.ledger.access import MachineKind, Role
from clerk_app.ledger.commands import Command, CommandDecision, Entry, Moment, RuleSet
from clerk_app.locales import mark
from db.engines import Transaction

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
    label=mark("Paper printed"),
    decide=_decide_notice_print,
    stream=lambda command, _: f"case/{case_number_of(command.notice)}",
    documents=("case",),
)
def _apply_notice_print(tx: Transaction, entry: Entry[RecordNoticePrint, NoticePrintRecorded]) -> None:
    if entry.decision.state == "printed":
        tx.execute("cases.mark_notice_printed", notice=entry.command.notice, at=entry.decided_at)
        mark_case_changed(tx, case_number_of(entry.command.notice))
