"""Tips of hash chains (number and link of the newest entry), and the appending of entries to the log.

A node has up to three chains, each with its own numbers:

    w1         its shared entries, which a window pushes to its authority
    w1.own     its private entries, which stay in its store
    w1.asks    its remote calls, in the log of its authority

A call is sent before shared entries that still wait to be pushed. An abandoned call leaves a gap in the numbers of its
chain.
"""

from __future__ import annotations

from functools import cached_property
from typing import Any

from clerk_app.ledger.entries import GENESIS_LINK, SealedCommand, compute_link
from db.engines import Row, Transaction

PRIVATE_SUFFIX = ".own"
CALLS_SUFFIX = ".asks"


def node_of_chain(chain: str) -> str:
    """Return the node that a chain belongs to."""
    return chain.partition(".")[0]


class ChainTips:
    """Tip of each chain that a transaction extends, read on first use."""

    last_position: int  # last position of the log; set by the first read of `own_chain`

    def __init__(self, tx: Transaction) -> None:
        self._tx = tx
        self._tips: dict[tuple[str, int], tuple[int, bytes]] = {}
        tx.lock_rows("nodes", here=True)  # serialises the writers of the log
        self._fetch_own_tip = tx.start_query("ledger.last_of_own_node")

    @cached_property
    def own_chain(self) -> tuple[str, int] | None:
        """The store's own node and its incarnation; None in a store without entries."""
        tip = self._fetch_own_tip()
        if tip:
            self._tips[tip["node"], tip["incarnation"]] = (tip["number"], tip["link"])
            self.last_position = tip["position"]
            return tip["node"], tip["incarnation"]
        node, last = self._tx.get("nodes", here=True), self._tx.query_one("ledger.last_position")
        self.last_position = (last and last["position"]) or 0
        return (node["id"], node["incarnation"]) if node else None

    def tip(self, node: str, incarnation: int) -> tuple[int, bytes]:
        """Return the last number of a node's incarnation (0 for none), and the link that its next entry refers to."""
        if (node, incarnation) not in self._tips:
            last = self._tx.query_one("ledger.last_of_incarnation", node=node, incarnation=incarnation)
            previous = last or self._tx.query_one("ledger.last_of_chain", node=node)
            link = previous["link"] if previous else GENESIS_LINK
            self._tips[node, incarnation] = (last["number"] if last else 0, link)
        return self._tips[node, incarnation]

    def advance(self, node: str, incarnation: int, number: int, link: bytes) -> None:
        """Set the tip of a chain to a newly appended entry."""
        self.last_position += 1
        self._tips[node, incarnation] = (number, link)
        own_chain = self.own_chain
        if own_chain is None or (node == own_chain[0] and incarnation > own_chain[1]):  # first entry, new incarnation
            self.own_chain = (node, incarnation)


def append_entry(
    tx: Transaction, heading: dict[str, Any], sealed: SealedCommand, decision: bytes, previous: bytes
) -> bytes:
    """Append an entry with its link to the log; return the link."""
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
    """Append a command that another node has decided, as the next revision of its stream.

    `heading` has the columns stream, actor, said_at, corrected_at, decided_at, decided_by and answered_at.
    """
    node, incarnation = chain
    last = tx.query_one("ledger.last_revision", stream=heading["stream"])
    complete_heading = {
        **heading,
        "position": tips.last_position + 1,
        "node": node,
        "incarnation": incarnation,
        "number": number,
        "revision": (last["revision"] if last else 0) + 1,
        "kind": sealed.kind,
        "outcome": "done",
    }
    link = append_entry(tx, complete_heading, sealed, decision, tips.tip(node, incarnation)[1])
    tips.advance(node, incarnation, number, link)


def find_unanswered_predecessor(tx: Transaction, entry: Row) -> int:
    """Return the number of the stream's previous entry if it was unanswered when `entry` was made; otherwise 0.

    `entry` has the columns node, incarnation, stream, revision and decided_at.
    """
    previous = tx.query_one(
        "ledger.previous_in_stream", stream=entry["stream"], revision=entry["revision"], node=entry["node"]
    )
    if previous is None or previous["incarnation"] != entry["incarnation"]:
        return 0
    answered_at = previous["answered_at"]
    return int(previous["number"]) if answered_at is None or answered_at > entry["decided_at"] else 0


def assign_feed_positions(tx: Transaction) -> None:
    """Give every changed document its version in the feed of its scope, and update the queue counters.

    These are the last statements of a transaction; scopes are locked in sorted order.
    """
    documents_by_scope: dict[str, dict[str, None]] = {}
    for scope, document in tx.changed_documents:
        documents_by_scope.setdefault(scope, {})[document] = None
    ordered = sorted(documents_by_scope.items())
    tx.execute_many("ledger.advance_scope", [{"scope": scope, "many": len(documents)} for scope, documents in ordered])
    tx.execute_many(  # most scopes: a statement that takes a list costs twice as much
        "ledger.move_one_in_feed",
        [{"scope": scope, "document": document} for scope, (document, *others) in ordered if not others],
    )
    tx.execute_many(
        "ledger.move_in_feed",
        [
            {"scope": scope, "many": len(documents), "documents": tx.encode_list(list(documents))}
            for scope, documents in ordered
            if len(documents) > 1
        ],
    )
    tx.changed_documents.clear()
    apply_queue_counts(tx)


def apply_queue_counts(tx: Transaction) -> None:
    """Update the counters of the queues whose tasks changed."""
    changes = sorted(tx.queue_count_changes.items())
    tx.execute_many(
        "ledger.adjust_queue_count",
        [{"organ": organ, "state": state, "by": delta} for (organ, state), delta in changes],
    )
    tx.queue_count_changes.clear()
