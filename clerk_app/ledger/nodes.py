"""Commands on nodes (programs that create entries): enrol, invite, admit, shut out, begin an incarnation."""

from __future__ import annotations

import re
import secrets
from typing import ClassVar

import msgspec

from clerk_app.errors import Refused
from clerk_app.ledger.access import ANY_MACHINE, MachineKind, Role, machine_kinds
from clerk_app.ledger.commands import Command, CommandDecision, Entry, Moment, RuleSet
from clerk_app.ledger.confirmations import require_second_person
from clerk_app.ledger.machine_keys import EarlierKey
from clerk_app.ledger.node_keys import follow_earlier_keys, insert_next_key
from clerk_app.ledger.numbers import BLOCK_SIZE, insert_number_block, require_own_node
from clerk_app.locales import mark
from db.engines import Transaction
from db.json_lists import decode_json_list, encode_json_list

RULES = RuleSet()
INVALID_CODE = mark("This code is not (or no longer) good. Ask the center for a new one.")


class NodeEnrolled(CommandDecision, frozen=True, kw_only=True):
    """The node may send entries."""

    stored_name: ClassVar[str] = "NodeEnrolled"


class EnrolNode(Command[NodeEnrolled], frozen=True, kw_only=True):
    """Enrol a node. `here` marks the store's own node, which is enrolled first."""

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
    roles=(Role.ADMINISTRATOR, Role.SYSTEM),
    machines=(MachineKind.ADMIN,),
    label=mark("Enrolment of a node"),
    decide=_decide,
    stream=_node_stream,
)
def _apply(tx: Transaction, entry: Entry[EnrolNode, NodeEnrolled]) -> None:
    command = entry.command
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
        organs=encode_json_list(command.organs),
        epoch=command.epoch,
    )


class IncarnationBegun(CommandDecision, frozen=True, kw_only=True):
    """First and last serial of the center's new number block; (0, 0) for a window, which borrows from its center.

    `last_position` is the last position of a center's log before: after a restore, that of the backup.
    """

    stored_name: ClassVar[str] = "IncarnationBegun"
    first: int = 0
    last: int = 0
    last_position: int = 0


class BeginIncarnation(Command[IncarnationBegun], frozen=True, kw_only=True):
    """Begin a new incarnation of a node whose store was copied, restored, or has lost its newest entries otherwise.

    Other nodes may still have the lost entries. Entry numbers therefore start at 1 again in the new incarnation, and
    this command is its first entry. `incarnation` is the number of the new incarnation. `previous_epoch` is the epoch
    of a center before; the store of a backup may have an older one.
    """

    stored_name: ClassVar[str] = "BeginIncarnation"
    node: str
    incarnation: int
    epoch: str = ""  # of a center: distinguishes the store after this restore from before
    previous_epoch: str = ""
    reason: str = ""  # typed by an administrator; empty where the program began the incarnation


def generate_epoch() -> str:
    """Return a random epoch: the identifier of a center's store from one restore to the next."""
    return secrets.token_urlsafe(9)


RESTORE_GAP = 100 * BLOCK_SIZE
"""Serials skipped after a restore, because serials lent after the backup may already be printed on receipts."""


def _decide_begin(tx: Transaction, command: BeginIncarnation, moment: Moment) -> IncarnationBegun:
    require_own_node(tx, command.node, moment)
    node = tx.get_for_update("nodes", id=command.node)
    if node is None or node["incarnation"] + 1 != command.incarnation:
        raise Refused("begun", "The node {node} has begun this incarnation already.", node=command.node)
    if node["kind"] != "center" or not node["here"]:
        return IncarnationBegun()
    last_block = tx.query_one("ledger.last_block")
    first = int((last_block and last_block["last"]) or 0) + RESTORE_GAP + 1
    last_position = tx.query_one("ledger.last_position")
    return IncarnationBegun(
        first=first,
        last=first + BLOCK_SIZE - 1,
        last_position=int((last_position and last_position["position"]) or 0),
    )


@RULES.register(
    BeginIncarnation,
    IncarnationBegun,
    permission="node.begin",
    roles=(Role.ADMINISTRATOR, Role.SYSTEM, Role.NODE),
    machines=ANY_MACHINE,
    label=mark("New incarnation of a node"),
    decide=_decide_begin,
    stream=_node_stream,
)
def _apply_begin(tx: Transaction, entry: Entry[BeginIncarnation, IncarnationBegun]) -> None:
    command, block = entry.command, entry.decision
    tx.update("nodes", {"id": command.node}, incarnation=command.incarnation)
    if command.epoch:
        tx.update(
            "nodes",
            {"id": command.node},
            epoch=command.epoch,
            previous_epoch=command.previous_epoch,
            restored_after=block.last_position,
        )
    if block.first:
        insert_number_block(tx, command.node, command.incarnation, block.first, block.last, entry.decided_at)


