"""Work that a window's authority refused: it stays on the screen until somebody has dealt with it, and says how."""

from __future__ import annotations

from typing import ClassVar

from clerk_app.errors import Refused
from clerk_app.ledger.access import MachineKind, Role
from clerk_app.ledger.commands import Command, CommandDecision, Entry, Moment, Placement, RuleSet
from clerk_app.locales import mark
from db.engines import Transaction

RULES = RuleSet()


class RejectedWorkSettled(CommandDecision, frozen=True, kw_only=True):
    """It is off the list; the refused entry and everything typed in it stay in the log."""

    stored_name: ClassVar[str] = "RefusalSettled"


class SettleRejectedWork(Command[RejectedWorkSettled], frozen=True, kw_only=True):
    """Somebody has dealt with it: done again, done otherwise, or not needed any more."""

    stored_name: ClassVar[str] = "SettleRefusal"
    position: int  # of the refused entry in this store's log
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
    roles=(
        Role.CLERK,
        Role.OFFICER,
        Role.SUPERVISOR,
        Role.ADMINISTRATOR,
    ),
    machines=(
        MachineKind.COUNTER,
        MachineKind.DEPARTMENT,
        MachineKind.SUPERVISOR,
    ),
    label=mark("Settling of rejected work"),
    decide=_decide,
    stream=lambda command, _: f"refusal/{command.position}",
    reach=Placement.PRIVATE,
)
def _apply(tx: Transaction, entry: Entry[SettleRejectedWork, RejectedWorkSettled]) -> None:
    tx.update("refusals", {"position": entry.command.position}, settled_at=entry.decided_at)
