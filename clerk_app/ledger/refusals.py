"""Work that a window's authority refused: it stays on the screen until somebody has dealt with it, and says how."""

from __future__ import annotations

from clerk_app.errors import Refused
from clerk_app.ledger.commands import Command, Decided, Entry, Moment, Reach, Rule
from db.engines import Transaction


class RefusalSettled(Decided, frozen=True, kw_only=True):
    """It is off the list; the refused entry and everything typed in it stay in the log."""


class SettleRefusal(Command[RefusalSettled], frozen=True, kw_only=True):
    """Somebody has dealt with it: done again, done otherwise, or not needed any more."""

    position: int  # of the refused entry in this store's log
    note: str


def _decide(tx: Transaction, command: SettleRefusal, _: Moment) -> RefusalSettled:
    row = tx.row("refusals", position=command.position)
    if row is None or row["settled_at"] is not None:
        raise Refused("settled", "This was settled before.")
    if not command.note.strip():
        raise Refused("reason", "Say what was done about it: that is kept with it.")
    return RefusalSettled()


def _apply(tx: Transaction, entry: Entry[RefusalSettled]) -> None:
    tx.change("refusals", {"position": entry.command.position}, settled_at=entry.at)


SETTLING = Rule(
    SettleRefusal,
    RefusalSettled,
    permission="refusal.settle",
    decide=_decide,
    apply=_apply,
    stream=lambda command, _: f"refusal/{command.position}",
    reach=Reach.OWN,
)
