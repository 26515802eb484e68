"""Counts failed attempts at secrets (table `tries`), so that a secret cannot be found by guessing, and limited acts.

A rule checks the count in `decide` and changes it in `apply`, or in `apply_refusal` where a wrong secret is refused.
Kinds of secrets (`what`) and what they are counted by (`who`) are stored and never change.
"""

from __future__ import annotations

from db.engines import Transaction

SECOND_FACTOR = "second_factor"  # of a case; by case number
SECOND_FACTOR_IN_ALL = "second_factor_in_all"  # of a case, over a long time; by case number
SECOND_FACTOR_AT = "second_factor_at"  # of any case; by the node that sent it
PHONE_FACTOR = "phone_factor"  # last digits of a person's telephone; by person
REJECTED = "rejected"  # entries that become work for a supervisor, in a day; by node
TICKETS = "tickets"  # given out in a minute; by node
TICKETS_PER_HOUR = "tickets_per_hour"  # of a kiosk; by node
TICKETS_AT_ONCE = "tickets_at_once"  # of a kiosk within a few seconds; by node and place among them
KIOSK_CODE = "kiosk_code"  # code that ends the kiosk's program; by node
APPOINTMENT_CODE = "appointment_code"  # of any appointment; by node
SEARCHES_BY = "searches_by"  # for persons, in an hour; by staff id
SEARCHES_AT = "searches_at"  # the same; by node
CONFIRMATION = "confirmation"  # of a signed code at a kiosk; by request
FEEDBACK = "feedback"  # ratings and complaints, in an hour; by node

MICROSECONDS_PER_MINUTE = 60_000_000
MICROSECONDS_PER_HOUR = 60 * MICROSECONDS_PER_MINUTE


def locked_until(tx: Transaction, what: str, who: str, now: int, limit: int) -> int | None:
    """Return the end of the lock-out (microseconds UTC) after `limit` failures; None if an attempt is allowed now."""
    row = tx.get_for_update("tries", what=what, who=who)
    if row is None or row["failures"] < limit or row["until"] <= now:
        return None
    return int(row["until"])


def count_failure(tx: Transaction, what: str, who: str, now: int, until: int) -> None:
    """Count a failed attempt. Earlier ones count with it as long as `now` is before their `until`."""
    row = tx.get_for_update("tries", what=what, who=who)
    before = row["failures"] if row is not None and row["until"] > now else 0
    tx.upsert("tries", ("what", "who"), what=what, who=who, failures=before + 1, until=until)


def clear_failures(tx: Transaction, what: str, who: str) -> None:
    """Delete the count after a correct attempt."""
    tx.delete("tries", what=what, who=who)
