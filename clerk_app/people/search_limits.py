"""Searches for persons within an hour, which are counted for the person who searches and for the machine."""

from __future__ import annotations

from clerk_app.catalogue.publication import read_policy
from clerk_app.errors import Refused
from clerk_app.ledger.chain_tips import node_of_chain
from clerk_app.ledger.commands import Moment
from clerk_app.ledger.tries import MICROSECONDS_PER_MINUTE, SEARCHES_AT, SEARCHES_BY, count_failure, locked_until
from db.engines import Transaction


def require_search_left(tx: Transaction, moment: Moment) -> tuple[int, int]:
    """Return the ends of the hours (microseconds UTC) in which this search counts for the person and the machine.

    Raise Refused if either has searched as often as the city allows within an hour.
    """
    policy, now = read_policy(tx), moment.decided_at
    counted = (
        (SEARCHES_BY, moment.actor.id, policy.searches_per_hour_of_person),
        (SEARCHES_AT, node_of_chain(moment.node), policy.searches_per_hour_of_machine),
    )
    ends: list[int] = []
    for what, who, most in counted:
        if locked_until(tx, what, who, now, most) is not None:
            raise Refused(
                "searches",
                "You or this machine have searched for persons {most} times within an hour. "
                "Scan the receipt or the code of the citizen, or search again later.",
                most=most,
            )
        row = tx.get("tries", what=what, who=who)
        is_counting = row is not None and row["until"] > now
        ends.append(int(row["until"]) if row is not None and is_counting else now + 60 * MICROSECONDS_PER_MINUTE)
    return ends[0], ends[1]


def count_search(tx: Transaction, moment: Moment, until_by: int, until_at: int) -> None:
    """Count a search until the ends that `require_search_left` returned."""
    count_failure(tx, SEARCHES_BY, moment.actor.id, moment.decided_at, until_by)
    count_failure(tx, SEARCHES_AT, node_of_chain(moment.node), moment.decided_at, until_at)
