"""Fork recovery: continues in a new incarnation of the node after another program used the node's identity.

The center keeps the entries that the other program sent under the same numbers. No entry of this program is lost: each
unanswered entry is appended again with the same bytes and decision, and sent under its new number.
"""

from __future__ import annotations

from collections.abc import Mapping

import msgspec

from clerk_app.errors import Refused
from clerk_app.ledger.chain_tips import ChainTips, append_decided_entry
from clerk_app.ledger.entries import SealedCommand, seal, sealed_from_row
from clerk_app.ledger.entry_signatures import EntrySigner, sign_entry, signature_columns
from clerk_app.ledger.nodes import BeginIncarnation, IncarnationBegun
from clerk_app.ledger.replication.messages import RejectionBody
from clerk_app.ledger.replication.wire_errors import encode_error
from clerk_app.people.permissions import SYSTEM
from clerk_app.sync.outbox import StoredResult
from clerk_app.sync.rebase import record_rejected_work
from db.engines import Row, Store, Transaction

_ALL_ENTRIES = 1_000_000  # more than an outbox holds


def recover_from_fork(store: Store, fork: int, now: int, offset: int, signer: EntrySigner | None = None) -> None:
    """Begin the next incarnation of the store's own node and append the unanswered entries to it.

    `fork` is the number under which the center stores a different entry. `now` (UTC) and `offset`, by which the
    center's clock is ahead, are in microseconds.
    """
    with store.write() as tx:
        tips = ChainTips(tx)
        if tips.own_chain is None:
            raise RuntimeError("this store has no node of its own")
        node, incarnation = tips.own_chain
        chain = (node, incarnation + 1)
        rows = tx.query_all("ledger.unanswered_entries", many=_ALL_ENTRIES)
        begin = seal(BeginIncarnation(node=node, incarnation=incarnation + 1))
        begun = msgspec.json.encode(IncarnationBegun())
        number = tips.tip(*chain)[0] + 1
        signed = sign_entry(signer, (*chain, number), begin, actor=SYSTEM, said_at=now, clock_correction=offset)
        _append_entry(
            tx, tips, chain, begin, f"node/{node}", SYSTEM, begun, (now, now + offset), signature_columns(signed)
        )
        tx.update("nodes", {"id": node}, incarnation=incarnation + 1)
        for row in rows:
            if row["kind"] == BeginIncarnation.stored_name:
                position = tips.last_position
            else:
                position = _rewrite_entry(tx, tips, chain, row)
            _close_old_entry(tx, row, fork, now)
            tx.execute("ledger.move_unanswered", old=row["position"], new=position)
        if rows:
            record_rejected_work(tx, rows[0]["position"], _fork_rejection(fork), now)


def _rewrite_entry(tx: Transaction, tips: ChainTips, chain: tuple[str, int], row: Row) -> int:
    """Append an entry to the new incarnation, with the signature of its old number; return its new position."""
    times = (row["said_at"], row["corrected_at"])
    signed = {name: row[name] for name in ("session", "statement", "signature")}
    _append_entry(tx, tips, chain, sealed_from_row(row), row["stream"], row["actor"], row["decision"], times, signed)
    return tips.last_position


def _append_entry(
    tx: Transaction,
    tips: ChainTips,
    chain: tuple[str, int],
    sealed: SealedCommand,
    stream: str,
    actor: str,
    decision: bytes,
    times: tuple[int, int],
    signed: Mapping[str, str | bytes | None],
) -> None:
    said_at, corrected_at = times
    heading = {
        "stream": stream,
        "actor": actor,
        "said_at": said_at,
        "corrected_at": corrected_at,
        "decided_at": corrected_at,
        "decided_by": chain[0],
        "answered_at": None,
        **signed,
    }
    append_decided_entry(tx, tips, chain, tips.tip(*chain)[0] + 1, sealed, decision, heading)


def _close_old_entry(tx: Transaction, row: Row, fork: int, now: int) -> None:
    """Mark an entry of the old incarnation as answered, because its copy in the new incarnation is sent instead."""
    result = StoredResult(refused=_fork_rejection(fork))
    key = {"node": row["node"], "incarnation": row["incarnation"], "number": row["number"]}
    tx.execute("ledger.store_answer", **key, answer=msgspec.json.encode(result))
    tx.execute("ledger.mark_answered_up_to", **key, at=now)


def _fork_rejection(fork: int) -> RejectionBody:
    error = Refused(
        "fork",
        "Another program has spoken as this window, from entry {number} on. This one goes on under new numbers.",
        number=fork,
    )
    return encode_error(error, RejectionBody)
