"""Entries of an excluded machine: kept apart until two persons release those that were made before its theft.

An excluded machine may still have acceptances whose receipts are in the hands of citizens. Its entries are therefore
received, but not performed. Entries that are not released are rejected through the log like any other, so that a
supervisor of the site settles rejected acceptances.
"""

from __future__ import annotations

from dataclasses import dataclass
from heapq import heappop, heappush
from typing import TYPE_CHECKING, Any, NamedTuple

import msgspec

from clerk_app.center import bodies
from clerk_app.center.bodies import ReceivedBody
from clerk_app.center.shut_list import SHUT_OUT, UNKNOWN_NODE
from clerk_app.errors import BadData, Refused
from clerk_app.ledger.kept_entries import (
    APPLIED,
    FORGED,
    KEPT,
    MACHINE,
    PERSON,
    REFUSED,
    REJECTED,
    TABLE,
    find_in_time,
    list_kept,
)
from clerk_app.ledger.received_entries import find_fork
from clerk_app.ledger.remote_command import RemoteCommand
from clerk_app.ledger.replication.messages import EntryMessage, PushRequest, SessionProof, compute_batch_digest
from clerk_app.locales import mark
from clerk_app.people import SYSTEM
from db.engines import Row, Transaction

if TYPE_CHECKING:
    from clerk_app.center.authority import Authority

MAX_ENTRIES = 5_000  # of one machine and one kind of signer, so that a thief leaves room for the entries of persons
MAX_BYTES = 20_000_000
_RANKS = {FORGED: 0, MACHINE: 1, PERSON: 2}
_TOO_LATE = mark("This was done after the machine was stolen.")


_push_decoder = msgspec.json.Decoder(PushRequest)


class _KeptMessage(msgspec.Struct, frozen=True):
    """A kept entry as it was sent, and the proof of its session, if it came with one."""

    entry: EntryMessage
    session: SessionProof | None = None


class KeptResult(NamedTuple):
    """How many entries of a machine are kept; the number under which another one is kept or recorded, 0 for none.

    In the second case the machine sends its entries again in its next incarnation: a copy of it has used its numbers.
    """

    total: int
    fork: int = 0


def keep_entries(authority: Authority, node: str, message: PushRequest) -> KeptResult:
    """Keep the entries of a batch that are not kept yet, and are not in the log.

    Raises BadData for a batch that did not arrive whole, Refused ("too_many") when the machine has sent too many.
    """
    if compute_batch_digest(message.entries) != message.batch_digest:
        raise BadData("The batch of entries did not arrive whole. It will be sent again.")
    with authority.store.read() as tx:
        node_row = tx.get("nodes", id=node)
    if node_row is None:
        raise Refused("stranger", UNKNOWN_NODE)
    commands = authority.verify_entries(node_row, message)
    with authority.store.write() as tx:
        kept = _KeptEntries(tx, node, authority.door.clock())
        fork = find_fork(tx, commands)
        for command, entry in zip(commands[:fork], message.entries, strict=False):
            if not kept.add(command, _KeptMessage(entry, message.sessions.get(entry.session))):
                return KeptResult(kept.total, command.key[2])
        return KeptResult(kept.total, 0 if fork is None else message.first + fork)


class _KeptEntries:
    """The kept entries of one machine, within the limits of each kind of signer.

    Above a limit the entries with the lowest numbers are kept: those of a thief come after the last honest one.
    """

    def __init__(self, tx: Transaction, node: str, now: int) -> None:
        self._tx, self._node, self._now = tx, node, now
        self._rows = {(row["incarnation"], row["number"]): row for row in tx.select(TABLE, node=node)}
        self._rooms = {signer: _Room() for signer in _RANKS}
        for key, row in self._rows.items():
            if row["entry"] is not None:
                self._rooms[row["signer"]].add(key, len(row["entry"]))

    @property
    def total(self) -> int:
        """How many entries of the machine there are."""
        return len(self._rows)

    def add(self, command: RemoteCommand, message: _KeptMessage) -> bool:
        """Keep an entry; return False if another one of no lower rank is kept under its number. Raises Refused."""
        _chain, incarnation, number = command.key
        key = {"node": self._node, "incarnation": incarnation, "number": number}
        row, signer = self._rows.get((incarnation, number)), _find_signer(command)
        if row is not None and row["entry"] is not None:
            if _is_same(command, msgspec.json.decode(row["entry"], type=_KeptMessage).entry):
                return True
            if _RANKS[signer] <= _RANKS[row["signer"]]:
                return False
            self._remove((incarnation, number), row["signer"])
        elif row is not None or self._tx.query_one("ledger.entry_by_key", **key) is not None:
            return True  # it is in the log
        encoded, entry = msgspec.json.encode(message), message.entry
        for displaced in self._rooms[signer].make((incarnation, number), len(encoded)):
            self._remove(displaced, signer)
        values = {
            "kind": entry.kind[:200],
            "actor": entry.actor[:200],
            "corrected_at": entry.said_at + entry.clock_correction,
            "received_at": self._now,
            "state": KEPT,
            "entry": encoded,
            "signer": signer,
        }
        self._tx.insert(TABLE, **key, **values)
        self._rows[incarnation, number] = key | values
        return True

    def _remove(self, key: tuple[int, int], signer: str) -> None:
        self._rooms[signer].remove(key)
        del self._rows[key]
        self._tx.delete(TABLE, node=self._node, incarnation=key[0], number=key[1])


