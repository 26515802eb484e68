"""Entries received from other nodes, compared with those of the log: repeats, forks, times, and predecessors."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from clerk_app.errors import BadData, Refused
from clerk_app.ledger.chain_tips import CALLS_SUFFIX
from clerk_app.ledger.commands import Placement, Rule
from clerk_app.ledger.entries import sealed_from_row
from clerk_app.ledger.nodes import BeginIncarnation
from clerk_app.ledger.remote_command import RemoteCommand, require_new_signature
from db.engines import Row, Transaction

CLOCK_TOLERANCE = 60_000_000  # microseconds by which the time of another node may differ without being corrected
_ONLINE_DELAY = 3_600_000_000  # microseconds; an entry that is older on arrival was made while its node was offline


def require_receivable(tx: Transaction, rule: Rule[Any, Any], remote: RemoteCommand) -> None:
    """Raise Refused for an entry that a node may not send, and BadData for one that is too large.

    A node may send neither commands of its own store only, nor entries that the center has refused before.
    """
    if remote.is_moved:
        require_new_signature(tx, remote)
    if rule.placement is Placement.PRIVATE:
        raise Refused("private", "This command is not one that a window sends to its center.")
    if remote.previously_refused:
        raise Refused("refused_before", "The center had refused this before it was put back from a backup.")
    size = len(remote.sealed.plain) + len(remote.sealed.personal or b"")
    if rule.max_bytes and size > rule.max_bytes:  # every machine that sees its case would get it
        raise BadData("This is longer than {longest} characters.", longest=rule.max_bytes)


def bound_remote_time(tx: Transaction, remote: RemoteCommand, number: int, now: int) -> int:
    """Return the time of another node's command, bounded by the node's entry before and by its receipt.

    A node whose clock lost its date may claim any time. Differences below CLOCK_TOLERANCE are kept, because the offset
    of a clock is measured again with each response. The beginning of an incarnation is no bound: the entries that a
    copied node appends again after it are older.
    """
    if remote.corrected_at > now + CLOCK_TOLERANCE:
        return now
    if remote.corrected_at >= now - _ONLINE_DELAY:  # as usual; saves the query
        return remote.corrected_at
    chain, incarnation, _number = remote.key
    before = tx.query_one("ledger.time_of_entry_before", node=chain, incarnation=incarnation, number=number)
    if before is None or before["kind"] == BeginIncarnation.stored_name:
        return remote.corrected_at
    if remote.corrected_at >= before["corrected_at"] - CLOCK_TOLERANCE:
        return remote.corrected_at
    return int(before["corrected_at"])


def find_fork(tx: Transaction, commands: Sequence[RemoteCommand]) -> int | None:
    """Return the index of the first command of a batch whose number has another entry here; None without a fork.

    The commands are of one incarnation, with consecutive numbers.
    """
    if not commands:
        return None
    chain, incarnation, first = commands[0].key
    last = first + len(commands) - 1
    rows = tx.query_all("ledger.entries_by_numbers", node=chain, incarnation=incarnation, first=first, last=last)
    indexes = (row["number"] - first for row in rows if not is_same_command(row, commands[row["number"] - first]))
    return next(indexes, None)


def find_repeated_call(tx: Transaction, remote: RemoteCommand) -> Row | None:
    """Return the recorded entry of an answered call that its node sends again with another number, or None."""
    if remote.rejection is not None or (remote.decision is None and remote.receipt is None):
        return None
    rows = tx.query_all("ledger.calls_said_at", node=remote.key[0], kind=remote.sealed.kind, said_at=remote.said_at)
    return next((row for row in rows if is_same_command(row, remote)), None)


def is_same_command(row: Row, remote: RemoteCommand) -> bool:
    """Return whether an entry's row records this command.

    Digest and `said_at` must be equal, because two copies of a node may send equal commands at different times. For
    calls, `said_at` is not compared, because a call may be repeated with a later time.
    """
    is_call = remote.key[0].endswith(CALLS_SUFFIX)
    return sealed_from_row(row).digest == remote.sealed.digest and (is_call or row["said_at"] == remote.said_at)


def require_accepted(tx: Transaction, remote: RemoteCommand) -> None:
    """Raise Refused when the entry that a command depends on was refused."""
    chain, incarnation, _number = remote.key
    row = tx.query_one("ledger.entry_by_key", node=chain, incarnation=incarnation, number=remote.depends_on)
    if row is not None and row["outcome"] == "refused":
        raise Refused("because", "Refused because entry {number} before it was refused.", number=remote.depends_on)
