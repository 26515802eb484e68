"""What a window shows of the open service day: its own visits, the queues, the windows, the last events."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from clerk_app.composition.office import Office
from clerk_app.hall.windows import is_lease_valid, parse_categories
from clerk_app.locales import localize_name
from clerk_app.roles.formatting import format_short_age
from clerk_app.roles.hall_events import list_events
from clerk_app.roles.hall_names import category_names, state_names
from clerk_app.views.hall import DayNumbers, QueueNumbers, WindowNumbers
from db.engines import Row, Transaction

NEXT_TICKETS = 3
EVENT_TICKETS = 12


def read_day_numbers(tx: Transaction, office: Office, window: str, now: int, *, with_events: bool) -> DayNumbers:
    """Return the numbers of a window and its hall today; times are computed at `now` (microseconds UTC)."""
    hall = office.settings.hall
    row = tx.query_one("hall.day_of_window", hall=hall, window=window)
    tickets = tx.query_all("hall.waiting_tickets", hall=hall)
    windows = [each for each in tx.select("windows") if each["hall"] in (hall, "")]
    windows.sort(key=lambda each: (len(each["id"]), each["id"]))  # w2 before w10
    issued = [ticket["issued_at"] for ticket in tickets]
    served, busy = (row["served"], row["busy"]) if row is not None else (0, None)
    newest = tx.query_all("hall.last_of_window", hall=hall, window=window, most=EVENT_TICKETS) if with_events else []
    return DayNumbers(
        served=served,
        no_shows=row["no_shows"] if row is not None else 0,
        average=format_short_age(now - int(busy) // served, now) if served and busy else "",
        longest_wait=format_short_age(min(issued), now) if issued else "",
        queues=tuple(_count_queues(tx, office, tickets, windows, now)),
        windows=describe_windows(tx, office, windows),
        events=list_events(office, tx, newest, window=window) if with_events else (),
    )


def _count_queues(
    tx: Transaction, office: Office, tickets: Sequence[Row], windows: Sequence[Row], now: int
) -> Iterator[QueueNumbers]:
    is_open = [
        parse_categories(row["categories"])
        for row in windows
        if row["state"] == "open" and is_lease_valid(tx, row, now)
    ]
    for letter, name in category_names(office).items():
        waiting = [ticket for ticket in tickets if ticket["category"] == letter]
        yield QueueNumbers(
            name=name,
            waiting=len(waiting),
            longest=format_short_age(min(ticket["issued_at"] for ticket in waiting), now) if waiting else "",
            next_tickets=tuple(ticket["number"] for ticket in waiting[:NEXT_TICKETS]),
            windows=sum(letter in served for served in is_open),
        )


def describe_windows(tx: Transaction, office: Office, windows: Sequence[Row]) -> tuple[WindowNumbers, ...]:
    """Return what windows of the hall serve, with their state or their ticket."""
    return tuple(_describe_windows(tx, office, windows))


def _describe_windows(tx: Transaction, office: Office, windows: Sequence[Row]) -> Iterator[WindowNumbers]:
    names, states = category_names(office), state_names()
    tickets = {
        row["window_id"]: row["number"] for row in tx.query_all("hall.serving_tickets", hall=office.settings.hall)
    }
    for window in windows:
        letters = parse_categories(window["categories"])
        yield WindowNumbers(
            name=localize_name(window["name"]),
            state=states.get(window["state"], str(window["state"])),
            ticket=tickets.get(window["id"], ""),
            is_open=window["state"] != "closed",
            categories=tuple(name for letter, name in names.items() if letter in letters),
            letters="".join(letter for letter in names if letter in letters),
        )
