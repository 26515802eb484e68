"""Receipts that the applicant has on one list (受理清单), in place of a paper for each case."""

from __future__ import annotations

from typing import ClassVar

from clerk_app.cases.changes import mark_case_changed
from clerk_app.cases.identifiers import case_number_of
from clerk_app.cases.notices import require_place_of_paper
from clerk_app.errors import Refused
from clerk_app.ledger.access import MachineKind, Role
from clerk_app.ledger.commands import Command, CommandDecision, Entry, Moment, RuleSet
from clerk_app.locales import mark
from db.engines import Transaction

RECEIPT_LIST = "receipt_list"
"""Kind of the list; its id is the number of the first case on it, a hyphen and this."""
LISTED = "listed"
"""State of a receipt that is on a list and was not printed alone."""
RULES = RuleSet()


class ReceiptListed(CommandDecision, frozen=True, kw_only=True):
    """State of the receipt: listed, or printed if that was recorded first."""

    stored_name: ClassVar[str] = "ReceiptListed"
    state: str


class ListReceipt(Command[ReceiptListed], frozen=True, kw_only=True):
    """Records that the receipt of a case is on a printed list; `paper` is the id of the list."""

    stored_name: ClassVar[str] = "ListReceipt"
    notice: str
    paper: str


def _decide(tx: Transaction, command: ListReceipt, moment: Moment) -> ReceiptListed:
    number = case_number_of(command.notice)
    notice = tx.get_for_update("notices", id=command.notice)
    if notice is None or notice["kind"] != "receipt" or not command.paper.endswith(f"-{RECEIPT_LIST}"):
        raise Refused("no_notice", "There is no such paper.")
    require_place_of_paper(tx, number, moment)
    if notice["state"] == "pending":
        return ReceiptListed(state=LISTED)
    if not moment.is_remote:
        raise Refused("printed", "The receipt of case {number} was printed meanwhile.", number=number)
    return ReceiptListed(state=str(notice["state"]))


@RULES.register(
    ListReceipt,
    ReceiptListed,
    permission="notice.print",
    roles=(Role.CLERK,),
    machines=(MachineKind.COUNTER,),
    label=mark("Receipt on a list"),
    decide=_decide,
    stream=lambda command, _: f"case/{case_number_of(command.notice)}",
    documents=("case",),
)
def _apply(tx: Transaction, entry: Entry[ListReceipt, ReceiptListed]) -> None:
    tx.update("notices", {"id": entry.command.notice}, state=entry.decision.state)
    mark_case_changed(tx, case_number_of(entry.command.notice))
