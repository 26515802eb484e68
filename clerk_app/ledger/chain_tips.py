"""The ends of the chains that a transaction extends, and an entry's last step into the log.

A store's own node speaks with up to three voices, each numbered by itself and each a chain of its own: what it shares
("w1"), what never leaves it ("w1.own"), and, at its authority, what it asked ("w1.asks"). Questions overtake the rest,
and one that was given up leaves a gap in its numbers.
"""

from __future__ import annotations

from functools import cached_property
from typing import Any

from clerk_app.ledger.entries import GENESIS_LINK, SealedCommand, compute_link
from db.engines import Transaction

PRIVATE_SUFFIX = ".own"
CALLS_SUFFIX = ".asks"


def node_of_chain(chain: str) -> str:
    """The node behind a voice."""
    return chain.partition(".")[0]


class ChainTips:
    """The ends of the chains that one transaction extends."""

    last_position: int  # the place in the log that was taken last, once `here` is known

    def __init__(self, tx: Transaction) -> None:
        self._tx = tx
        self._tips: dict[tuple[str, int], tuple[int, bytes]] = {}
        tx.lock_rows("nodes", here=True)  # one chain: its writers queue here
        self._fetch_own_tip = tx.start_query("ledger.last_of_own_node")

    @cached_property
    def own_chain(self) -> tuple[str, int] | None:
        """The store's own node and its incarnation; None before the first command."""
        last = self._fetch_own_tip()
        if last:
            self._tips[last["node"], last["incarnation"]] = (last["number"], last["link"])
            self.last_position = last["position"]
            return last["node"], last["incarnation"]
        own, last = self._tx.get("nodes", here=True), self._tx.query_one("ledger.last_position")
        self.last_position = (last and last["position"]) or 0
        return (own["id"], own["incarnation"]) if own else None

    def tip(self, node: str, incarnation: int) -> tuple[int, bytes]:
        """The last number of a node's incarnation (0 if none) and the link that the next entry goes on from."""
        if (node, incarnation) not in self._tips:
            last = self._tx.query_one("ledger.last_of_incarnation", node=node, incarnation=incarnation)
            before = last or self._tx.query_one("ledger.last_of_chain", node=node)
            self._tips[node, incarnation] = (last["number"] if last else 0, before["link"] if before else GENESIS_LINK)
        return self._tips[node, incarnation]

    def advance(self, node: str, incarnation: int, number: int, link: bytes) -> None:
        """An entry was written there."""
        self.last_position += 1
        self._tips[node, incarnation] = (number, link)
        if self.own_chain is None or (
            node == self.own_chain[0] and incarnation > self.own_chain[1]
        ):  # founded, or begun anew
            self.own_chain = (node, incarnation)


def append_entry(
    tx: Transaction, heading: dict[str, Any], sealed: SealedCommand, decision: bytes, previous: bytes
) -> bytes:
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
    row["link"] = link = compute_link(row)
    tx.insert_many("ledger_entries", [row])
    return link


def append_decided_entry(
    tx: Transaction,
    tips: ChainTips,
    chain: tuple[str, int],
    number: int,
    sealed: SealedCommand,
    decision: bytes,
    heading: dict[str, Any],
) -> None:
    """Appends what was decided elsewhere or before, as the next revision of its stream.

    `heading` says stream, actor, the three times, by whom it was decided, and when that was answered.
    """
    node, incarnation = chain
    last = tx.query_one("ledger.last_revision", stream=heading["stream"])
    whole = {
        **heading,
        "position": tips.last_position + 1,
        "node": node,
        "incarnation": incarnation,
        "number": number,
        "revision": (last["revision"] if last else 0) + 1,
        "kind": sealed.kind,
        "outcome": "done",
    }
    link = append_entry(tx, whole, sealed, decision, tips.tip(node, incarnation)[1])
    tips.advance(node, incarnation, number, link)


def assign_feed_positions(tx: Transaction) -> None:
    """Gives every touched document its place in the feed of its scope: last of all, scopes in sorted order."""
    by_scope: dict[str, dict[str, None]] = {}
    for scope, document in tx.changed_documents:
        by_scope.setdefault(scope, {})[document] = None
    changed = [
        {"scope": scope, "many": len(documents), "documents": tx.encode_list(list(documents))}
        for scope, documents in sorted(by_scope.items())
    ]
    tx.execute_many("ledger.advance_scope", changed)
    tx.execute_many("ledger.move_in_feed", changed)
    tx.changed_documents.clear()
    apply_queue_counts(tx)


def apply_queue_counts(tx: Transaction) -> None:
    """Changes the counters of the queues that tasks moved in."""
    counts = [
        {"organ": organ, "state": state, "by": by} for (organ, state), by in sorted(tx.queue_count_changes.items())
    ]
    tx.execute_many("ledger.adjust_queue_count", counts)
    tx.queue_count_changes.clear()