class NodeInvited(CommandDecision, frozen=True, kw_only=True):
    """The node is invited; its code expires at `expires_at`, microseconds UTC."""

    stored_name: ClassVar[str] = "NodeInvited"
    expires_at: int
    alone: bool = False  # whether there was no second administrator to confirm a wide invitation


class InviteNode(Command[NodeInvited], frozen=True, kw_only=True):
    """Invite a node to join once with a code. Only the public key derived from the code is stored."""

    stored_name: ClassVar[str] = "InviteNode"
    digest: str  # hex: the code's public key; SHA-256 of the code in entries of earlier versions
    name: str
    node_kind: str  # MachineKind; window in entries of earlier versions
    hall: str
    window: str
    organs: tuple[str, ...]
    seconds: int  # validity of the code
    node: str = ""  # of a machine that joins again under its id; "" for a new machine


class NodeAdmitted(CommandDecision, frozen=True, kw_only=True):
    """Kind and place of the admitted node, from the invitation."""

    stored_name: ClassVar[str] = "NodeAdmitted"
    name: str
    node_kind: str
    hall: str
    window: str
    organs: tuple[str, ...]
    blocks: tuple[tuple[int, int], ...] = ()  # those of the stated ones that are lent to nobody
    earlier_keys: tuple[EarlierKey, ...] = ()  # those of the stated ones that lead to the key and are not known


class AdmitNode(Command[NodeAdmitted], frozen=True, kw_only=True):
    """Admit an invited node that proved its code; store the key that will authenticate the node."""

    stored_name: ClassVar[str] = "AdmitNode"
    node: str
    invitation: str  # `InviteNode.digest`
    key_digest: str  # SHA-256 of the bearer key of a program without a key pair; "" for a node with a public key
    public_key: str = ""
    blocks: tuple[tuple[int, int], ...] = ()  # first and last serials that the lost center lent to a node that is back
    earlier_keys: tuple[EarlierKey, ...] = ()  # of a node that is back, oldest first: its entries may be signed by them


class NodeShut(CommandDecision, frozen=True, kw_only=True):
    """The node's requests are rejected."""

    stored_name: ClassVar[str] = "NodeShut"


class ShutNode(Command[NodeShut], frozen=True, kw_only=True):
    """Shut out a node that was stolen, broken or removed: its key is not accepted any more."""

    stored_name: ClassVar[str] = "ShutNode"
    node: str
    reason: str


_NODE_ID = re.compile("n[0-9a-f]{8}")
_HALL_MACHINES = frozenset({MachineKind.COUNTER, MachineKind.KIOSK, MachineKind.BOARD, MachineKind.RECEPTION})
"""Kinds that one administrator invites for the own organ. Every other invitation is wide, and needs two."""


def _decide_invite(tx: Transaction, command: InviteNode, moment: Moment) -> NodeInvited:
    alone = False
    if command.node:
        _require_may_join_again(tx, command)
    if _is_wide(command, moment):  # the code is new each time, so that the second person confirms the rest
        alone = require_second_person(tx, command, moment, msgspec.structs.replace(command, digest=""))
    return NodeInvited(expires_at=moment.decided_at + command.seconds * 1_000_000, alone=alone)


def _require_may_join_again(tx: Transaction, command: InviteNode) -> None:
    """Raise Refused unless the node is unknown here, or known with this kind and place and not excluded."""
    row = tx.get("nodes", id=command.node)
    place = (command.node_kind, command.hall, command.window, encode_json_list(command.organs))
    is_same = row is None or (row["kind"], row["hall"], row["window_id"], row["organs"]) == place
    if not _NODE_ID.fullmatch(command.node) or not is_same or (row is not None and (row["here"] or row["shut"])):
        raise Refused("no_node", "The machine {node} cannot join again. Invite it as a new one.", node=command.node)


def _is_wide(command: InviteNode, moment: Moment) -> bool:
    """Return whether a machine gets more than the counters, kiosks and boards of one site."""
    if not machine_kinds(command.node_kind) <= _HALL_MACHINES:
        return True
    if moment.actor.role == Role.SYSTEM:
        return len(command.organs) > 1
    return set(command.organs) != {moment.actor.organ}


