"""Nonces of signed requests: each is accepted once. Kept in memory, in two generations."""

from __future__ import annotations

from collections.abc import Callable
from time import monotonic

from clerk_app.errors import Refused

GENERATION_SECONDS = 120.0  # longer than a request may be old or early: twice MAX_AGE_SECONDS of http_signatures
MAX_NONCES_PER_NODE = 20_000  # in one generation


class NonceMemory:
    """The nonces of the last two to four minutes, by node, in one center process; `SharedClaims` has those of all."""

    def __init__(self, monotonic_seconds: Callable[[], float] = monotonic) -> None:
        self._monotonic = monotonic_seconds
        self._began = monotonic_seconds()
        self._current: dict[str, set[str]] = {}
        self._previous: dict[str, set[str]] = {}

    def add(self, node: str, nonce: str) -> bool:
        """Remember a nonce; return False if the node has sent it before. Raises Refused ("busy") above the limit."""
        now = self._monotonic()
        if now - self._began >= GENERATION_SECONDS:
            is_recent = now - self._began < 2 * GENERATION_SECONDS
            self._previous, self._current, self._began = self._current if is_recent else {}, {}, now
        known = self._current.setdefault(node, set())
        if nonce in known or nonce in self._previous.get(node, ()):
            return False
        if len(known) >= MAX_NONCES_PER_NODE:
            raise Refused("busy", "The center has too much to do. It will be tried again in a moment.")
        known.add(nonce)
        return True
