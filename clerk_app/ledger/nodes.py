"""Which programs make entries: the store's own node first of all."""

from __future__ import annotations

import secrets
from typing import ClassVar

from clerk_app.errors import Refused
from clerk_app.ledger.access import ANY_MACHINE, MachineKind, Role
from clerk_app.ledger.commands import Command, CommandDecision, Entry, Moment, RuleSet
from clerk_app.ledger.numbers import BLOCK_SIZE, insert_number_block, require_own_node
from clerk_app.locales import mark
from db.engines import Transaction

RULES = RuleSet()


class NodeEnrolled(CommandDecision, frozen=True, kw_only=True):
    """The node may speak."""

    stored_name: ClassVar[str] = "NodeEnrolled"


class EnrolNode(Command[NodeEnrolled], frozen=True, kw_only=True):
    """Names a node. The first one of a store is the store's own (`here`)."""

    stored_name: ClassVar[str] = "EnrolNode"
    node: str
    name: str
    node_kind: str  # center | window | kiosk
    incarnation: int = 1
    here: bool = False
    epoch: str = ""  # of a center
    hall: str = ""
    window: str = ""
    organs: tuple[str, ...] = ()


def _decide(tx: Transaction, command: EnrolNode, _: Moment) -> NodeEnrolled:
    if command.here and tx.query_one("ledger.own_node") is not None:
        raise Refused("enrolled", "This store belongs to a node already.")
    if tx.get("nodes", id=command.node) is not None:
        raise Refused("enrolled", "The node {node} is enrolled already.", node=command.node)
    return NodeEnrolled()


def _node_stream(command: EnrolNode | BeginIncarnation | AdmitNode | ShutNode, _: object) -> str:
    return f"node/{command.node}"


@RULES.register(
    EnrolNode,
    NodeEnrolled,
    permission="node.enrol",
    roles=(
        Role.ADMINISTRATOR,
        Role.SYSTEM,
    ),
    machines=(MachineKind.ADMIN,),
    label=mark("Enrolment of a node"),
    decide=_decide,
    stream=_node_stream,
)
def _apply(tx: Transaction, entry: Entry[EnrolNode, NodeEnrolled]) -> None:
    command: EnrolNode = entry.command
    tx.insert(
        "nodes",
        id=command.node,
        name=command.name,
        kind=command.node_kind,
        incarnation=command.incarnation,
        here=command.here,
        enrolled_at=entry.decided_at,
        hall=command.hall,
        window_id=command.window,
        organs=",".join(command.organs),
        epoch=command.epoch,
    )


class IncarnationBegun(CommandDecision, frozen=True, kw_only=True):
    """The case numbers that its own center gives it; none (0, 0) where a center elsewhere lends them."""

    stored_name: ClassVar[str] = "IncarnationBegun"
    first: int = 0
    last: int = 0


class BeginIncarnation(Command[IncarnationBegun], frozen=True, kw_only=True):
    """This store was copied, put back from a backup, or has lost its newest entries otherwise.

    What it numbered since then is lost to it, but not to others: from now on it numbers anew, beginning with this
    command. `incarnation` is the next one.
    """

    stored_name: ClassVar[str] = "BeginIncarnation"
    node: str
    incarnation: int
    epoch: str = ""  # of a center: tells this life of the store from every other
    reason: str = ""  # where somebody decided it; a store that was copied notices that by itself


def generate_epoch() -> str:
    """A name for one life of a center's store: random, so that no two lives have the same."""
    return secrets.token_urlsafe(9)


RESTORE_GAP = 100 * BLOCK_SIZE
"""So many case numbers are left out: what was lent since the backup may stand on receipts."""


def _decide_begin(tx: Transaction, command: BeginIncarnation, moment: Moment) -> IncarnationBegun:
    require_own_node(tx, command.node, moment)
    node = tx.get_for_update("nodes", id=command.node)
    if node is None or node["incarnation"] + 1 != command.incarnation:
        raise Refused("begun", "The node {node} has begun this incarnation already.", node=command.node)
    if node["kind"] != "center" or not node["here"]:
        return IncarnationBegun()
    lent = tx.query_one("ledger.last_block")
    first = int((lent and lent["last"]) or 0) + RESTORE_GAP + 1
    return IncarnationBegun(first=first, last=first + BLOCK_SIZE - 1)


@RULES.register(
    BeginIncarnation,
    IncarnationBegun,
    permission="node.begin",
    roles=(
        Role.ADMINISTRATOR,
        Role.SYSTEM,
        Role.NODE,
    ),
    machines=ANY_MACHINE,
    label=mark("New incarnation of a node"),
    decide=_decide_begin,
    stream=_node_stream,
)
def _apply_begin(tx: Transaction, entry: Entry[BeginIncarnation, IncarnationBegun]) -> None:
    command, block = entry.command, entry.decision
    tx.update("nodes", {"id": command.node}, incarnation=command.incarnation)
    if command.epoch:
        tx.update("nodes", {"id": command.node}, epoch=command.epoch)
    if block.first:
        insert_number_block(tx, command.node, command.incarnation, block.first, block.last, entry.decided_at)


