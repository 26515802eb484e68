"""Whether a message waits for the citizen of a case, for the reception that scans a receipt.

The answer is a number: no content, no name, no state. The question is recorded in the history of the case.
"""

from __future__ import annotations

from typing import ClassVar

from clerk_app.cases.case_messages import CITIZEN, list_unread_messages
from clerk_app.cases.changes import mark_case_changed
from clerk_app.errors import Refused
from clerk_app.ledger.access import MachineKind, Role
from clerk_app.ledger.commands import Command, CommandDecision, Entry, Moment, Placement, RuleSet
from clerk_app.ledger.numbers import is_case_number
from clerk_app.locales import mark
from db.engines import Transaction

RULES = RuleSet()


class WaitingMessagesCounted(CommandDecision, frozen=True, kw_only=True):
    """How many messages to the citizen were neither shown nor handed over on paper."""

    stored_name: ClassVar[str] = "WaitingMessagesCounted"
    messages: int


class CountWaitingMessages(Command[WaitingMessagesCounted], frozen=True, kw_only=True):
    """Asks how many messages wait for the citizen of a case; the authority answers."""

    stored_name: ClassVar[str] = "CountWaitingMessages"
    case: str


def _decide(tx: Transaction, command: CountWaitingMessages, _: Moment) -> WaitingMessagesCounted:
    if not is_case_number(command.case) or tx.get("cases", number=command.case) is None:
        raise Refused("no_case", "There is no case {number} here. Check the number.", number=command.case)
    return WaitingMessagesCounted(messages=len(list_unread_messages(tx, command.case, CITIZEN)))


@RULES.register(
    CountWaitingMessages,
    WaitingMessagesCounted,
    permission="case.count_messages",
    roles=(Role.CLERK, Role.SUPERVISOR),
    machines=(MachineKind.RECEPTION,),
    label=mark("Question whether a message waits"),
    decide=_decide,
    stream=lambda command, _: f"case/{command.case}",
    documents=("case",),
    placement=Placement.REMOTE,
    keep_call=False,
)
def _apply(tx: Transaction, entry: Entry[CountWaitingMessages, WaitingMessagesCounted]) -> None:
    mark_case_changed(tx, entry.command.case)  # the history of the case has a new line
