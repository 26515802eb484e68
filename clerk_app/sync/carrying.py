"""Two programs have spoken as one node: this one goes on in a new incarnation, and takes what waits with it.

What the other one said under the same numbers stands. Nothing of this one's is dropped: each entry without an answer is
written again, with the same bytes and the same decision, and sent under its new number.
"""

from __future__ import annotations

import msgspec

from clerk_app.errors import Refused
from clerk_app.ledger.entries import Sealed, seal, sealed_row
from clerk_app.ledger.heads import Heads, write_done
from clerk_app.ledger.messages import Refusing
from clerk_app.ledger.nodes import BeginIncarnation, IncarnationBegun
from clerk_app.people.permissions import SYSTEM
from clerk_app.sync.outbox import Outcome
from clerk_app.sync.reconcile import show_refusal
from db.engines import Row, Store, Transaction

FORK = Refused(
    "fork", "Another program has spoken as this window, from entry {number} on. This one goes on under new numbers."
)


def carry_over(store: Store, fork: int, now: int, offset: int) -> None:
    """Begins the next incarnation of this store's own node, and writes into it what has no answer yet."""
    with store.write() as tx:
        heads = Heads(tx)
        assert heads.here is not None
        node, incarnation = heads.here
        rows = tx.all("ledger.outbox", many=1_000_000)
        begin = seal(BeginIncarnation(node=node, incarnation=incarnation + 1))
        begun = msgspec.json.encode(IncarnationBegun())
        _write(tx, heads, (node, incarnation + 1), begin, f"node/{node}", SYSTEM, begun, (now, now + offset))
        tx.change("nodes", {"id": node}, incarnation=incarnation + 1)
        for row in rows:
            if row["kind"] == "BeginIncarnation":
                position = heads.position
            else:
                position = _again(tx, heads, (node, incarnation + 1), row)
            _close(tx, row, fork, now)
            tx.run("ledger.unanswered_moved", old=row["position"], new=position)
        if rows:
            show_refusal(tx, rows[0]["position"], _forked(fork), now)


def _again(tx: Transaction, heads: Heads, voice: tuple[str, int], row: Row) -> int:
    times = (row["said_at"], row["corrected_at"])
    _write(tx, heads, voice, sealed_row(row), row["stream"], row["actor"], row["decision"], times)
    return heads.position


def _write(
    tx: Transaction,
    heads: Heads,
    voice: tuple[str, int],
    sealed: Sealed,
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
        "decided_by": voice[0],
        "answered_at": None,
    }
    write_done(tx, heads, voice, heads.of(*voice)[0] + 1, sealed, decision, heading)


def _close(tx: Transaction, row: Row, fork: int, now: int) -> None:
    """The old entry is not sent any more: the new one stands for it."""
    why = Outcome(refused=_forked(fork))
    place = {"node": row["node"], "incarnation": row["incarnation"], "number": row["number"]}
    tx.run("ledger.set_answer", **place, answer=msgspec.json.encode(why))
    tx.run("ledger.answered_up_to", **place, at=now)


def _forked(fork: int) -> Refusing:
    return Refusing(reason="fork", sentence=FORK.sentence, facts={"number": str(fork)})
