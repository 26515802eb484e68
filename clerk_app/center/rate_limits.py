"""Limits on what a machine, and a person at it, may ask of the center in a minute. Counted in memory, by process.

Where several processes serve one store, `shared_limits` counts what all of them performed, too.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from time import monotonic
from typing import TYPE_CHECKING

from clerk_app.errors import Refused
from clerk_app.ledger.replication.messages import CallRequest, PushRequest

if TYPE_CHECKING:
    from clerk_app.catalogue.policy import CityPolicy

BACKLOG_MINUTES = 10  # entries of so many minutes may arrive at once, after a time without the center
MAX_COUNTS = 20_000
_SECONDS = 60.0


def too_busy() -> Refused:
    """Return the error for too many entries of a machine; they are sent again."""
    return Refused("busy", "The center has too much to do. It will be tried again in a moment.")


def machine_calls_exceeded() -> Refused:
    """Return the error for too many calls of a machine."""
    return Refused("calls", "This machine asked the center too often in a minute. Wait a moment, then repeat it.")


def person_calls_exceeded() -> Refused:
    """Return the error for too many calls of a person at a machine."""
    return Refused("calls", "You asked the center too often in a minute. Wait a moment, then repeat it.")


def too_many_sign_ins() -> Refused:
    """Return the error for too many sign-ins at a machine."""
    return Refused("sign_ins", "Too many sign-ins at this machine in a minute. Wait a moment, then repeat it.")


class RateLimits:
    """Token buckets by kind of request, machine and person. Used by several threads."""

    def __init__(self, monotonic_seconds: Callable[[], float] = monotonic) -> None:
        self._monotonic = monotonic_seconds
        self._lock = threading.Lock()
        self._buckets: dict[tuple[str, str, str], tuple[float, float]] = {}  # what is left, and when; oldest use first

    def require_message(self, policy: CityPolicy, node: str, message: PushRequest | CallRequest) -> None:
        """Count a message of a machine. Raises Refused: "busy" for entries, which are sent again; "calls"."""
        if isinstance(message, PushRequest):
            limit = policy.entries_per_minute_of_machine
            if not self._take("entries", node, "", len(message.entries), limit, BACKLOG_MINUTES * limit):
                raise too_busy()
            return
        limit = policy.calls_per_minute_of_machine
        if not self._take("calls", node, "", 1, limit, limit):
            raise machine_calls_exceeded()
        limit = policy.calls_per_minute_of_person
        if not self._take("calls", node, message.entry.actor, 1, limit, limit):
            raise person_calls_exceeded()

    def require_call(self, policy: CityPolicy, node: str) -> None:
        """Count a request of a machine that is no command. Raises Refused ("calls")."""
        limit = policy.calls_per_minute_of_machine
        if not self._take("calls", node, "", 1, limit, limit):
            raise machine_calls_exceeded()

    def require_sign_in(self, policy: CityPolicy, node: str) -> None:
        """Count a sign-in at a machine. Raises Refused ("sign_ins"): comparing a PIN is costly."""
        limit = policy.sign_ins_per_minute_of_machine
        if not self._take("sign_ins", node, "", 1, limit, limit):
            raise too_many_sign_ins()

    def _take(self, what: str, node: str, person: str, count: int, per_minute: int, most: int) -> bool:
        """Take `count` from a bucket that fills by `per_minute` up to `most`; return False if there is less in it."""
        key, now = (what, node, person), self._monotonic()
        with self._lock:
            left, since = self._buckets.pop(key, (float(most), now))
            left = min(float(most), left + (now - since) * per_minute / _SECONDS)
            is_allowed = left >= count
            if len(self._buckets) >= MAX_COUNTS:
                del self._buckets[next(iter(self._buckets))]
            self._buckets[key] = (left - count if is_allowed else left, now)
        return is_allowed
