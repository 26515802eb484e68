"""After a restore the center waits for what its machines send again; an administrator ends the wait for a lost one.

What a machine sends later is taken as always: its entries are checked against what was decided meanwhile.
"""

from __future__ import annotations

from typing import ClassVar

import msgspec

from clerk_app.errors import Refused
from clerk_app.ledger.access import MachineKind, Role
from clerk_app.ledger.commands import Command, CommandDecision, Entry, Moment, RuleSet
from clerk_app.ledger.nodes import BeginIncarnation
from clerk_app.locales import mark
from db.engines import Row, Transaction

WAIT_HOURS = 8  # after a restore; then every entry is decided with what is there
_UNUSED_DAYS = 7  # a machine that was not seen for so long before the restore is not waited for
_HOUR = 3_600_000_000  # microseconds

RULES = RuleSet()


class WaitEnded(CommandDecision, frozen=True, kw_only=True):
    """The center does not wait for the machine any more, until its next restore begins another epoch."""

    stored_name: ClassVar[str] = "WaitEnded"
    epoch: str


class EndWait(Command[WaitEnded], frozen=True, kw_only=True):
    """Ends the wait of a restored center for one machine, which is known to be lost or away for long."""

    stored_name: ClassVar[str] = "EndWait"
    node: str
    reason: str


def read_beginning(tx: Transaction, center: str) -> int:
    """Return when the current epoch of a center began (microseconds UTC); 0 for none."""
    kind = BeginIncarnation.stored_name
    rows = tx.select("ledger_entries", order=("revision",), stream=f"node/{center}", kind=kind, outcome="done")
    return int(rows[-1]["decided_at"]) if rows else 0


def list_awaited(tx: Transaction, epoch: str, began_at: int) -> list[str]:
    """Return the machines that may still send again what the center lost before this epoch began."""
    unused = began_at - _UNUSED_DAYS * 24 * _HOUR
    seen = {row["node"]: row["seen_at"] for row in tx.select("node_contacts")}
    nodes = [row["id"] for row in tx.select("nodes", here=False, shut=False)]
    return [node for node in nodes if seen.get(node, began_at) >= unused and not _is_ended(tx, node, epoch)]


def find_silent(tx: Transaction, now: int) -> dict[str, int]:
    """Return the machines that a restored center has not seen since and still waits for, and the end of the wait."""
    own = tx.get("nodes", here=True)
    if own is None or not own["previous_epoch"]:
        return {}
    began_at = read_beginning(tx, own["id"])
    end = began_at + WAIT_HOURS * _HOUR
    if now > end:
        return {}
    heard = {row["node"] for row in tx.select("node_contacts") if row["seen_at"] > began_at}
    return {node: end for node in list_awaited(tx, own["epoch"], began_at) if node not in heard}


def _is_ended(tx: Transaction, node: str, epoch: str) -> bool:
    rows = tx.query_all("ledger.entries_of_stream", stream=f"node/{node}")
    ends = (row for row in rows if row["kind"] == EndWait.stored_name and row["outcome"] == "done")
    return any(_decode(row).epoch == epoch for row in ends)


def _decode(row: Row) -> WaitEnded:
    return msgspec.json.decode(row["decision"], type=WaitEnded)


def _decide(tx: Transaction, command: EndWait, moment: Moment) -> WaitEnded:
    own = tx.get("nodes", here=True)
    if not command.reason.strip():
        raise Refused("reason", "Give a reason: it is stored.")
    began_at = read_beginning(tx, own["id"]) if own is not None and own["previous_epoch"] else 0
    is_over = moment.decided_at > began_at + WAIT_HOURS * _HOUR
    if own is None or is_over or command.node not in list_awaited(tx, own["epoch"], began_at):
        raise Refused("no_wait", "The center does not wait for the machine {node}.", node=command.node)
    return WaitEnded(epoch=own["epoch"])


@RULES.register(
    EndWait,
    WaitEnded,
    permission="node.end_wait",
    roles=(Role.ADMINISTRATOR, Role.SYSTEM),
    machines=(MachineKind.CENTER,),
    label=mark("End of the wait for a machine after a restore"),
    decide=_decide,
    stream=lambda command, _: f"node/{command.node}",
)
def _apply(tx: Transaction, entry: Entry[EndWait, WaitEnded]) -> None:
    """Change no table: the entries of this kind are read from the log."""
    del tx, entry
