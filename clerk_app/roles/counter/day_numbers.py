"""The numbers of a window in the open service day: visits that ended, their mean time, the longest wait."""

from __future__ import annotations

from clerk_app.composition.office import Office
from clerk_app.roles.formatting import format_short_age
from clerk_app.views.counter import DayNumbers
from db.engines import Transaction


def read_day_numbers(tx: Transaction, office: Office, window: str, now: int) -> DayNumbers:
    """Return the numbers of a window today; times are computed at `now` (microseconds UTC)."""
    hall = office.settings.hall
    row = tx.query_one("hall.day_of_window", hall=hall, window=window)
    first = tx.query_one("hall.first_waiting", hall=hall)
    served, busy = (row["served"], row["busy"]) if row is not None else (0, None)
    return DayNumbers(
        served=served,
        no_shows=row["no_shows"] if row is not None else 0,
        average=format_short_age(now - int(busy) // served, now) if served and busy else "",
        longest_wait=format_short_age(first["issued_at"], now) if first and first["issued_at"] is not None else "",
    )
