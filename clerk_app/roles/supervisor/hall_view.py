"""Reads the hall for the supervisor: its service day, ticket categories and windows, and the details of each."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from clerk_app.composition.office import Office
from clerk_app.hall.day_state import count_served, find_open_day
from clerk_app.hall.windows import parse_categories
from clerk_app.locales import _, format_list, localize_name
from clerk_app.roles.formatting import format_short_age, format_time
from clerk_app.views.shared import Level, Option
from clerk_app.views.supervisor import Alert, CategoryRow, HallAct, HallDay, HallDetails, QueueRow, WindowRow
from db.engines import Row, Transaction

_MINUTE = 60_000_000  # microseconds


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


def read_hall(office: Office, tx: Transaction) -> HallRows:
    """Read the rows of the hall of this office."""
    hall, now = office.settings.hall, office.corrected_now
    waiting = {row["category"]: row for row in tx.query_all("hall.waiting_by_category", hall=hall)}
    served = {row["category"]: row["served"] for row in count_served(tx, hall)}
    windows = tx.select("windows", order=("id",))
    oldest = min((row["oldest"] for row in waiting.values()), default=None)
    open_letters = {
        letter for row in windows if row["state"] == "open" for letter in parse_categories(row["categories"])
    }
    names = _category_names(office)
    letters = [*names, *sorted((waiting.keys() | served.keys()) - names.keys())]  # no waiting ticket is left out
    return HallRows(
        day=_describe_day(office, tx),
        categories=tuple(
            _build_category_row(
                office,
                Option(letter, names.get(letter, letter)),
                waiting.get(letter),
                served.get(letter, 0),
                has_window=letter in open_letters,
            )
            for letter in letters
        ),
        windows=tuple(_build_window_rows(tx, hall, windows, now)),
        longest=format_short_age(oldest, now) if oldest is not None else "",
    )


def build_day_alerts(day: HallDay) -> tuple[Alert, ...]:
    """Return an alert while the hall is closed."""
    return () if day.is_open else (Alert("warn", day.sentence + " " + _("F8 opens it.")),)


def build_alerts(queues: Sequence[QueueRow], hall: HallRows) -> tuple[Alert, ...]:
    """Return an alert for each row whose level is bad or warn, bad ones first. Without an alert, all is in order."""
    alerts: list[Alert] = []
    for row in queues:
        if row.overdue:
            alerts.append(Alert("bad", _("{name}: {count} task(s) overdue").format(name=row.name, count=row.overdue)))
        elif row.level == "warn":
            words = _("{name}: {count} task(s) due soon").format(name=row.name, count=row.due_soon)
            alerts.append(Alert("warn", words))
    for category in hall.categories:
        if not category.has_window:
            words = _("{name}: {count} waiting, and no window is open for them")
            alerts.append(Alert(category.level, words.format(name=category.name, count=category.waiting)))
        elif category.level in ("bad", "warn"):
            words = _("{name}: waiting for {age}").format(name=category.name, age=category.longest)
            alerts.append(Alert(category.level, words))
    return tuple(sorted(alerts, key=lambda alert: alert.level != "bad"))


def describe_category(office: Office, tx: Transaction, category: str) -> HallDetails:
    """Return who waits in a category, in the order of calling, and which windows serve it."""
    hall, now = office.settings.hall, office.corrected_now
    name = _category_names(office).get(category, category)
    tickets = [row for row in tx.query_all("hall.waiting_tickets", hall=hall) if row["category"] == category]
    lines = [_("Waiting, in the order of calling: {count}").format(count=len(tickets))]
    lines += [f"  {row['number']}  {format_short_age(row['issued_at'], now)}" for row in tickets]
    lines += _describe_ended(tx, hall, category)
    serving = [row for row in tx.select("windows", order=("id",)) if category in parse_categories(row["categories"])]
    states = _state_names()
    lines.append(_("Windows that serve this category: {count}").format(count=len(serving)))
    lines += [f"  {localize_name(row['name'])}  {states.get(row['state'], row['state'])}" for row in serving]
    return HallDetails(title=f"{category}  {name}", lines=tuple(lines))


def _describe_ended(tx: Transaction, hall: str, category: str) -> list[str]:
    """Return how many tickets of a category were served today, and how many ended without service."""
    counts = [row for row in count_served(tx, hall) if row["category"] == category]
    return [
        _("Served today: {served}. Ended without service: {unserved}.").format(
            served=sum(row["served"] for row in counts), unserved=sum(row["unserved"] for row in counts)
        )
    ]


def describe_window(office: Office, tx: Transaction, window: str) -> HallDetails:
    """Return state, staff, ticket and categories of a window, and whether it can be closed."""
    row = next(
        row
        for row in _build_window_rows(tx, office.settings.hall, tx.select("windows", id=window), office.corrected_now)
    )
    stored, names = tx.get("windows", id=window), _category_names(office)
    letters = sorted(parse_categories(stored["categories"])) if stored else ()
    lines = [_("State: {state}").format(state=row.state) + (f"  {row.since}" if row.since else "")]
    if row.person:
        lines.append(_("Staff: {person}").format(person=row.person))
    lines.append(_("Being served: {ticket}").format(ticket=row.ticket or _("no ticket")))
    lines.append(_("Serves: {categories}").format(categories=format_list(names.get(each, each) for each in letters)))
    if not row.is_open:
        return HallDetails(title=row.name, lines=(*lines, _("A clerk opens it by signing in there.")))
    act = HallAct("close_window", _("Close this window"), _("signs {person} out").format(person=row.person or "?"))
    return HallDetails(title=row.name, lines=tuple(lines), acts=(act,))


def describe_closing(office: Office, tx: Transaction) -> HallDetails:
    """Return what ends when the day of the hall is closed, or, while it is closed, the act that opens it."""
    hall, now = office.settings.hall, office.corrected_now
    day = _describe_day(office, tx)
    if not day.is_open:
        act = HallAct("open_day", _("Open the hall"), _("tickets are given out again"))
        return HallDetails(title=_("Service day of the hall"), lines=(day.sentence,), acts=(act,))
    waiting = tx.query_all("hall.waiting_tickets", hall=hall)
    held = tx.query_all("hall.held_tickets_of_day", hall=hall)
    windows = [row for row in _build_window_rows(tx, hall, tx.select("windows", order=("id",)), now) if row.is_open]
    lines = [
        day.sentence,
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


def _category_names(office: Office) -> dict[str, str]:
    return {category.letter: category.name.localized() for category in office.settings.categories}


def _state_names() -> dict[str, str]:
    return {"open": _("open"), "paused": _("paused"), "closed": _("not manned")}


def _build_category_row(
    office: Office, category: Option, queue: Row | None, served: int, *, has_window: bool
) -> CategoryRow:
    row = CategoryRow(id=category.id, name=category.name, waiting=0, longest="", served=served, level="good")
    if queue is None:
        return row
    promise, now = office.settings.promise_minutes, office.corrected_now
    minutes = (now - queue["oldest"]) // _MINUTE
    level: Level = "bad" if minutes > promise else "warn" if minutes * 2 > promise or not has_window else "good"
    longest = format_short_age(queue["oldest"], now)
    return replace(row, waiting=queue["waiting"], longest=longest, level=level, has_window=has_window)


def _build_window_rows(tx: Transaction, hall: str, windows: Sequence[Row], now: int) -> list[WindowRow]:
    names = {row["id"]: row["name"] for row in tx.select("staff")}
    tickets = {row["window_id"]: row["number"] for row in tx.query_all("hall.serving_tickets", hall=hall)}
    states = _state_names()
    return [
        WindowRow(
            id=row["id"],
            name=localize_name(row["name"]),
            state=states.get(row["state"], str(row["state"])),
            # a window that was never opened has been closed since it was registered, which is no news to anybody
            since=format_short_age(row["since"], now) if row["state"] != "closed" else "",
            person=names.get(row["staff"] or "", ""),
            ticket=tickets.get(row["id"], ""),
            is_open=row["state"] != "closed",
        )
        for row in windows
    ]
