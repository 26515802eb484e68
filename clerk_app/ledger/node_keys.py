"""Commands on the public keys of nodes and of the center: registration, rotation, first use.

A new key of a node is registered while the old one still works; the first request under the new key ends the old one,
so that a lost response shuts no node out. A new key carries a signature by the key before (its endorsement) and one by
itself (the proof that the node has it).
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

import msgspec

from clerk_app.errors import BadData, Refused
from clerk_app.ledger.access import ANY_MACHINE, MachineKind, Role
from clerk_app.ledger.commands import Command, CommandDecision, Entry, Moment, Placement, RuleSet
from clerk_app.ledger.machine_keys import EarlierKey, PublicKey, decode_base64url, encode_statement
from clerk_app.ledger.numbers import require_own_node
from clerk_app.locales import mark
from db.engines import Transaction

RULES = RuleSet()


class CenterKeyLink(msgspec.Struct, frozen=True):
    """A key of a center, with its endorsement by the key before it ("" for the first key)."""

    number: int
    public_key: str
    endorsement: str = ""


def node_key_statement(node: str, public_key: str) -> bytes:
    """Return the bytes that prove and endorse a node's new key."""
    return encode_statement("clerk-node-key-1", node, public_key)


def center_key_statement(center: str, number: int, public_key: str) -> bytes:
    """Return the bytes with which a center's key endorses the key after it."""
    return encode_statement("clerk-center-key-1", center, number, public_key)


def follow_center_keys(center: str, known: CenterKeyLink, links: Sequence[CenterKeyLink]) -> CenterKeyLink:
    """Return the last key that follows from `known` by unbroken endorsements; `known` itself if none does."""
    for link in links:
        if link.number == known.number + 1 and is_signed(
            known.public_key, link.endorsement, center_key_statement(center, link.number, link.public_key)
        ):
            known = link
    return known


def follow_earlier_keys(node: str, public_key: str, stated: Sequence[EarlierKey]) -> tuple[EarlierKey, ...]:
    """Return the stated keys, oldest first, from which unbroken endorsements lead to the node's present key."""
    found: list[EarlierKey] = []
    successor = public_key
    for key in reversed(stated):
        if not is_signed(key.public_key, key.successor_signature, node_key_statement(node, successor)):
            break
        found.append(key)
        successor = key.public_key
    return tuple(reversed(found))


def insert_next_key(tx: Transaction, node: str, public_key: str, endorsement: str, at: int) -> int:
    """Insert a key after the last key of a node, and return its number. Called by `apply` functions."""
    number = max((row["number"] for row in tx.select("node_keys", node=node)), default=0) + 1
    insert_node_key(tx, node, number, public_key, endorsement, at)
    return number


def is_signed(public_key: str, signature: str, statement: bytes) -> bool:
    """Return whether `signature` (base64url) is the key's signature of a statement. Never raises."""
    try:
        return PublicKey.parse(public_key).verifies(decode_base64url(signature), statement)
    except BadData:
        return False


def insert_node_key(tx: Transaction, node: str, number: int, public_key: str, endorsement: str, at: int) -> None:
    """Insert a key of a node. Called by `apply` functions."""
    tx.insert("node_keys", node=node, number=number, public_key=public_key, endorsement=endorsement, added_at=at)


class NodeKeyRegistered(CommandDecision, frozen=True, kw_only=True):
    """Number of the new key, and the center's own key, which a node enrolled by an earlier version does not have."""

    stored_name: ClassVar[str] = "NodeKeyRegistered"
    number: int
    center_key: str
    center_key_number: int


class RegisterNodeKey(Command[NodeKeyRegistered], frozen=True, kw_only=True):
    """Register a public key of a node: its first one, or the one that will replace its current key."""

    stored_name: ClassVar[str] = "RegisterNodeKey"
    node: str
    public_key: str
    proof: str  # signature of `node_key_statement` by this key, base64url
    endorsement: str = ""  # the same by the node's current key; "" for its first key


