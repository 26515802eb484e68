"""How a window joins: a code for one machine, spoken or typed, and a key of its own, against a place at the center."""

from __future__ import annotations

import hmac
import secrets
from hashlib import sha256

from clerk_app.center.authority import Authority, key_digest
from clerk_app.errors import Refused
from clerk_app.ledger.messages import Enrol, Enrolled, raw
from clerk_app.ledger.nodes import AdmitNode, InviteNode
from clerk_app.ledger.numbers import RESERVE, LendNumbers
from clerk_app.people import SYSTEM

_SIGNS = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"  # 32 that are not taken for one another
_GROUPS, _GROUP = 5, 4  # 100 bits
_TRIES = 5


def invite(
    authority: Authority, *, name: str, kind: str, hall: str, window: str, organs: tuple[str, ...], minutes: int
) -> str:
    """Makes a place for a node; the code, told this once. Raises Refused."""
    code = "-".join("".join(secrets.choice(_SIGNS) for _ in range(_GROUP)) for _ in range(_GROUPS))
    authority.door.perform(
        InviteNode(
            digest=_digest(code),
            name=name,
            node_kind=kind,
            hall=hall,
            window=window,
            organs=organs,
            seconds=minutes * 60,
        ),
        SYSTEM,
    )
    return code


def enrol(authority: Authority, center_name: str, message: Enrol, *, settings: bytes = b"", root: str = "") -> Enrolled:
    """Admits the node that brings the code, and lends it case numbers.

    Whoever has had no answer says the same again, code and digest of its own key, and has the same place. A node that
    made no key (an older program) is told one, once. Raises Refused ("invitation"), OutOfReach.
    """
    key = "" if message.key_digest else secrets.token_urlsafe(32)
    node = _admitted(authority, _digest(message.code), message.key_digest or key_digest(key))
    while _blocks(authority, node) < 1 + RESERVE:
        authority.door.perform(LendNumbers(node=node, incarnation=1), SYSTEM)
    with authority.store.read() as look:
        row, here = look.row("nodes", id=node), look.row("nodes", here=True)
    assert row is not None
    assert here is not None
    return Enrolled(
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
        settings=raw(settings),
        root=root,
    )


def _admitted(authority: Authority, invitation: str, key: str) -> str:
    """The node's id: random, so that a center put back from a backup never gives one a second time."""
    for tries_left in reversed(range(_TRIES)):
        before = _place_of(authority, invitation, key)
        if before is not None:
            return before
        node = f"n{secrets.token_hex(4)}"
        try:
            authority.door.perform(AdmitNode(node=node, invitation=invitation, key_digest=key), SYSTEM)
        except Refused as refused:
            said_twice = refused.reason == "invitation" and _place_of(authority, invitation, key) is not None
            if not tries_left or not (said_twice or refused.reason == "enrolled"):
                raise
        else:
            return node
    raise AssertionError("the last try ends above")


def _place_of(authority: Authority, invitation: str, key: str) -> str | None:
    """The node that has joined with this code and key, as long as the code is good."""
    with authority.store.read() as look:
        place = look.row("invitations", digest=invitation)
        node = look.row("nodes", id=place["node"]) if place is not None else None
    if place is None or node is None or node["shut"] or place["expires_at"] < authority.door.clock():
        return None
    return str(node["id"]) if hmac.compare_digest(node["key_digest"], key) else None


def _blocks(authority: Authority, node: str) -> int:
    with authority.store.read() as look:
        return len(look.rows("number_blocks", node=node))


def _digest(code: str) -> str:
    """Of a code as people type it: with or without dashes, in either case."""
    return sha256("".join(sign for sign in code.upper() if sign in _SIGNS).encode()).hexdigest()
