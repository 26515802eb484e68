"""The ends of the chains that a transaction extends, and an entry's last step into the log.

A store's own node speaks with up to three voices, each numbered by itself and each a chain of its own: what it shares
("w1"), what never leaves it ("w1.own"), and, at its authority, what it asked ("w1.asks"). Questions overtake the rest,
and one that was given up leaves a gap in its numbers.
"""

from __future__ import annotations

from functools import cached_property
from typing import Any

from clerk_app.ledger.entries import ORIGIN, Sealed, link_of
from db.engines import Transaction

OWN = ".own"
ASKS = ".asks"


def speaker(voice: str) -> str:
    """The node behind a voice."""
    return voice.partition(".")[0]


class Heads:
    """The ends of the chains that one transaction extends."""

    position: int  # the place in the log that was taken last, once `here` is known

    def __init__(self, tx: Transaction) -> None:
        self._tx = tx
        self._ends: dict[tuple[str, int], tuple[int, bytes]] = {}
        tx.hold("nodes", here=True)  # one chain: its writers queue here
        self._own_end = tx.ask("ledger.last_here")

    @cached_property
    def here(self) -> tuple[str, int] | None:
        """The store's own node and its incarnation; None before the first command."""
        last = self._own_end()
        if last:
            self._ends[last["node"], last["incarnation"]] = (last["number"], last["link"])
            self.position = last["position"]
            return last["node"], last["incarnation"]
        own, last = self._tx.row("nodes", here=True), self._tx.one("ledger.last_position")
        self.position = (last and last["position"]) or 0
        return (own["id"], own["incarnation"]) if own else None

    def of(self, node: str, incarnation: int) -> tuple[int, bytes]:
        """The last number of a node's incarnation (0 if none) and the link that the next entry goes on from."""
        if (node, incarnation) not in self._ends:
            last = self._tx.one("ledger.last_of_node", node=node, incarnation=incarnation)
            before = last or self._tx.one("ledger.last_of_chain", node=node)
            self._ends[node, incarnation] = (last["number"] if last else 0, before["link"] if before else ORIGIN)
        return self._ends[node, incarnation]

    def advance(self, node: str, incarnation: int, number: int, link: bytes) -> None:
        """An entry was written there."""
        self.position += 1
        self._ends[node, incarnation] = (number, link)
        if self.here is None or (node == self.here[0] and incarnation > self.here[1]):  # founded, or begun anew
            self.here = (node, incarnation)


def write_entry(tx: Transaction, heading: dict[str, Any], sealed: Sealed, decision: bytes, previous: bytes) -> bytes:
    """Appends an entry with its link to the log; the link."""
    row = {
        **heading,
        "command": sealed.plain,
        "personal": sealed.personal,
        "salt": sealed.salt,
        "personal_digest": sealed.personal_digest,
        "decision": decision,
        "previous": previous,
    }
    row["link"] = link = link_of(row)
    tx.insert_many("ledger_entries", [row])
    return link


def write_done(
    tx: Transaction,
    heads: Heads,
    voice: tuple[str, int],
    number: int,
    sealed: Sealed,
    decision: bytes,
    heading: dict[str, Any],
) -> None:
    """Appends what was decided elsewhere or before, as the next revision of its stream.

    `heading` says stream, actor, the three times, by whom it was decided, and when that was answered.
    """
    node, incarnation = voice
    last = tx.one("ledger.last_revision", stream=heading["stream"])
    whole = {
        **heading,
        "position": heads.position + 1,
        "node": node,
        "incarnation": incarnation,
        "number": number,
        "revision": (last["revision"] if last else 0) + 1,
        "kind": sealed.kind,
        "outcome": "done",
    }
    link = write_entry(tx, whole, sealed, decision, heads.of(node, incarnation)[1])
    heads.advance(node, incarnation, number, link)


def take_positions(tx: Transaction) -> None:
    """Gives every touched document its place in the feed of its scope: last of all, scopes in sorted order."""
    by_scope: dict[str, dict[str, None]] = {}
    for scope, document in tx.touched:
        by_scope.setdefault(scope, {})[document] = None
    changed = [
        {"scope": scope, "many": len(documents), "documents": tx.list_of(list(documents))}
        for scope, documents in sorted(by_scope.items())
    ]
    tx.run_many("ledger.advance_scope", changed)
    tx.run_many("ledger.feed", changed)
    tx.touched.clear()
    take_counts(tx)


def take_counts(tx: Transaction) -> None:
    """Changes the counters of the queues that tasks moved in."""
    counts = [{"organ": organ, "state": state, "by": by} for (organ, state), by in sorted(tx.counted.items())]
    tx.run_many("ledger.advance_count", counts)
    tx.counted.clear()
