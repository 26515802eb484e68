"""Rejected work: entries of a window that its authority rejected, listed until a person has settled them."""

from __future__ import annotations

from typing import ClassVar

from clerk_app.errors import Refused
from clerk_app.ledger.access import STAFF_MACHINES, Role
from clerk_app.ledger.commands import Command, CommandDecision, Entry, Moment, Placement, RuleSet
from clerk_app.locales import mark
from db.engines import Transaction

RULES = RuleSet()


class RejectedWorkSettled(CommandDecision, frozen=True, kw_only=True):
    """The work is removed from the list; the rejected entry with its data stays in the log."""

    stored_name: ClassVar[str] = "RefusalSettled"


class SettleRejectedWork(Command[RejectedWorkSettled], frozen=True, kw_only=True):
    """Settle rejected work that was done again, done otherwise, or is not needed any more."""

    stored_name: ClassVar[str] = "SettleRefusal"
    position: int  # of the rejected entry in this store's log
    note: str


def _decide(tx: Transaction, command: SettleRejectedWork, _: Moment) -> RejectedWorkSettled:
    row = tx.get("refusals", position=command.position)
    if row is None or row["settled_at"] is not None:
        raise Refused("settled", "This was settled before.")
    if not command.note.strip():
        raise Refused("reason", "Say what was done about it: that is kept with it.")
    return RejectedWorkSettled()


@RULES.register(
    SettleRejectedWork,
    RejectedWorkSettled,
    permission="refusal.settle",
    roles=(Role.CLERK, Role.OFFICER, Role.SUPERVISOR, Role.ADMINISTRATOR),
    machines=STAFF_MACHINES,
    label=mark("Settling of rejected work"),
    decide=_decide,
    stream=lambda command, _: f"refusal/{command.position}",
    placement=Placement.PRIVATE,
)
def _apply(tx: Transaction, entry: Entry[SettleRejectedWork, RejectedWorkSettled]) -> None:
    tx.update("refusals", {"position": entry.command.position}, settled_at=entry.decided_at)
