"""The numbers of a window in the open service day: visits that ended, their mean time, the longest wait."""

from __future__ import annotations

from collections.abc import Iterable

from clerk_app.composition.office import Office
from clerk_app.locales import localize_name
from clerk_app.roles.formatting import format_short_age
from clerk_app.views.counter import DayNumbers
from clerk_app.views.shared import LabelledValue
from db.engines import Transaction


def read_day_numbers(tx: Transaction, office: Office, window: str, now: int) -> DayNumbers:
    """Return the numbers of a window today; times are computed at `now` (microseconds UTC)."""
    hall = office.settings.hall
    row = tx.query_one("hall.day_of_window", hall=hall, window=window)
    first = tx.query_one("hall.first_waiting", hall=hall)
    queues = tx.query_all("hall.waiting_by_category", hall=hall)
    names = {category.letter: category.name.localized() for category in office.settings.categories}
    served, busy = (row["served"], row["busy"]) if row is not None else (0, None)
    return DayNumbers(
        served=served,
        no_shows=row["no_shows"] if row is not None else 0,
        average=format_short_age(now - int(busy) // served, now) if served and busy else "",
        waiting=tuple(
            LabelledValue(names.get(row["category"]) or row["category"], str(row["waiting"])) for row in queues
        ),
        windows=tuple(_list_windows(tx, hall)),
        longest_wait=format_short_age(first["issued_at"], now) if first and first["issued_at"] is not None else "",
    )


def _list_windows(tx: Transaction, hall: str) -> Iterable[LabelledValue]:
    for ticket in tx.query_all("hall.serving_tickets", hall=hall):
        window = tx.get("windows", id=ticket["window_id"]) if ticket["window_id"] else None
        if window is not None:
            yield LabelledValue(localize_name(window["name"]), ticket["number"])
