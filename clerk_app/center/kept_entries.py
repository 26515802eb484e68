"""Entries of an excluded machine: kept apart until two persons release those that were made before its theft.

An excluded machine may still have acceptances whose receipts are in the hands of citizens. Its entries are therefore
received, but not performed. Entries that are not released are rejected through the log like any other, so that a
supervisor of the site settles rejected acceptances.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import msgspec

from clerk_app.center import bodies
from clerk_app.center.bodies import ReceivedBody
from clerk_app.center.shut_list import SHUT_OUT
from clerk_app.errors import BadData, Refused
from clerk_app.ledger.kept_entries import APPLIED, KEPT, REFUSED, REJECTED, TABLE, count_in_time, list_kept
from clerk_app.ledger.remote_command import RemoteCommand
from clerk_app.ledger.replication.messages import EntryMessage, PushRequest, SessionProof, compute_batch_digest
from clerk_app.locales import mark
from db.engines import Row, Store

if TYPE_CHECKING:
    from clerk_app.center.authority import Authority

MAX_ENTRIES = 5_000  # of one machine
MAX_BYTES = 20_000_000
_TOO_LATE = mark("This was done after the machine was stolen.")


_push_decoder = msgspec.json.Decoder(PushRequest)


class _KeptMessage(msgspec.Struct, frozen=True):
    """A kept entry as it was sent, and the proof of its session, if it came with one."""

    entry: EntryMessage
    session: SessionProof | None = None


def keep_entries(store: Store, node: str, message: PushRequest, now: int) -> int:
    """Keep the entries of a batch that are not kept yet; return how many the machine has.

    Raises BadData for a batch that did not arrive whole, Refused ("too_many") when the machine has sent too many.
    """
    if compute_batch_digest(message.entries) != message.batch_digest:
        raise BadData("The batch of entries did not arrive whole. It will be sent again.")
    with store.write() as tx:
        rows = tx.select(TABLE, node=node)
        known = {(row["incarnation"], row["number"]) for row in rows}
        size = sum(len(row["entry"] or b"") for row in rows)
        for number, entry in enumerate(message.entries, message.first):
            key = {"node": node, "incarnation": message.incarnation, "number": number}
            if (message.incarnation, number) in known or tx.query_one("ledger.entry_by_key", **key) is not None:
                continue
            encoded = msgspec.json.encode(_KeptMessage(entry, message.sessions.get(entry.session)))
            size += len(encoded)
            if size > MAX_BYTES or len(known) >= MAX_ENTRIES:
                raise Refused("too_many", "The center keeps no more entries of this excluded machine.")
            known.add((message.incarnation, number))
            tx.insert(
                TABLE,
                **key,
                kind=entry.kind[:200],
                actor=entry.actor[:200],
                corrected_at=entry.said_at + entry.clock_correction,
                received_at=now,
                state=KEPT,
                entry=encoded,
            )
    return len(known)


def keep_pushed(authority: Authority, node: str, body: ReceivedBody) -> Exception:
    """Keep the entries in the body of an excluded node's request; return the error for the request."""
    try:
        message = bodies.decode_body(_push_decoder, body)
        kept = keep_entries(authority.store, node, message, authority.door.clock())
    except Exception as error:  # fails this request only
        return error
    return Refused("shut", SHUT_OUT, kept=kept)


@dataclass(frozen=True)
class ReleaseResult:
    """Number of kept entries by result. `waiting`: an entry before them has not been sent by the machine."""

    applied: int = 0
    refused: int = 0
    rejected: int = 0
    waiting: int = 0


def perform_released(authority: Authority, node: str, until: int) -> ReleaseResult:
    """Perform the kept entries made until `until`, with the usual checks, and reject the later ones.

    The command `ReleaseKept` has been performed for both. An entry after a later one counts as later: the clock of the
    machine may have been set back.
    """
    with authority.store.read() as tx:
        node_row, rows = tx.get("nodes", id=node), list_kept(tx, node)
    if node_row is None or not rows:
        return ReleaseResult()
    in_time = count_in_time(rows, until)
    messages = [msgspec.json.decode(row["entry"], type=_KeptMessage) for row in rows]
    commands = [
        _to_command(row, message.entry, is_late=index >= in_time)
        for index, (row, message) in enumerate(zip(rows, messages, strict=True))
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
    return replace(command, actor_refusal=Refused("stolen", _TOO_LATE)) if is_late else command


def _find_state(command: RemoteCommand, outcome: Any) -> str:
    if isinstance(outcome, Refused) and outcome.reason in ("gap", "fork", "late"):
        return KEPT
    if isinstance(outcome, Refused | BadData):
        return REJECTED if command.actor_refusal is not None else REFUSED
    return KEPT if isinstance(outcome, Exception) else APPLIED