class NodeInvited(CommandDecision, frozen=True, kw_only=True):
    """Until when the code is good."""

    stored_name: ClassVar[str] = "NodeInvited"
    expires_at: int


class InviteNode(Command[NodeInvited], frozen=True, kw_only=True):
    """Makes a place for a node that may join once with a code; only the code's digest is kept."""

    stored_name: ClassVar[str] = "InviteNode"
    digest: str
    name: str
    node_kind: str  # window | kiosk
    hall: str
    window: str
    organs: tuple[str, ...]
    seconds: int


class NodeAdmitted(CommandDecision, frozen=True, kw_only=True):
    """What the node is, and where it stands."""

    stored_name: ClassVar[str] = "NodeAdmitted"
    name: str
    node_kind: str
    hall: str
    window: str
    organs: tuple[str, ...]


class AdmitNode(Command[NodeAdmitted], frozen=True, kw_only=True):
    """A node joins with its code, and from now on speaks with a key of which the digest is kept."""

    stored_name: ClassVar[str] = "AdmitNode"
    node: str
    invitation: str  # digest of the code
    key_digest: str


class NodeShut(CommandDecision, frozen=True, kw_only=True):
    """It is not listened to any more."""

    stored_name: ClassVar[str] = "NodeShut"


class ShutNode(Command[NodeShut], frozen=True, kw_only=True):
    """A node is stolen, broken or gone: its key opens nothing any more."""

    stored_name: ClassVar[str] = "ShutNode"
    node: str
    reason: str


def _decide_invite(_: Transaction, command: InviteNode, moment: Moment) -> NodeInvited:
    return NodeInvited(expires_at=moment.decided_at + command.seconds * 1_000_000)


@RULES.register(
    InviteNode,
    NodeInvited,
    permission="node.enrol",
    roles=(
        Role.ADMINISTRATOR,
        Role.SYSTEM,
    ),
    machines=(MachineKind.ADMIN,),
    label=mark("Invitation of a node"),
    decide=_decide_invite,
    stream=lambda command, _: f"invitation/{command.digest}",
)
def _apply_invite(tx: Transaction, entry: Entry[InviteNode, NodeInvited]) -> None:
    command: InviteNode = entry.command
    tx.insert(
        "invitations",
        digest=command.digest,
        name=command.name,
        kind=command.node_kind,
        hall=command.hall,
        window_id=command.window,
        organs=",".join(command.organs),
        made_at=entry.decided_at,
        expires_at=entry.decision.expires_at,
        node="",
    )


def _decide_admit(tx: Transaction, command: AdmitNode, moment: Moment) -> NodeAdmitted:
    place = tx.get_for_update("invitations", digest=command.invitation)
    if place is None or place["used_at"] is not None or place["expires_at"] < moment.decided_at:
        raise Refused("invitation", "This code is not (or no longer) good. Ask the center for a new one.")
    if tx.get("nodes", id=command.node) is not None:
        raise Refused("enrolled", "The node {node} is enrolled already.", node=command.node)
    return NodeAdmitted(
        name=place["name"],
        node_kind=place["kind"],
        hall=place["hall"],
        window=place["window_id"],
        organs=tuple(filter(None, place["organs"].split(","))),
    )


@RULES.register(
    AdmitNode,
    NodeAdmitted,
    permission="node.enrol",
    roles=(
        Role.ADMINISTRATOR,
        Role.SYSTEM,
    ),
    machines=(MachineKind.CENTER,),
    label=mark("Admission of a node"),
    decide=_decide_admit,
    stream=_node_stream,
)
def _apply_admit(tx: Transaction, entry: Entry[AdmitNode, NodeAdmitted]) -> None:
    command, made = entry.command, entry.decision
    tx.update("invitations", {"digest": command.invitation}, used_at=entry.decided_at, node=command.node)
    tx.insert(
        "nodes",
        id=command.node,
        name=made.name,
        kind=made.node_kind,
        incarnation=1,
        here=False,
        enrolled_at=entry.decided_at,
        hall=made.hall,
        window_id=made.window,
        organs=",".join(made.organs),
        key_digest=command.key_digest,
    )


def _decide_shut(tx: Transaction, command: ShutNode, _: Moment) -> NodeShut:
    row = tx.get("nodes", id=command.node)
    if row is None or row["here"]:
        raise Refused("no_node", "There is no node {node} that could be shut out.", node=command.node)
    return NodeShut()


@RULES.register(
    ShutNode,
    NodeShut,
    permission="node.shut",
    roles=(
        Role.ADMINISTRATOR,
        Role.SYSTEM,
    ),
    machines=(MachineKind.ADMIN,),
    label=mark("Exclusion of a node"),
    decide=_decide_shut,
    stream=_node_stream,
)
def _apply_shut(tx: Transaction, entry: Entry[ShutNode, NodeShut]) -> None:
    tx.update("nodes", {"id": entry.command.node}, shut=True)
