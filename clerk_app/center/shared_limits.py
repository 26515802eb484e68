"""Limits of calls, entries and sign-ins over all processes of a center that share a store.

On PostgreSQL any number of processes serve one database, and each counts in its own memory. Each call and each entry
that was performed is in the log of all of them; sign-ins are counted in the table of `shared_claims`. A SQLite store is
served by one process, whose memory is enough.
"""

from __future__ import annotations

from secrets import token_hex
from typing import TYPE_CHECKING

from clerk_app.center.authority import Authority
from clerk_app.center.rate_limits import (
    BACKLOG_MINUTES,
    machine_calls_exceeded,
    person_calls_exceeded,
    too_busy,
    too_many_sign_ins,
)
from clerk_app.ledger.chain_tips import CALLS_SUFFIX
from clerk_app.ledger.replication.messages import CallRequest, PushRequest
from db.engines import Transaction

if TYPE_CHECKING:
    from clerk_app.catalogue.policy import CityPolicy

_MINUTE = 60_000_000  # microseconds


class SharedLimits:
    """The limits of one center process, counted over all processes where several may serve its store."""

    def __init__(self, authority: Authority) -> None:
        self._is_shared = not authority.store.backend.in_process
        self._claims = authority.claims
        self._clock = authority.door.clock

    def require_message(
        self, tx: Transaction, policy: CityPolicy, node: str, message: PushRequest | CallRequest
    ) -> None:
        """Raise Refused like `RateLimits.require_message`."""
        if self._is_shared:
            require_shared_limits(tx, policy, node, message, self._clock())

    def require_sign_in(self, policy: CityPolicy, node: str) -> None:
        """Count a sign-in at a machine. Raises Refused ("sign_ins")."""
        limit = policy.sign_ins_per_minute_of_machine
        if self._claims is not None and self._claims.count_sign_in(node, token_hex(8)) > limit:
            raise too_many_sign_ins()


def require_shared_limits(
    tx: Transaction, policy: CityPolicy, node: str, message: PushRequest | CallRequest, now: int
) -> None:
    """Raise Refused like `RateLimits.require_message`, by what all processes performed; `now` in microseconds UTC."""
    if isinstance(message, PushRequest):
        _require_entries(tx, policy, node, message, now)
        return
    counted = tx.query_one(
        "center.recent_calls",
        chain=node + CALLS_SUFFIX,
        incarnation=message.incarnation,
        actor=message.entry.actor,
        since=now - _MINUTE,
        many=policy.calls_per_minute_of_machine,
    )
    of_machine, of_person = (counted["of_machine"], counted["of_person"] or 0) if counted is not None else (0, 0)
    if of_machine >= policy.calls_per_minute_of_machine:
        raise machine_calls_exceeded()
    if of_person >= policy.calls_per_minute_of_person:
        raise person_calls_exceeded()


def _require_entries(tx: Transaction, policy: CityPolicy, node: str, message: PushRequest, now: int) -> None:
    """Numbers have no gaps: the entry that is as many before as may arrive in BACKLOG_MINUTES has to be older."""
    most = BACKLOG_MINUTES * policy.entries_per_minute_of_machine
    number = message.first + len(message.entries) - 1 - most
    row = tx.query_one("ledger.entry_by_key", node=node, incarnation=message.incarnation, number=number)
    if row is not None and row["decided_at"] > now - BACKLOG_MINUTES * _MINUTE:
        raise too_busy()
