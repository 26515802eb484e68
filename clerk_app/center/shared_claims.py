"""What each process of a center claims for a moment, so that no other process on the same database does it again.

Nonces of signed requests, sign-ins of the last minute, and the comparison of a PIN. On PostgreSQL any number of
processes serve one database, and a message can be sent to each of them. A SQLite store is served by one process, whose
memory is enough. The table is not in the log and not flushed to disk; its rows end after two to three minutes.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from time import monotonic

from clerk_app.errors import Refused
from db.engines import Store, Transaction

NONCE_SECONDS = 150  # longer than a request may be old or early: twice MAX_AGE_SECONDS of http_signatures
_COUNT_SECONDS = 60
_COMPARISON_SECONDS = 10  # a process that ended in between releases nothing
_CLEAN_SECONDS = 60.0
_SECOND = 1_000_000


class SharedClaims:
    """The claims of one center process in a database that several may serve. Thread-safe.

    It has a connection of its own: a claim waits for no command.
    """

    def __init__(self, store: Store, clock: Callable[[], int]) -> None:
        self._backend = store.backend
        self._clock = clock
        self._lock = threading.Lock()
        self._store: Store | None = None
        self._cleaned_at = monotonic()

    def add_nonces(self, nonces: Sequence[tuple[str, str]]) -> list[bool]:
        """Claim nonces of requests, (node, nonce); return for each whether no process has received it before."""
        with self._write() as tx:
            rows = tx.query_all(
                "center.claim_all",
                nodes=tx.encode_list([node for node, _nonce in nonces]),
                names=tx.encode_list([nonce for _node, nonce in nonces]),
                until=self._clock() + NONCE_SECONDS * _SECOND,
            )
        new = {(row["node"], row["name"]) for row in rows}
        return [nonce in new for nonce in nonces]

    def count_sign_in(self, node: str, token: str) -> int:
        """Record a sign-in at a node under a random token; return how many there were within a minute, with it."""
        now = self._clock()
        with self._write() as tx:
            tx.insert("center_claims", node=node, name=f"sign-in {token}", until=now + _COUNT_SECONDS * _SECOND)
            row = tx.query_one("center.count_sign_ins", node=node, now=now)
        return int(row["many"]) if row is not None else 0

    def take(self, node: str, name: str) -> bool:
        """Claim a comparison of a PIN until `release`; return False while another process has it."""
        now = self._clock()
        with self._write() as tx:
            until = now + _COMPARISON_SECONDS * _SECOND
            return tx.query_one("center.take_claim", node=node, name=name, until=until, now=now) is not None

    def release(self, node: str, name: str) -> None:
        """End a claim of `take`."""
        with self._write() as tx:
            tx.delete("center_claims", node=node, name=name)

    def close(self) -> None:
        """Close the connection; the next claim opens another one."""
        with self._lock:
            store, self._store = self._store, None
        if store is not None:
            store.close()

    @contextmanager
    def _write(self) -> Iterator[Transaction]:
        with self._lock:
            if self._store is None:
                self._store = Store(self._backend)
            store, now = self._store, monotonic()
            is_clean = now - self._cleaned_at < _CLEAN_SECONDS
            self._cleaned_at = self._cleaned_at if is_clean else now
        with store.write() as tx:
            if not is_clean:
                tx.execute("center.remove_ended_claims", now=self._clock())
            yield tx


class PinTurns:
    """Lets one PIN at a time be compared for a person at a machine: parallel guesses would be compared uncounted."""

    def __init__(self, claims: SharedClaims | None) -> None:
        """`claims` is None where this process is the only one."""
        self._claims = claims
        self._lock = threading.Lock()
        self._taken: set[tuple[str, str]] = set()

    @contextmanager
    def take(self, node: str, person: str) -> Iterator[None]:
        """Hold the turn of a person at a node during the block. Raises Refused ("sign_ins") if it is taken."""
        turn = node, f"pin {person}"
        with self._lock:
            if turn in self._taken:
                raise _taken()
            self._taken.add(turn)
        try:
            if self._claims is not None and not self._claims.take(*turn):
                raise _taken()
            try:
                yield
            finally:
                if self._claims is not None:
                    self._claims.release(*turn)
        finally:
            with self._lock:
                self._taken.discard(turn)


def open_claims(store: Store, clock: Callable[[], int]) -> SharedClaims | None:
    """Return the claims of a store that several processes may serve; None for a store of one process."""
    return None if store.backend.in_process else SharedClaims(store, clock)


def _taken() -> Refused:
    return Refused(
        "sign_ins", "A sign-in of this person at this machine is being checked. Wait a moment, then repeat it."
    )
