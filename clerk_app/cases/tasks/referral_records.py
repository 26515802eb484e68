"""What is recorded of a referral (转报): who reviewed a matter before the superior organ decides it."""

from __future__ import annotations

from clerk_app.errors import Refused
from clerk_app.ledger.commands import Moment
from clerk_app.ledger.persons import person_of
from db.engines import Row, Transaction


def find_referral(tx: Transaction, successor: str) -> Row | None:
    """Return the referral that made a task of the superior organ; None for any other task."""
    rows = tx.select("referrals", successor=successor)
    return rows[0] if rows else None


def require_other_reviewer(tx: Transaction, task_id: str, moment: Moment) -> None:
    """Raise Refused if the person who referred a matter would decide it for the superior organ too."""
    referral = find_referral(tx, task_id)
    if referral is not None and person_of(tx, referral["referred_by"]) == person_of(tx, moment.actor.id):
        raise Refused("same_person", "Who referred a matter does not decide it. Give the task to a colleague.")
