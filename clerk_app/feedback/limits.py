"""Limit on the ratings and complaints that the center takes from a machine in an hour."""

from __future__ import annotations

from clerk_app.catalogue.publication import read_policy
from clerk_app.errors import Refused
from clerk_app.ledger.chain_tips import node_of_chain
from clerk_app.ledger.commands import Moment
from clerk_app.ledger.tries import FEEDBACK, MICROSECONDS_PER_MINUTE, count_failure, locked_until
from db.engines import Transaction

_HOUR = 60 * MICROSECONDS_PER_MINUTE


def require_feedback_limit(tx: Transaction, moment: Moment) -> int:
    """Return until when a rating or complaint of this machine counts (microseconds UTC). Raise Refused after too many.

    The hour begins with the first one that counts.
    """
    node, now = node_of_chain(moment.node), moment.decided_at
    if locked_until(tx, FEEDBACK, node, now, read_policy(tx).feedback.per_hour_of_machine) is not None:
        raise Refused(
            "too_many",
            "This machine takes no more ratings and complaints for now. Please use another one, or ask at a window.",
        )
    row = tx.get("tries", what=FEEDBACK, who=node)
    return int(row["until"]) if row is not None and row["until"] > now else now + _HOUR


def count_feedback(tx: Transaction, moment: Moment, until: int) -> None:
    """Count a rating or complaint of a machine, as `require_feedback_limit` returned; called by `apply`."""
    count_failure(tx, FEEDBACK, node_of_chain(moment.node), moment.decided_at, until)
