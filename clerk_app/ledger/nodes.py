"""Which programs make entries: the store's own node first of all."""

from __future__ import annotations

from clerk_app.errors import Refused
from clerk_app.ledger.commands import Command, Decided, Entry, Moment, Rule
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


NODES = Rule(
    EnrolNode,
    NodeEnrolled,
    permission="node.enrol",
    decide=_decide,
    apply=_apply,
    stream=lambda command, _: f"node/{command.node}",
)