@RULES.register(
    InviteNode,
    NodeInvited,
    permission="node.enrol",
    roles=(Role.ADMINISTRATOR, Role.SYSTEM),
    machines=(MachineKind.ADMIN,),
    label=mark("Invitation of a node"),
    decide=_decide_invite,
    stream=lambda command, _: f"invitation/{command.digest}",
)
def _apply_invite(tx: Transaction, entry: Entry[InviteNode, NodeInvited]) -> None:
    command = entry.command
    tx.insert(
        "invitations",
        digest=command.digest,
        name=command.name,
        kind=command.node_kind,
        hall=command.hall,
        window_id=command.window,
        organs=encode_json_list(command.organs),
        made_at=entry.decided_at,
        expires_at=entry.decision.expires_at,
        node=command.node,
    )


def _decide_admit(tx: Transaction, command: AdmitNode, moment: Moment) -> NodeAdmitted:
    invitation = tx.get_for_update("invitations", digest=command.invitation)
    if invitation is None or invitation["used_at"] is not None or invitation["expires_at"] < moment.decided_at:
        raise Refused("invitation", INVALID_CODE)
    row = tx.get("nodes", id=command.node)
    if row is not None and (row["shut"] or invitation["node"] != command.node):
        raise Refused("enrolled", "The node {node} is enrolled already.", node=command.node)
    return NodeAdmitted(
        name=invitation["name"],
        node_kind=invitation["kind"],
        hall=invitation["hall"],
        window=invitation["window_id"],
        organs=decode_json_list(invitation["organs"]),
        blocks=_find_free_blocks(tx, command.blocks) if invitation["node"] else (),
        earlier_keys=_find_unknown_keys(tx, command) if invitation["node"] else (),
    )


def _find_unknown_keys(tx: Transaction, command: AdmitNode) -> tuple[EarlierKey, ...]:
    """Return the node's earlier keys that were registered after the backup from which its center was restored."""
    known = {row["public_key"] for row in tx.select("node_keys", node=command.node)}
    followed = follow_earlier_keys(command.node, command.public_key, command.earlier_keys)
    return tuple(key for key in followed if key.public_key not in known)


def _find_free_blocks(tx: Transaction, stated: tuple[tuple[int, int], ...]) -> tuple[tuple[int, int], ...]:
    """Return the blocks in the range that the last restore skipped, none of whose serials was lent since."""
    lent = [(row["first"], row["last"]) for row in tx.select("number_blocks")]
    free: list[tuple[int, int]] = []
    for first, last in stated:
        is_free = all(last < other_first or first > other_last for other_first, other_last in (*lent, *free))
        if 0 < first <= last < first + BLOCK_SIZE and is_free and last < max(end for _first, end in (*lent, (0, 0))):
            free.append((first, last))
    return tuple(free)


@RULES.register(
    AdmitNode,
    NodeAdmitted,
    permission="node.enrol",
    roles=(Role.ADMINISTRATOR, Role.SYSTEM),
    machines=(MachineKind.CENTER,),
    label=mark("Admission of a node"),
    decide=_decide_admit,
    stream=_node_stream,
)
def _apply_admit(tx: Transaction, entry: Entry[AdmitNode, NodeAdmitted]) -> None:
    command, decision = entry.command, entry.decision
    tx.update("invitations", {"digest": command.invitation}, used_at=entry.decided_at, node=command.node)
    for block in decision.blocks:
        insert_number_block(tx, command.node, 1, *block, entry.decided_at)
    endorsement = ""
    for earlier in decision.earlier_keys:
        insert_next_key(tx, command.node, earlier.public_key, endorsement, entry.decided_at)
        endorsement = earlier.successor_signature
    number = 0
    if command.public_key:
        number = insert_next_key(tx, command.node, command.public_key, endorsement, entry.decided_at)
    if tx.get("nodes", id=command.node) is not None:  # it joins again with another key
        key = {"key_digest": "", "public_key": command.public_key, "key_number": number}
        tx.update("nodes", {"id": command.node}, **key)
        return
    tx.insert(
        "nodes",
        id=command.node,
        name=decision.name,
        kind=decision.node_kind,
        incarnation=1,
        here=False,
        enrolled_at=entry.decided_at,
        hall=decision.hall,
        window_id=decision.window,
        organs=encode_json_list(decision.organs),
        key_digest=command.key_digest,
        public_key=command.public_key,
        key_number=number,
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
    roles=(Role.ADMINISTRATOR, Role.SYSTEM),
    machines=(MachineKind.ADMIN,),
    label=mark("Exclusion of a node"),
    decide=_decide_shut,
    stream=_node_stream,
)
def _apply_shut(tx: Transaction, entry: Entry[ShutNode, NodeShut]) -> None:
    tx.update("nodes", {"id": entry.command.node}, shut=True)
