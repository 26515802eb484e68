"""Two programs have spoken as one node: this one goes on in a new incarnation, and takes what waits with it.

What the other one said under the same numbers stands. Nothing of this one's is dropped: each entry without an answer is
written again, with the same bytes and the same decision, and sent under its new number.
"""

from __future__ import annotations

import msgspec

from clerk_app.errors import Refused
from clerk_app.ledger.chain_tips import ChainTips, append_decided_entry
from clerk_app.ledger.entries import SealedCommand, seal, sealed_from_row
from clerk_app.ledger.nodes import BeginIncarnation, IncarnationBegun
from clerk_app.ledger.replication.messages import RejectionBody
from clerk_app.people.permissions import SYSTEM
from clerk_app.sync.outbox import StoredResult
from clerk_app.sync.rebase import record_rejected_work
from db.engines import Row, Store, Transaction

FORK = Refused(
    "fork", "Another program has spoken as this window, from entry {number} on. This one goes on under new numbers."
)


def recover_from_fork(store: Store, fork: int, now: int, offset: int) -> None:
    """Begins the next incarnation of this store's own node, and writes into it what has no answer yet."""
    with store.write() as tx:
        heads = ChainTips(tx)
        assert heads.own_chain is not None
        node, incarnation = heads.own_chain
        rows = tx.query_all("ledger.unanswered_entries", many=1_000_000)
        begin = seal(BeginIncarnation(node=node, incarnation=incarnation + 1))
        begun = msgspec.json.encode(IncarnationBegun())
        _append_entry(tx, heads, (node, incarnation + 1), begin, f"node/{node}", SYSTEM, begun, (now, now + offset))
        tx.update("nodes", {"id": node}, incarnation=incarnation + 1)
        for row in rows:
            if row["kind"] == "BeginIncarnation":
                position = heads.last_position
            else:
                position = _rewrite_entry(tx, heads, (node, incarnation + 1), row)
            _close_old_entry(tx, row, fork, now)
            tx.execute("ledger.move_unanswered", old=row["position"], new=position)
        if rows:
            record_rejected_work(tx, rows[0]["position"], _fork_rejection(fork), now)


def _rewrite_entry(tx: Transaction, tips: ChainTips, origin: tuple[str, int], row: Row) -> int:
    times = (row["said_at"], row["corrected_at"])
    _append_entry(tx, tips, origin, sealed_from_row(row), row["stream"], row["actor"], row["decision"], times)
    return tips.last_position


def _append_entry(
    tx: Transaction,
    tips: ChainTips,
    origin: tuple[str, int],
    sealed: SealedCommand,
    stream: str,
    actor: str,
    decision: bytes,
    times: tuple[int, int],
) -> None:
    said_at, corrected_at = times
    heading = {
        "stream": stream,
        "actor": actor,
        "said_at": said_at,
        "corrected_at": corrected_at,
        "decided_at": corrected_at,
        "decided_by": origin[0],
        "answered_at": None,
    }
    append_decided_entry(tx, tips, origin, tips.tip(*origin)[0] + 1, sealed, decision, heading)


def _close_old_entry(tx: Transaction, row: Row, fork: int, now: int) -> None:
    """The old entry is not sent any more: the new one stands for it."""
    why = StoredResult(refused=_fork_rejection(fork))
    place = {"node": row["node"], "incarnation": row["incarnation"], "number": row["number"]}
    tx.execute("ledger.store_answer", **place, answer=msgspec.json.encode(why))
    tx.execute("ledger.mark_answered_up_to", **place, at=now)


def _fork_rejection(fork: int) -> RejectionBody:
    return RejectionBody(reason="fork", sentence=FORK.sentence, facts={"number": str(fork)})
