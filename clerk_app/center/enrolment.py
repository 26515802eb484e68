"""Enrols nodes: a machine presents an invitation code once and becomes a node with a key of its own."""

from __future__ import annotations

import hmac
import secrets
from hashlib import sha256

from clerk_app.center.authority import Authority, compute_key_digest
from clerk_app.errors import Refused
from clerk_app.ledger.nodes import AdmitNode, InviteNode
from clerk_app.ledger.numbers import RESERVE_BLOCKS, LendNumbers
from clerk_app.ledger.replication.messages import EnrolRequest, EnrolResponse, raw_or_absent
from clerk_app.people import SYSTEM
from db.json_lists import decode_json_list

_CODE_ALPHABET = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"  # 32 characters that are not mistaken for one another
_GROUP_COUNT, _GROUP_LENGTH = 5, 4  # 100 bits
_MAX_ATTEMPTS = 5


def create_invitation(
    authority: Authority, *, name: str, kind: str, hall: str, window: str, organs: tuple[str, ...], valid_minutes: int
) -> str:
    """Invite a node and return its invitation code. The center stores only the digest of the code. Raises Refused."""
    code = "-".join("".join(secrets.choice(_CODE_ALPHABET) for _ in range(_GROUP_LENGTH)) for _ in range(_GROUP_COUNT))
    authority.door.perform(
        InviteNode(
            digest=_invitation_digest(code),
            name=name,
            node_kind=kind,
            hall=hall,
            window=window,
            organs=organs,
            seconds=valid_minutes * 60,
        ),
        SYSTEM,
    )
    return code


def enrol_node(
    authority: Authority, center_name: str, message: EnrolRequest, *, settings: bytes = b"", root: str = ""
) -> EnrolResponse:
    """Admit the node that sends an invitation code, and lend it blocks of case numbers.

    A repeated request (same code, same key digest) returns the same node, because the first response may have been
    lost. For a node that generated no key (an older program), the center generates one and returns it in the response.
    Raises Refused ("invitation"), OutOfReach.
    """
    key = "" if message.key_digest else secrets.token_urlsafe(32)
    node = _admit_node(authority, _invitation_digest(message.code), message.key_digest or compute_key_digest(key))
    while _count_number_blocks(authority, node) < 1 + RESERVE_BLOCKS:
        authority.door.perform(LendNumbers(node=node, incarnation=1), SYSTEM)
    with authority.store.read() as tx:
        row, own_node = tx.get("nodes", id=node), tx.get("nodes", here=True)
    if row is None or own_node is None:
        raise RuntimeError("the store lacks the node that was just admitted, or is not a center")
    return EnrolResponse(
        center=own_node["id"],
        center_name=center_name,
        epoch=own_node["epoch"],
        node=node,
        key=key,
        name=row["name"],
        node_kind=row["kind"],
        hall=row["hall"],
        window=row["window_id"],
        organs=decode_json_list(row["organs"]),
        settings=raw_or_absent(settings),
        root=root,
    )


def _admit_node(authority: Authority, invitation: str, key_digest: str) -> str:
    """Admit a node and return its id. Ids are random, so that a restored center does not assign an id twice."""
    attempts_left = _MAX_ATTEMPTS
    while True:
        attempts_left -= 1
        enrolled = _find_enrolled_node(authority, invitation, key_digest)
        if enrolled is not None:
            return enrolled
        node = f"n{secrets.token_hex(4)}"
        try:
            authority.door.perform(AdmitNode(node=node, invitation=invitation, key_digest=key_digest), SYSTEM)
        except Refused as refused:
            is_repeated = (
                refused.reason == "invitation" and _find_enrolled_node(authority, invitation, key_digest) is not None
            )
            if not attempts_left or not (is_repeated or refused.reason == "enrolled"):
                raise
        else:
            return node


def _find_enrolled_node(authority: Authority, invitation: str, key_digest: str) -> str | None:
    """Return the id of the node that was admitted with this code and key; None without one, or if the code expired."""
    with authority.store.read() as tx:
        invited = tx.get("invitations", digest=invitation)
        node = tx.get("nodes", id=invited["node"]) if invited is not None else None
    if invited is None or node is None or node["shut"] or invited["expires_at"] < authority.door.clock():
        return None
    return str(node["id"]) if hmac.compare_digest(node["key_digest"], key_digest) else None


def _count_number_blocks(authority: Authority, node: str) -> int:
    with authority.store.read() as tx:
        return len(tx.select("number_blocks", node=node))


def _invitation_digest(code: str) -> str:
    """Return the SHA-256 of a typed code, in hex. Dashes and letter case make no difference."""
    return sha256("".join(sign for sign in code.upper() if sign in _CODE_ALPHABET).encode()).hexdigest()
