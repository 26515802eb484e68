"""How often a ticket is called before it may be marked as not here, and how often it waits again after that."""

from __future__ import annotations

from dataclasses import dataclass

from clerk_app.catalogue.publication import read_hall, read_policy
from db.engines import Transaction


@dataclass(frozen=True)
class NoShowLimits:
    """Calls before a no-show, and times that the ticket waits again."""

    calls: int
    requeues: int


def read_no_show_limits(tx: Transaction, letter: str) -> NoShowLimits:
    """Return the limits of a ticket category; those of the city's policy where the category has none of its own."""
    policy, hall = read_policy(tx), read_hall(tx)
    category = hall.category(letter) if hall is not None else None
    calls = category.calls_before_no_show if category is not None else None
    requeues = category.requeues_after_no_show if category is not None else None
    return NoShowLimits(
        policy.calls_before_no_show if calls is None else calls,
        policy.requeues_after_no_show if requeues is None else requeues,
    )
