"""How a window joins: a code for one machine, spoken or typed, and a key of its own, against a place at the center."""

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

_CODE_ALPHABET = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"  # 32 that are not taken for one another
_GROUP_COUNT, _GROUP_LENGTH = 5, 4  # 100 bits
_MAX_ATTEMPTS = 5


def create_invitation(
    authority: Authority, *, name: str, kind: str, hall: str, window: str, organs: tuple[str, ...], valid_minutes: int
) -> str:
    """Makes a place for a node; the code, told this once. Raises Refused."""
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
    """Admits the node that brings the code, and lends it case numbers.

    Whoever has had no answer says the same again, code and digest of its own key, and has the same place. A node that
    made no key (an older program) is told one, once. Raises Refused ("invitation"), OutOfReach.
    """
    key = "" if message.key_digest else secrets.token_urlsafe(32)
    node = _admit_node(authority, _invitation_digest(message.code), message.key_digest or compute_key_digest(key))
    while _count_number_blocks(authority, node) < 1 + RESERVE_BLOCKS:
        authority.door.perform(LendNumbers(node=node, incarnation=1), SYSTEM)
    with authority.store.read() as look:
        row, here = look.get("nodes", id=node), look.get("nodes", here=True)
    assert row is not None
    assert here is not None
    return EnrolResponse(
        center=here["id"],
        center_name=center_name,
        epoch=here["epoch"],
        node=node,
        key=key,
        name=row["name"],
        node_kind=row["kind"],
        hall=row["hall"],
        window=row["window_id"],
        organs=tuple(filter(None, row["organs"].split(","))),
        settings=raw_or_absent(settings),
        root=root,
    )


def _admit_node(authority: Authority, invitation: str, key_digest: str) -> str:
    """The node's id: random, so that a center put back from a backup never gives one a second time."""
    for tries_left in reversed(range(_MAX_ATTEMPTS)):
        before = _find_enrolled_node(authority, invitation, key_digest)
        if before is not None:
            return before
        node = f"n{secrets.token_hex(4)}"
        try:
            authority.door.perform(AdmitNode(node=node, invitation=invitation, key_digest=key_digest), SYSTEM)
        except Refused as refused:
            said_twice = (
                refused.reason == "invitation" and _find_enrolled_node(authority, invitation, key_digest) is not None
            )
            if not tries_left or not (said_twice or refused.reason == "enrolled"):
                raise
        else:
            return node
    raise AssertionError("the last try ends above")


def _find_enrolled_node(authority: Authority, invitation: str, key_digest: str) -> str | None:
    """The node that has joined with this code and key, as long as the code is good."""
    with authority.store.read() as look:
        place = look.get("invitations", digest=invitation)
        node = look.get("nodes", id=place["node"]) if place is not None else None
    if place is None or node is None or node["shut"] or place["expires_at"] < authority.door.clock():
        return None
    return str(node["id"]) if hmac.compare_digest(node["key_digest"], key_digest) else None


def _count_number_blocks(authority: Authority, node: str) -> int:
    with authority.store.read() as look:
        return len(look.select("number_blocks", node=node))


def _invitation_digest(code: str) -> str:
    """Of a code as people type it: with or without dashes, in either case."""
    return sha256("".join(sign for sign in code.upper() if sign in _CODE_ALPHABET).encode()).hexdigest()
