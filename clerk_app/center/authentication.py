"""Authenticates the node that sent an HTTP request, by its signature, before the body is read.

Order of the checks: form of the headers, known key, time, signature, node not shut (unless it pushes entries, which are
kept apart), nonce. The body is read after that and compared with the signed digest. A node that an earlier version
enrolled may send its bearer key in the header `Authorization` until it has registered a key pair, and for
`legacy_key_days` of the policy at most.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import sha256
from time import monotonic

from starlette.requests import Request

from clerk_app.catalogue.publication import read_policy
from clerk_app.center.authority import Authority, compute_key_digest, is_right_key, shut_out, unknown_node
from clerk_app.center.batcher import Batcher
from clerk_app.center.contacts import NodeContacts
from clerk_app.center.nonces import NonceMemory
from clerk_app.center.request_headers import read_headers
from clerk_app.center.thread_pools import ThreadPools
from clerk_app.errors import BadData, Refused
from clerk_app.ledger.machine_keys import PublicKey
from clerk_app.ledger.node_keys import UseNodeKey
from clerk_app.ledger.replication.http_signatures import MAX_AGE_SECONDS, SignedHead, parse_request
from clerk_app.ledger.replication.wire_errors import DAMAGED
from clerk_app.locales import mark
from clerk_app.people import SYSTEM
from db.engines import Row, Transaction

SCHEME = "Clerk"
PUSH_PATH = "/v1/push"  # the entries of an excluded node are kept apart
_BEARER = re.compile(rf"{SCHEME} ([A-Za-z0-9_-]{{1,64}}):([A-Za-z0-9_-]{{1,200}})")
_CACHE_SECONDS = 1.0  # the node's row is read again with the body, so that an exclusion has effect at once
_MAX_CACHED_NODES = 20_000
_DAY = 86_400_000_000  # microseconds
WRONG_CLOCK = mark("The clock of this machine differs from the center's by more than a minute.")
_LEGACY_ENDED = mark(
    "The center accepts signed requests only. Install the current program, or enrol this machine again."
)


def damaged() -> Refused:
    """Return the error for a body that is not the one that was signed."""
    return Refused(DAMAGED, "The message did not arrive whole. It will be sent again.")


@dataclass(frozen=True)
class Credentials:
    """What the headers of a request prove: its node, and either the signed digest of its body or a bearer key."""

    node: str
    key_number: int = 0  # 0 for a bearer key
    body_digest: bytes = b""
    bearer_digest: str = ""

    def require_body(self, body: bytes) -> None:
        """Raise Refused ("damaged") if a body is not the one that was signed. A bearer key signs no body."""
        if self.key_number and sha256(body).digest() != self.body_digest:
            raise damaged()


@dataclass(frozen=True)
class _KnownNode:
    """A node as far as authentication needs it."""

    row: Row
    center: str
    epoch: str  # of the center
    keys: dict[int, PublicKey]
    """Public keys that may sign: the current one, and registered ones that are newer. All of an excluded node: a thief
    may have replaced the key, and the honest machine still has entries to push."""
    bearer_until: int | None  # microseconds UTC; None without a limit: the center has no key yet
    loaded_at: float
    is_shut: bool


class Authenticator:
    """Checks the heads of requests on the event loop, and reads the node of a checked request in a thread."""

    def __init__(self, authority: Authority) -> None:
        self._authority = authority
        self._known: dict[str, _KnownNode] = {}
        self._nonces = NonceMemory()
        self._shared_nonces: Batcher[tuple[str, str], bool] | None = None  # None: there is one process
        self.contacts = NodeContacts(authority.store, authority.door.clock)
        self._started_at = authority.door.clock() // 1_000_000

    def open(self, pools: ThreadPools) -> None:
        """Share the nonces with other processes on the same store, if there may be any."""
        claims = self._authority.claims
        if claims is not None:
            self._shared_nonces = Batcher(pools, claims.add_nonces, lambda _nonce: 0)

    def close(self) -> None:
        """Close the connection of the shared nonces."""
        if self._authority.claims is not None:
            self._authority.claims.close()

    async def verify_head(self, request: Request, pools: ThreadPools) -> Credentials:
        """Return what the headers prove.

        Raises Refused: "stranger", "shut", "clock", "replay", "busy"; BadData for a query string, which is not signed.
        """
        headers = read_headers(request)
        if request.scope["query_string"]:
            raise BadData("Requests to the center have no query string, because signatures do not cover it.")
        if "signature-input" not in headers:
            return await self._verify_bearer(headers, pools)
        head = parse_request(request.method, request.scope["path"], headers)
        if head is None:
            raise unknown_node()
        known = await self._find_node(head.node, head.key_number, pools)
        public_key = known.keys.get(head.key_number)
        if public_key is None or head.center != known.center:
            raise unknown_node()
        self._require_time(head)
        if not head.is_signed_by(public_key):
            raise unknown_node()
        if known.is_shut and request.scope["path"] != PUSH_PATH:
            raise shut_out(known.epoch)
        if not self._nonces.add(head.node, head.nonce) or not await self._is_new_everywhere(head):
            raise Refused("replay", "The center has received this message before.")
        if head.key_number > known.row["key_number"] and not known.is_shut:
            await pools.run_request(lambda: self._use_key(head.node, head.key_number))
        self.contacts.record(head.node, headers.get("user-agent", ""))
        return Credentials(head.node, head.key_number, head.content_digest)

    def read_node(self, credentials: Credentials) -> Row:
        """Return the current row of an authenticated node. Raises Refused ("stranger", "shut")."""
        with self._authority.store.read() as tx:
            row = tx.get("nodes", id=credentials.node)
        if row is None or row["here"]:
            raise unknown_node()
        if self._authority.is_shut(row):
            raise shut_out()
        if not _is_current(credentials, row):
            raise unknown_node()
        return row

    async def _verify_bearer(self, headers: Mapping[str, str], pools: ThreadPools) -> Credentials:
        found = _BEARER.fullmatch(headers.get("authorization", ""))
        if found is None:
            raise unknown_node()
        known = await self._find_node(found[1], 0, pools)
        if known.row["public_key"] or not is_right_key(known.row, found[2]):
            raise unknown_node()
        if known.is_shut:
            raise shut_out()
        if known.bearer_until is not None and self._authority.door.clock() > known.bearer_until:
            raise Refused("stranger", _LEGACY_ENDED)
        self.contacts.record(found[1], headers.get("user-agent", ""))
        return Credentials(found[1], bearer_digest=compute_key_digest(found[2]))

    async def _is_new_everywhere(self, head: SignedHead) -> bool:
        return self._shared_nonces is None or await self._shared_nonces.submit((head.node, head.nonce))

    def _require_time(self, head: SignedHead) -> None:
        """Raise Refused if a request is too old or too new, or older than this process, which knows no older nonces."""
        now = self._authority.door.clock()
        if abs(now // 1_000_000 - head.created) > MAX_AGE_SECONDS or head.created < self._started_at:
            raise Refused("clock", WRONG_CLOCK, now=now)

    async def _find_node(self, node: str, key_number: int, pools: ThreadPools) -> _KnownNode:
        """Return a node, from memory if it was read a moment ago and has the key. Raises Refused ("stranger")."""
        known = self._known.get(node)
        is_usable = known is not None and monotonic() - known.loaded_at < _CACHE_SECONDS
        if known is None or not is_usable or (key_number and key_number not in known.keys):
            known = await pools.run_request(lambda: self._load_node(node))
            if len(self._known) >= _MAX_CACHED_NODES:
                self._known.clear()
            self._known[node] = known
        return known

    def _load_node(self, node: str) -> _KnownNode:
        with self._authority.store.read() as tx:
            row, center = tx.get("nodes", id=node), tx.get("nodes", here=True)
            if row is None or center is None or row["here"]:
                raise unknown_node()
            keys = {key["number"]: key["public_key"] for key in tx.select("node_keys", node=node)}
            is_shut = self._authority.is_shut(row)
            usable = {
                number: PublicKey.parse(key) for number, key in keys.items() if is_shut or number >= row["key_number"]
            }
            bearer_until = None if row["public_key"] else _read_bearer_end(tx, center["id"])
            return _KnownNode(row, center["id"], center["epoch"], usable, bearer_until, monotonic(), is_shut)

    def _use_key(self, node: str, number: int) -> None:
        """Make a new key the only key of its node, because a request was signed with it."""
        try:
            self._authority.door.perform(UseNodeKey(node=node, number=number), SYSTEM)
        except Refused as refused:
            if refused.reason != "key":  # two first requests arrived at once
                raise
        self._known.pop(node, None)


def _is_current(credentials: Credentials, row: Row) -> bool:
    """Return whether the key of a checked request is still the node's key."""
    if credentials.key_number:
        return bool(credentials.key_number == row["key_number"])
    return bool(credentials.bearer_digest == row["key_digest"])


def _read_bearer_end(tx: Transaction, center: str) -> int | None:
    """Return the time until which bearer keys are accepted; None for a center that has no key of its own yet."""
    first = tx.get("node_keys", node=center, number=1)
    return first["added_at"] + read_policy(tx).legacy_key_days * _DAY if first is not None else None