class _Room:
    """Incarnation, number and size of the kept entries of one kind of signer."""

    def __init__(self) -> None:
        self._sizes: dict[tuple[int, int], int] = {}
        self._total = 0
        self._highest: list[tuple[int, int]] = []  # a heap of the keys, negated; also of removed ones

    def add(self, key: tuple[int, int], size: int) -> None:
        self._sizes[key] = size
        self._total += size
        heappush(self._highest, (-key[0], -key[1]))

    def remove(self, key: tuple[int, int]) -> None:
        self._total -= self._sizes.pop(key)

    def make(self, key: tuple[int, int], size: int) -> list[tuple[int, int]]:
        """Add an entry, and return the entries to remove for it. Raises Refused ("too_many") if it is the last one."""
        count, total, displaced = len(self._sizes) + 1, self._total + size, []
        while count > MAX_ENTRIES or total > MAX_BYTES:
            incarnation, number = heappop(self._highest) if self._highest else (-key[0], -key[1])
            highest = (-incarnation, -number)
            if highest <= key:
                heappush(self._highest, (incarnation, number))
                raise Refused("too_many", "The center keeps no more entries of this excluded machine.")
            if highest in self._sizes and highest not in displaced:
                displaced.append(highest)
                count, total = count - 1, total - self._sizes[highest]
        self.add(key, size)
        return displaced


def _find_signer(command: RemoteCommand) -> str:
    if command.rejection is not None:
        return FORGED
    is_of_machine = command.actor == SYSTEM or (command.signature is not None and not command.signature.session)
    return MACHINE if is_of_machine else PERSON


def _is_same(command: RemoteCommand, entry: EntryMessage) -> bool:
    kept = entry.to_remote_command(*command.key)
    return (kept.sealed.digest, kept.actor, kept.said_at) == (command.sealed.digest, command.actor, command.said_at)


def keep_pushed(authority: Authority, node: str, body: ReceivedBody) -> Exception:
    """Keep the entries in the body of an excluded node's request; return the error for the request."""
    try:
        kept = keep_entries(authority, node, bodies.decode_body(_push_decoder, body))
    except Exception as error:  # fails this request only
        return error
    with authority.store.read() as tx:
        own = tx.query_one("ledger.own_node")
    epoch = str(own["epoch"]) if own is not None else ""  # the machine sends again what a restored center has lost
    return Refused("shut", SHUT_OUT, kept=kept.total, epoch=epoch, **({"fork": kept.fork} if kept.fork else {}))


@dataclass(frozen=True)
class ReleaseResult:
    """Number of kept entries by result. `waiting`: an entry before them has not been sent by the machine."""

    applied: int = 0
    refused: int = 0
    rejected: int = 0
    waiting: int = 0


def perform_released(authority: Authority, node: str, until: int) -> ReleaseResult:
    """Perform the kept entries made until `until`, with the usual checks, and reject the later ones.

    The command `ReleaseKept` has been performed for both.
    """
    with authority.store.read() as tx:
        node_row, rows = tx.get("nodes", id=node), list_kept(tx, node)
    if node_row is None or not rows:
        return ReleaseResult()
    in_time = find_in_time(rows, until)
    messages = [msgspec.json.decode(row["entry"], type=_KeptMessage) for row in rows]
    commands = [
        _to_command(row, message.entry, is_late=not is_in_time)
        for row, message, is_in_time in zip(rows, messages, in_time, strict=True)
    ]
    outcomes = authority.perform_released(
        node_row,
        commands,
        [message.entry for message in messages],
        {message.entry.session: message.session for message in messages if message.session is not None},
    )
    counts: dict[str, int] = {}
    for row, command, outcome in zip(rows, commands, outcomes, strict=True):
        state = _find_state(command, outcome)
        counts[state] = counts.get(state, 0) + 1
        if state != KEPT:
            with authority.store.write() as tx:
                key = {name: row[name] for name in ("node", "incarnation", "number")}
                tx.update(TABLE, key, state=state, entry=None)
    return ReleaseResult(counts.get(APPLIED, 0), counts.get(REFUSED, 0), counts.get(REJECTED, 0), counts.get(KEPT, 0))


def _to_command(row: Row, entry: EntryMessage, *, is_late: bool) -> RemoteCommand:
    command = entry.to_remote_command(row["node"], row["incarnation"], row["number"])
    return msgspec.structs.replace(command, actor_refusal=Refused("stolen", _TOO_LATE)) if is_late else command


def _find_state(command: RemoteCommand, outcome: Any) -> str:
    if isinstance(outcome, Refused) and outcome.reason in ("gap", "fork", "late"):
        return KEPT
    if isinstance(outcome, Refused | BadData):
        return REJECTED if command.actor_refusal is not None else REFUSED
    return KEPT if isinstance(outcome, Exception) else APPLIED
