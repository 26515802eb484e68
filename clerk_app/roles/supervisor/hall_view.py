"""Reads the hall for the supervisor: its service day, ticket categories and windows, and the details of each."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import groupby

from clerk_app.composition.office import Office
from clerk_app.hall.calling_order import CallPlace, explain_category
from clerk_app.hall.day_state import count_served, find_open_day
from clerk_app.hall.estimate_inputs import measure_coverage, read_estimated_tickets, read_widening
from clerk_app.hall.service_times import ServiceTimes, compute_service_times
from clerk_app.hall.windows import parse_categories
from clerk_app.locales import _, localize_name
from clerk_app.roles.call_reasons import describe_place
from clerk_app.roles.formatting import format_short_age, format_time
from clerk_app.roles.hall_names import category_names, state_names
from clerk_app.roles.promised_waits import read_promise
from clerk_app.roles.supervisor.window_view import build_window_rows
from clerk_app.views.shared import Level, Option
from clerk_app.views.supervisor import CategoryRow, HallAct, HallDay, HallDetails, WindowRow
from db.engines import Row, Transaction

_MINUTE = 60_000_000  # microseconds
_ESTIMATED_DAYS = 5  # closed days whose estimates are shown


@dataclass(frozen=True)
class HallRows:
    """Rows of the hall, read in one transaction, from which summary, alerts and details are computed."""

    day: HallDay
    categories: tuple[CategoryRow, ...]
    windows: tuple[WindowRow, ...]
    longest: str

    @property
    def waiting(self) -> int:
        """The number of waiting tickets of all categories."""
        return sum(row.waiting for row in self.categories)


def read_hall(office: Office, tx: Transaction, times: ServiceTimes) -> HallRows:
    """Read the rows of the hall of this office."""
    hall, now = office.settings.hall, office.corrected_now
    waiting = {row["category"]: row for row in tx.query_all("hall.waiting_by_category", hall=hall)}
    served = {row["category"]: row["served"] for row in count_served(tx, hall)}
    windows = _sort_windows(tx)
    oldest = min((row["oldest"] for row in waiting.values()), default=None)
    served_by = [(row["state"] == "open", parse_categories(row["categories"])) for row in windows]
    names = category_names(office)
    letters = [*names, *sorted((waiting.keys() | served.keys()) - names.keys())]  # no waiting ticket is left out
    return HallRows(
        day=_describe_day(office, tx),
        categories=tuple(
            _build_category_row(
                office,
                Option(letter, names.get(letter, letter)),
                waiting.get(letter),
                served.get(letter, 0),
                windows=[is_open for is_open, letters_served in served_by if letter in letters_served],
                promise=read_promise(office, tx, letter),
            )
            for letter in letters
        ),
        windows=tuple(build_window_rows(office, tx, windows, times)),
        longest=format_short_age(oldest, now) if oldest is not None else "",
    )


def describe_category(office: Office, tx: Transaction, category: str) -> HallDetails:
    """Return who waits in a category, in the order of calling, and which windows serve it."""
    hall, now = office.settings.hall, office.corrected_now
    name = category_names(office).get(category, category)
    places = explain_category(tx, hall, category)
    lines = [_("Waiting, in the order of calling: {count}").format(count=len(places))]
    lines += _describe_waiting(office, tx, places, now)
    lines += _describe_ended(tx, hall, category)
    serving = [row for row in _sort_windows(tx) if category in parse_categories(row["categories"])]
    states = state_names()
    lines.append(_("Windows that serve this category: {count}").format(count=len(serving)))
    lines += [f"  {localize_name(row['name'])}  {states.get(row['state'], row['state'])}" for row in serving]
    return HallDetails(title=f"{category}  {name}", lines=tuple(lines))


def _describe_waiting(office: Office, tx: Transaction, places: Sequence[CallPlace], now: int) -> Iterator[str]:
    """Yield the waiting tickets in the order of calling: a reason, then number and wait of those that have it."""
    for reason, run in groupby(places, lambda place: describe_place(office, tx, place)):
        yield reason
        for place in run:
            yield f"  {place.ticket['number']}  {format_short_age(place.ticket['issued_at'], now)}"


def _sort_windows(tx: Transaction) -> list[Row]:
    return sorted(tx.select("windows"), key=lambda row: (len(row["id"]), row["id"]))  # w2 before w10


def _describe_ended(tx: Transaction, hall: str, category: str) -> list[str]:
    """Return how many tickets of a category were served today, and how many ended without service."""
    counts = [row for row in count_served(tx, hall) if row["category"] == category]
    return [
        _("Served today: {served}. Ended without service: {unserved}.").format(
            served=sum(row["served"] for row in counts), unserved=sum(row["unserved"] for row in counts)
        )
    ]


def describe_estimates(tx: Transaction, hall: str) -> list[str]:
    """Return how many waits were inside the estimated ranges, today and on the closed days before."""
    current = find_open_day(tx, hall)
    if current is None:
        return []
    widening = read_widening(tx, hall, current["day"])
    today = measure_coverage(read_estimated_tickets(tx, hall, current["day"]), widening)
    coverages = [
        measure_coverage(read_estimated_tickets(tx, hall, row["day"]), read_widening(tx, hall, row["day"]))
        for row in tx.query_all("hall.closed_days_before", hall=hall, day=current["day"], many=_ESTIMATED_DAYS)
    ]
    count = sum(each.count for each in coverages)
    lines = []
    if today.percent is not None:
        words = _("Estimated waits today: {percent} % of {count} inside the range.")
        lines.append(words.format(percent=today.percent, count=today.count))
    if count:
        words = _("Estimated waits of the last {days} days: {percent} % of {count} inside the range.")
        percent = round(100 * sum(each.inside for each in coverages) / count)
        lines.append(words.format(days=len(coverages), percent=percent, count=count))
    return lines


def describe_closing(office: Office, tx: Transaction) -> HallDetails:
    """Return what ends when the day of the hall is closed, or, while it is closed, the act that opens it."""
    hall, now = office.settings.hall, office.corrected_now
    day = _describe_day(office, tx)
    if not day.is_open:
        act = HallAct("open_day", _("Open the hall"), _("tickets are given out again"))
        return HallDetails(title=_("Service day of the hall"), lines=(day.sentence,), acts=(act,))
    waiting = tx.query_all("hall.waiting_tickets", hall=hall)
    held = tx.query_all("hall.held_tickets_of_day", hall=hall)
    open_windows = [row for row in tx.select("windows", order=("id",)) if row["state"] != "closed"]
    windows = build_window_rows(office, tx, open_windows, compute_service_times(()))
    lines = [
        day.sentence,
        *describe_estimates(tx, hall),
        _("Drafts stay. A printed ticket that is shown later at a window is served without waiting."),
    ]
    lines.append(_("Open windows, will close, and their visits end: {count}").format(count=len(windows)))
    lines += [f"  {row.name}  {row.person}  {row.ticket}".rstrip() for row in windows]
    lines.append(_("On hold, will end as not served: {count}").format(count=len(held)))
    lines += [f"  {row['number']}" for row in held]
    lines.append(_("Still waiting, will end as not served: {count}").format(count=len(waiting)))
    lines += [f"  {row['number']}  {format_short_age(row['issued_at'], now)}" for row in waiting]
    act = HallAct("close_day", _("Close the hall's day now"), _("cannot be undone"))
    return HallDetails(title=_("Service day of the hall"), lines=tuple(lines), acts=(act,))


def _describe_day(office: Office, tx: Transaction) -> HallDay:
    hall = office.settings.hall
    row = find_open_day(tx, hall)
    if row is not None:
        return HallDay(is_open=True, sentence=_("The service day {day} is open.").format(day=row["day"]))
    last = tx.query_one("hall.last_closed_day", hall=hall)
    if last is None:
        return HallDay(is_open=False, sentence=_("The hall has not been opened yet."))
    closed_at = office.local_time(last["closed_at"])
    words = _("The hall is closed since {time}; no tickets are given out.")
    return HallDay(is_open=False, sentence=words.format(time=f"{closed_at:%Y-%m-%d} {format_time(closed_at)}"))


def _build_category_row(
    office: Office, category: Option, queue: Row | None, served: int, *, windows: Sequence[bool], promise: int
) -> CategoryRow:
    """Build the row of a category; `windows` has for each window that serves it whether it is open."""
    row = CategoryRow(
        id=category.id,
        name=category.name,
        waiting=0,
        longest="",
        served=served,
        level="good",
        windows=len(windows),
        open_windows=sum(windows),
        promise_minutes=promise,
    )
    has_window = any(windows)
    if queue is None:
        return row
    now = office.corrected_now
    minutes = (now - queue["oldest"]) // _MINUTE
    level: Level = "bad" if minutes > promise else "warn" if minutes * 2 > promise or not has_window else "good"
    longest = format_short_age(queue["oldest"], now)
    return replace(row, waiting=queue["waiting"], longest=longest, level=level, has_window=has_window)