def _decide_register(tx: Transaction, command: RegisterNodeKey, moment: Moment) -> NodeKeyRegistered:
    require_own_node(tx, command.node, moment)
    row, center = tx.get_for_update("nodes", id=command.node), tx.get("nodes", here=True)
    if row is None or center is None:
        raise Refused("no_node", "The node {node} is not enrolled.", node=command.node)
    statement = node_key_statement(command.node, command.public_key)
    if not is_signed(command.public_key, command.proof, statement) or (
        row["public_key"] and not is_signed(row["public_key"], command.endorsement, statement)
    ):
        raise Refused("key", "The new key is not signed as it has to be.")
    keys = tx.select("node_keys", order=("number",), node=command.node)
    if any(key["public_key"] == command.public_key and key["number"] <= row["key_number"] for key in keys):
        raise Refused("key", "A key that was in use before cannot be used again.")
    known = next((key["number"] for key in keys if key["public_key"] == command.public_key), 0)
    number = known or max((key["number"] for key in keys), default=0) + 1
    return NodeKeyRegistered(number=number, center_key=center["public_key"], center_key_number=center["key_number"])


@RULES.register(
    RegisterNodeKey,
    NodeKeyRegistered,
    permission="node.register_key",
    roles=(Role.NODE,),
    machines=ANY_MACHINE,
    label=mark("Registration of a machine's key"),
    decide=_decide_register,
    stream=lambda command, _: f"node/{command.node}",
    placement=Placement.REMOTE,
    survives_restore=False,
)
def _apply_register(tx: Transaction, entry: Entry[RegisterNodeKey, NodeKeyRegistered]) -> None:
    command, number = entry.command, entry.decision.number
    if tx.get("node_keys", node=command.node, number=number) is None:
        insert_node_key(tx, command.node, number, command.public_key, command.endorsement, entry.decided_at)


class NodeKeyInUse(CommandDecision, frozen=True, kw_only=True):
    """The key is the node's only key from now on."""

    stored_name: ClassVar[str] = "NodeKeyInUse"
    public_key: str


class UseNodeKey(Command[NodeKeyInUse], frozen=True, kw_only=True):
    """Make a registered key the node's current key, because the node has sent its first request under it."""

    stored_name: ClassVar[str] = "UseNodeKey"
    node: str
    number: int


def _decide_use(tx: Transaction, command: UseNodeKey, _: Moment) -> NodeKeyInUse:
    row = tx.get_for_update("nodes", id=command.node)
    key = tx.get("node_keys", node=command.node, number=command.number)
    if row is None or key is None or key["number"] <= row["key_number"]:
        raise Refused("key", "The node {node} has no such new key.", node=command.node)
    return NodeKeyInUse(public_key=key["public_key"])


@RULES.register(
    UseNodeKey,
    NodeKeyInUse,
    permission="node.use_key",
    roles=(Role.SYSTEM,),
    machines=(MachineKind.CENTER,),
    label=mark("First use of a machine's key"),
    decide=_decide_use,
    stream=lambda command, _: f"node/{command.node}",
)
def _apply_use(tx: Transaction, entry: Entry[UseNodeKey, NodeKeyInUse]) -> None:
    key = {"public_key": entry.decision.public_key, "key_number": entry.command.number}
    tx.update("nodes", {"id": entry.command.node}, key_digest="", **key)


class CenterKeySet(CommandDecision, frozen=True, kw_only=True):
    """The center signs its responses with this key."""

    stored_name: ClassVar[str] = "CenterKeySet"


class SetCenterKey(Command[CenterKeySet], frozen=True, kw_only=True):
    """Record the public key of the center, whose private key is a file of its machine."""

    stored_name: ClassVar[str] = "SetCenterKey"
    node: str
    number: int
    public_key: str
    endorsement: str = ""  # signature of `center_key_statement` by the key before; "" for the first key


def _decide_center_key(tx: Transaction, command: SetCenterKey, _: Moment) -> CenterKeySet:
    row = tx.query_one("ledger.own_node")
    if row is None or row["id"] != command.node or tx.get("node_keys", node=command.node, number=command.number):
        raise Refused("key", "The node {node} has no such new key.", node=command.node)
    return CenterKeySet()


@RULES.register(
    SetCenterKey,
    CenterKeySet,
    permission="center.set_key",
    roles=(Role.SYSTEM,),
    machines=(MachineKind.CENTER,),
    label=mark("Key of the center"),
    decide=_decide_center_key,
    stream=lambda command, _: f"node/{command.node}",
)
def _apply_center_key(tx: Transaction, entry: Entry[SetCenterKey, CenterKeySet]) -> None:
    command = entry.command
    insert_node_key(tx, command.node, command.number, command.public_key, command.endorsement, entry.decided_at)
    tx.update("nodes", {"id": command.node}, public_key=command.public_key, key_number=command.number)
