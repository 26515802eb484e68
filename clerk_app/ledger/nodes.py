"""Which programs make entries: the store's own node first of all."""

from __future__ import annotations

from clerk_app.errors import Refused
from clerk_app.ledger.commands import Command, Decided, Entry, Moment, Rule
from clerk_app.ledger.numbers import BLOCK, insert_block
from db.engines import Transaction


class NodeEnrolled(Decided, frozen=True, kw_only=True):
    """The node may speak."""


class EnrolNode(Command[NodeEnrolled], frozen=True, kw_only=True):
    """Names a node. The first one of a store is the store's own (`here`)."""

    node: str
    name: str
    node_kind: str  # center | window | kiosk
    incarnation: int = 1
    here: bool = False


def _decide(tx: Transaction, command: EnrolNode, _: Moment) -> NodeEnrolled:
    if command.here and tx.one("ledger.here") is not None:
        raise Refused("enrolled", "This store belongs to a node already.")
    if tx.row("nodes", id=command.node) is not None:
        raise Refused("enrolled", "The node {node} is enrolled already.", node=command.node)
    return NodeEnrolled()


def _apply(tx: Transaction, entry: Entry[NodeEnrolled]) -> None:
    command: EnrolNode = entry.command
    tx.insert(
        "nodes",
        id=command.node,
        name=command.name,
        kind=command.node_kind,
        incarnation=command.incarnation,
        here=command.here,
        enrolled_at=entry.at,
    )


class IncarnationBegun(Decided, frozen=True, kw_only=True):
    """The case numbers that its own center gives it; none (0, 0) where a center elsewhere lends them."""

    first: int = 0
    last: int = 0


class BeginIncarnation(Command[IncarnationBegun], frozen=True, kw_only=True):
    """This store was copied, or put back from a backup.

    What it numbered since then is lost to it, but not to others: from now on it numbers anew, beginning with this
    command. `incarnation` is the next one.
    """

    node: str
    incarnation: int


GAP = 100 * BLOCK
"""So many case numbers are left out: what was lent since the backup may stand on receipts."""


def _decide_begin(tx: Transaction, command: BeginIncarnation, _: Moment) -> IncarnationBegun:
    node = tx.locked("nodes", id=command.node)
    if node is None or node["incarnation"] + 1 != command.incarnation:
        raise Refused("begun", "The node {node} has begun this incarnation already.", node=command.node)
    if node["kind"] != "center" or not node["here"]:
        return IncarnationBegun()
    lent = tx.one("ledger.last_block")
    first = int((lent and lent["last"]) or 0) + GAP + 1
    return IncarnationBegun(first=first, last=first + BLOCK - 1)


def _apply_begin(tx: Transaction, entry: Entry[IncarnationBegun]) -> None:
    command, block = entry.command, entry.decision
    tx.change("nodes", {"id": command.node}, incarnation=command.incarnation)
    if block.first:
        insert_block(tx, command.node, command.incarnation, block.first, block.last, entry.at)


INCARNATIONS = Rule(
    BeginIncarnation,
    IncarnationBegun,
    permission="node.enrol",
    decide=_decide_begin,
    apply=_apply_begin,
    stream=lambda command, _: f"node/{command.node}",
)
NODES = Rule(
    EnrolNode,
    NodeEnrolled,
    permission="node.enrol",
    decide=_decide,
    apply=_apply,
    stream=lambda command, _: f"node/{command.node}",
)
