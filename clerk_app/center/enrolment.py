"""Enrols nodes: a machine proves an invitation code once and becomes a node with a key of its own."""

from __future__ import annotations

import secrets

from clerk_app.center.authority import Authority
from clerk_app.center.center_key import read_public_key
from clerk_app.center.resources import CenterResources
from clerk_app.center.trust_lists import read_root_key
from clerk_app.errors import BadData, OutOfReach, Refused
from clerk_app.ledger.invitation_code import InvitationCode, center_of_codes, code_statement, possession_statement
from clerk_app.ledger.machine_keys import PublicKey
from clerk_app.ledger.nodes import INVALID_CODE, AdmitNode, InviteNode
from clerk_app.ledger.numbers import RESERVE_BLOCKS, LendNumbers, needs_numbers
from clerk_app.ledger.replication.messages import EnrolRequest, EnrolResponse, raw_or_absent
from clerk_app.people import SYSTEM
from clerk_app.registry.feeds import FeedTerms, InviteFeed
from db.json_lists import decode_json_list

_MAX_ATTEMPTS = 5


def create_invitation(
    authority: Authority,
    *,
    name: str,
    kind: str,
    hall: str,
    window: str,
    organs: tuple[str, ...],
    valid_minutes: int,
    actor: str = SYSTEM,
    node: str = "",
    feed: FeedTerms | None = None,
) -> str:
    """Invite a node and return its invitation code, which the center does not store. Raises Refused.

    `node` is the id of a machine that joins again under it; "" for a new machine. With a `feed`, the machine of an
    issuing organ may write as soon as it has joined.
    """
    with authority.store.read() as tx:
        code = InvitationCode.generate(read_public_key(tx.get("nodes", here=True)))
    seconds = valid_minutes * 60
    if feed is not None:
        invited = InviteFeed(digest=code.invitation, name=name, hall=hall, organs=organs, seconds=seconds, feed=feed)
        authority.door.perform(invited, actor)
        return code.text
    authority.door.perform(
        InviteNode(
            digest=code.invitation,
            name=name,
            node_kind=kind,
            hall=hall,
            window=window,
            organs=organs,
            seconds=seconds,
            node=node,
        ),
        actor,
    )
    return code.text


def enrol_node(center: CenterResources, message: EnrolRequest) -> EnrolResponse:
    """Admit the node that proves an invitation code and its own key, and lend it case numbers if it needs some.

    A repeated request (same code, same key) returns the same node, because the first response may have been lost.
    Raises Refused ("invitation"), BadData (a program without a key pair, or invalid signatures), OutOfReach.
    """
    authority, folder = center.authority, center.trust_folder
    center_key = _require_proof(authority, message)
    if center.key is not None and center.key.key.public != center_key:  # the machine would not believe the response
        raise OutOfReach("The center has a new key, and was not restarted since.")
    if authority.shut_list is not None:
        node = _read_invited_node(authority, message)
        for public_key in (message.public_key, *(earlier.public_key for earlier in message.earlier_keys)):
            authority.shut_list.require_new(public_key, message.invitation, node)
    node = _admit_node(authority, message)
    with authority.store.read() as tx:
        row, own_node = tx.get("nodes", id=node), tx.get("nodes", here=True)
    if row is None or own_node is None:
        raise RuntimeError("the store lacks the node that was just admitted, or is not a center")
    while needs_numbers(row["kind"]) and _count_number_blocks(authority, node) < 1 + RESERVE_BLOCKS:
        authority.door.perform(LendNumbers(node=node, incarnation=1), SYSTEM)
    return EnrolResponse(
        center=own_node["id"],
        center_name=center.name,
        epoch=own_node["epoch"],
        node=node,
        public_key=message.public_key,
        key_number=row["key_number"],
        center_key=center_key.text,
        center_key_number=own_node["key_number"],
        name=row["name"],
        node_kind=row["kind"],
        hall=row["hall"],
        window=row["window_id"],
        organs=decode_json_list(row["organs"]),
        settings=raw_or_absent(center.settings),
        root=read_root_key(folder) if folder else "",
    )


def _require_proof(authority: Authority, message: EnrolRequest) -> PublicKey:
    """Check center and both signatures of a request; return the center's key.

    Raises BadData, Refused ("center_key", "other_center", "invitation").
    """
    if not message.public_key:
        raise BadData("The program of this machine is too old to join. Install the current one.")
    with authority.store.read() as tx:
        center_key = read_public_key(tx.get("nodes", here=True))
    if message.center and message.center != center_of_codes(center_key):
        raise Refused(
            "other_center",
            "This code was given out by another center, or before this center had its present key. Check the address, "
            "or ask this center for a new code.",
        )
    possession = possession_statement(message.invitation, message.public_key)
    if not PublicKey.parse(message.public_key).verifies(message.key_signature, possession):
        raise BadData("The machine did not prove that it has its key.")
    proof = code_statement(center_key, message.public_key)
    if not PublicKey(bytes.fromhex(message.invitation)).verifies(message.code_signature, proof):
        raise Refused("invitation", INVALID_CODE)
    return center_key


def _admit_node(authority: Authority, message: EnrolRequest) -> str:
    """Admit a node and return its id. Ids are random, so that a restored center does not assign an id twice."""
    attempts_left = _MAX_ATTEMPTS
    while True:
        attempts_left -= 1
        enrolled = _find_enrolled_node(authority, message)
        if enrolled is not None:
            return enrolled
        node = _read_invited_node(authority, message) or f"n{secrets.token_hex(4)}"
        admit = AdmitNode(
            node=node,
            invitation=message.invitation,
            key_digest="",
            public_key=message.public_key,
            blocks=message.blocks,
            earlier_keys=message.earlier_keys,
        )
        try:
            authority.door.perform(admit, SYSTEM)
        except Refused as refused:  # the same request arrived twice at once, or the random id is taken
            if not attempts_left or refused.reason not in ("invitation", "enrolled"):
                raise
        else:
            return node


def _read_invited_node(authority: Authority, message: EnrolRequest) -> str:
    """Return the id under which the invited machine joins again; empty for a new machine."""
    with authority.store.read() as tx:
        invited = tx.get("invitations", digest=message.invitation)
    return str(invited["node"]) if invited is not None else ""


def _find_enrolled_node(authority: Authority, message: EnrolRequest) -> str | None:
    """Return the id of the node that was admitted with this code and key; None if the code is valid and unused.

    Raises Refused ("invitation") for every other code, which leaves no entry in the log.
    """
    with authority.store.read() as tx:
        invited = tx.get("invitations", digest=message.invitation)
        node = tx.get("nodes", id=invited["node"]) if invited is not None else None
    if invited is None or invited["expires_at"] < authority.door.clock():
        raise Refused("invitation", INVALID_CODE)
    if invited["used_at"] is None:
        return None
    if node is None or node["shut"] or node["public_key"] != message.public_key:
        raise Refused("invitation", INVALID_CODE)
    return str(node["id"])


def _count_number_blocks(authority: Authority, node: str) -> int:
    with authority.store.read() as tx:
        return len(tx.select("number_blocks", node=node))
