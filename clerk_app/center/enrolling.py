"""How a window joins: a code for one use, spoken or typed, against an id and a key of its own."""

from __future__ import annotations

import secrets
from hashlib import sha256

from clerk_app.center.authority import Authority, key_digest
from clerk_app.errors import Refused
from clerk_app.ledger.messages import Enrolled, raw
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


def enrol(authority: Authority, center_name: str, code: str, *, settings: bytes = b"", root: str = "") -> Enrolled:
    """Admits the node that brings the code, and lends it case numbers. Raises Refused ("invitation"), OutOfReach."""
    key = secrets.token_urlsafe(32)
    node = _admit(authority, _digest(code), key_digest(key))
    for _block in range(1 + RESERVE):
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


def _admit(authority: Authority, invitation: str, digest: str) -> str:
    """The new node's id: random, so that a center put back from a backup never gives one a second time."""
    for tries_left in reversed(range(_TRIES)):
        node = f"n{secrets.token_hex(4)}"
        try:
            authority.door.perform(AdmitNode(node=node, invitation=invitation, key_digest=digest), SYSTEM)
        except Refused as refused:
            if refused.reason != "enrolled" or not tries_left:
                raise
        else:
            return node
    raise AssertionError("the last try ends above")


def _digest(code: str) -> str:
    """Of a code as people type it: with or without dashes, in either case."""
    return sha256("".join(sign for sign in code.upper() if sign in _SIGNS).encode()).hexdigest()
