"""Limits on the tickets that a machine takes: in a minute, and at a kiosk within a few seconds and in an hour."""

from __future__ import annotations

from typing import NamedTuple

from clerk_app.catalogue.publication import read_policy
from clerk_app.errors import Refused
from clerk_app.ledger.access import MachineKind
from clerk_app.ledger.chain_tips import node_of_chain
from clerk_app.ledger.commands import Moment
from clerk_app.ledger.tries import (
    MICROSECONDS_PER_HOUR,
    MICROSECONDS_PER_MINUTE,
    TICKETS,
    TICKETS_AT_ONCE,
    TICKETS_PER_HOUR,
    count_failure,
    locked_until,
)
from db.engines import Transaction

_SECOND = 1_000_000  # microseconds


class CountedTicket(NamedTuple):
    """How long a ticket counts (microseconds UTC): in minute and hour of its machine, and among those taken at once.

    `place` is the number of the place that it has among the tickets taken at once, from 1; zeros: not counted.
    """

    until: int = 0
    place: int = 0
    place_until: int = 0
    hour_until: int = 0


def require_ticket_limits(tx: Transaction, moment: Moment) -> CountedTicket:
    """Return how long a ticket of another machine counts. Raise Refused, with the seconds to wait, after too many.

    A kiosk gives `tickets_at_once_of_kiosk` tickets in any `tickets_at_once_seconds`: enough for a family, and a
    citizen who takes more for nobody has to wait.
    """
    if not moment.is_remote:
        return CountedTicket()
    node, now, policy = node_of_chain(moment.node), moment.decided_at, read_policy(tx)
    locked = locked_until(tx, TICKETS, node, now, policy.tickets_per_minute_of_machine)
    if locked is not None:
        raise Refused(
            "tickets",
            "Too many tickets were taken here in a minute. Please wait {seconds} seconds.",
            seconds=_seconds_until(locked, now),
        )
    until = _end_of_count(tx, TICKETS, node, now, MICROSECONDS_PER_MINUTE)
    known = tx.get("nodes", id=node)
    if known is None or known["kind"] != MachineKind.KIOSK:
        return CountedTicket(until)
    locked = locked_until(tx, TICKETS_PER_HOUR, node, now, policy.tickets_per_hour_of_kiosk)
    if locked is not None:
        raise Refused(
            "tickets",
            "Too many tickets were taken here in an hour. Please wait {minutes} minutes, or ask at the reception.",
            minutes=-((now - locked) // MICROSECONDS_PER_MINUTE),
        )
    ends = [_place_until(tx, node, place) for place in range(1, policy.tickets_at_once_of_kiosk + 1)]
    first = min(ends)
    if first > now:
        raise Refused(
            "tickets",
            "{count} tickets were taken here just now. Please wait {seconds} seconds before the next one.",
            count=len(ends),
            seconds=_seconds_until(first, now),
        )
    return CountedTicket(
        until,
        ends.index(first) + 1,
        now + policy.tickets_at_once_seconds * _SECOND,
        _end_of_count(tx, TICKETS_PER_HOUR, node, now, MICROSECONDS_PER_HOUR),
    )


def count_ticket(tx: Transaction, node: str, now: int, counted: CountedTicket) -> None:
    """Count a ticket of a machine, as `require_ticket_limits` returned; called by `apply`."""
    if counted.until:
        count_failure(tx, TICKETS, node, now, counted.until)
    if counted.hour_until:
        count_failure(tx, TICKETS_PER_HOUR, node, now, counted.hour_until)
    if counted.place:
        who = _name_place(node, counted.place)
        tx.upsert("tries", ("what", "who"), what=TICKETS_AT_ONCE, who=who, failures=1, until=counted.place_until)


def _end_of_count(tx: Transaction, what: str, node: str, now: int, length: int) -> int:
    row = tx.get("tries", what=what, who=node)
    return int(row["until"]) if row is not None and row["until"] > now else now + length


def _place_until(tx: Transaction, node: str, place: int) -> int:
    row = tx.get_for_update("tries", what=TICKETS_AT_ONCE, who=_name_place(node, place))
    return int(row["until"]) if row is not None else 0


def _name_place(node: str, place: int) -> str:
    return f"{node}/{place}"


def _seconds_until(end: int, now: int) -> int:
    return -((now - end) // _SECOND)
