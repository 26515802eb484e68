"""Ends the program of a kiosk or board with the code of that machine. Attempts are recorded and counted.

Such a machine has no staff list, so nobody signs in there. Its code opens this one machine and nothing else.
"""

from __future__ import annotations

from typing import ClassVar

from clerk_app.catalogue.publication import read_policy
from clerk_app.errors import Refused
from clerk_app.ledger.access import MachineKind, Role
from clerk_app.ledger.chain_tips import node_of_chain
from clerk_app.ledger.commands import Command, CommandDecision, Entry, Moment, RuleSet
from clerk_app.ledger.tries import (
    KIOSK_CODE,
    MICROSECONDS_PER_MINUTE,
    clear_failures,
    count_failure,
    locked_until,
)
from clerk_app.locales import mark
from db.engines import Transaction

RULES = RuleSet()

MAX_WRONG_CODES = 5


class KioskExitRecorded(CommandDecision, frozen=True, kw_only=True):
    """Until when a wrong attempt counts (microseconds UTC); 0 after a correct one."""

    stored_name: ClassVar[str] = "KioskExitRecorded"
    until: int = 0


class RecordKioskExit(Command[KioskExitRecorded], frozen=True, kw_only=True):
    """Records an attempt to end a kiosk's program, and whether the code was correct; the code is never stored."""

    stored_name: ClassVar[str] = "LeaveKiosk"
    node: str
    correct: bool


def _decide(tx: Transaction, command: RecordKioskExit, moment: Moment) -> KioskExitRecorded:
    if moment.is_remote and command.node != node_of_chain(moment.node):
        raise Refused("other_place", "A machine without staff acts for itself only.")
    if not moment.is_remote:
        require_unlocked(tx, command.node, moment.decided_at)
    if command.correct:
        return KioskExitRecorded()
    return KioskExitRecorded(until=moment.decided_at + read_policy(tx).factor_lockout_minutes * MICROSECONDS_PER_MINUTE)


def require_unlocked(tx: Transaction, node: str, now: int) -> None:
    """Raise Refused after too many wrong codes at this kiosk. `now` is in microseconds UTC."""
    until = locked_until(tx, KIOSK_CODE, node, now, MAX_WRONG_CODES)
    if until is not None:
        raise Refused(
            "locked",
            "Too many wrong codes at this machine. Wait {minutes} minutes.",
            minutes=-((now - until) // MICROSECONDS_PER_MINUTE),
        )


@RULES.register(
    RecordKioskExit,
    KioskExitRecorded,
    permission="kiosk.leave",
    roles=(Role.KIOSK,),
    machines=(MachineKind.KIOSK, MachineKind.BOARD),
    label=mark("Ending the program of a kiosk"),
    decide=_decide,
    stream=lambda command, _: f"node/{command.node}",
)
def _apply(tx: Transaction, entry: Entry[RecordKioskExit, KioskExitRecorded]) -> None:
    command, until = entry.command, entry.decision.until
    if until:
        count_failure(tx, KIOSK_CODE, command.node, entry.decided_at, until)
    else:
        clear_failures(tx, KIOSK_CODE, command.node)
