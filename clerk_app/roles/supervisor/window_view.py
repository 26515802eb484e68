"""Reads the windows of the hall: who works there, what is served for how long, and what was served today."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from clerk_app.composition.office import Office
from clerk_app.hall.day_state import find_open_day
from clerk_app.hall.reasons import describe_reason
from clerk_app.hall.service_times import ServiceTimes, WindowDay, busy_minutes, compute_service_times, is_unusually_long
from clerk_app.hall.windows import parse_categories
from clerk_app.locales import _, format_list, localize_name
from clerk_app.roles.formatting import format_short_age
from clerk_app.roles.hall_events import last_change
from clerk_app.roles.hall_names import category_names, state_names
from clerk_app.views.shared import Level
from clerk_app.views.supervisor import HallAct, HallDetails, WindowRow
from db.engines import Row, Transaction

TRACK_MINUTES = 30
NEWEST_TICKETS = 40
_SECOND = 1_000_000  # microseconds


class HallDayReader:
    """Reads the tickets called on the service day; reads them again only if one was called or ended since."""

    def __init__(self) -> None:
        self._version: Any = None
        self.times = compute_service_times(())
        self.newest: tuple[Row, ...] = ()
        """Tickets called or ended last, newest first."""

    def refresh(self, tx: Transaction, hall: str) -> None:
        """Read the hall's open day; while it is closed, its last one."""
        day = find_open_day(tx, hall) or tx.query_one("hall.last_closed_day", hall=hall)
        if day is None:
            return
        version = day["day"], dict(tx.query_one("hall.day_version", hall=hall, day=day["day"]) or {})
        if version != self._version:
            tickets = tx.query_all("hall.called_tickets", hall=hall, day=day["day"])
            self._version, self.times = version, compute_service_times(tickets)
            self.newest = tuple(sorted(tickets, key=last_change, reverse=True)[:NEWEST_TICKETS])


def build_window_rows(office: Office, tx: Transaction, windows: Sequence[Row], times: ServiceTimes) -> list[WindowRow]:
    """Return the rows of windows."""
    hall, now = office.settings.hall, office.corrected_now
    names = {row["id"]: row["name"] for row in tx.select("staff")}
    tickets = {row["window_id"]: row for row in tx.query_all("hall.serving_tickets", hall=hall)}
    categories = category_names(office)
    return [
        _build_row(row, tickets.get(row["id"]), names.get(row["staff"] or "", ""), times, categories, now)
        for row in windows
    ]


def _build_row(
    window: Row, ticket: Row | None, person: str, times: ServiceTimes, categories: dict[str, str], now: int
) -> WindowRow:
    day = times.windows.get(window["id"], WindowDay())
    is_open, called_at = window["state"] != "closed", ticket["called_at"] if ticket is not None else None
    usual = times.usual_seconds(ticket["category"]) if ticket is not None else None
    free_since = max(window["since"], day.last_end or 0)
    seconds = max(0, now - (free_since if called_at is None else called_at)) // _SECOND
    level: Level = "warn" if ticket is not None and is_unusually_long(seconds, usual) else "plain"
    return WindowRow(
        id=window["id"],
        name=localize_name(window["name"]),
        state=_describe_state(window),
        # a window that was never opened has been closed since it was registered, which is no news to anybody
        since=format_short_age(window["since"], now) if is_open else "",
        person=person,
        ticket=ticket["number"] if ticket is not None else "",
        is_open=is_open,
        category=categories.get(ticket["category"], str(ticket["category"])) if ticket is not None else "",
        seconds=seconds if window["state"] == "open" or ticket is not None else None,
        usual_seconds=usual,
        level=level,
        served=len(day.served),
        average_seconds=day.average_seconds,
        no_shows=day.no_shows,
        busy=busy_minutes(day, called_at, now, TRACK_MINUTES),
        letters="".join(sorted(parse_categories(window["categories"]))),
        is_paused=window["state"] == "paused",
        closes_after=window["state"] != "closed" and bool(window["closes_after"]),
    )


def _describe_state(window: Row) -> str:
    """Return the state of a window, with the reason of a pause, or that it closes after the present visit."""
    if window["state"] == "paused" and window["pause_reason"]:
        return _("paused: {reason}").format(reason=describe_reason("pause", window["pause_reason"]))
    if window["state"] != "closed" and window["closes_after"]:
        return _("closes after this visit")
    return state_names().get(window["state"], str(window["state"]))


def describe_window(office: Office, tx: Transaction, window: str, times: ServiceTimes) -> HallDetails:
    """Return state, staff, ticket, categories and today's figures of a window, and whether it can be closed."""
    (row,) = build_window_rows(office, tx, tx.select("windows", id=window), times)
    stored, names = tx.get("windows", id=window), category_names(office)
    letters = sorted(parse_categories(stored["categories"])) if stored else ()
    lines = [_("State: {state}").format(state=row.state) + (f"  {row.since}" if row.since else "")]
    if row.person:
        lines.append(_("Staff: {person}").format(person=row.person))
    ticket = "  ".join(filter(None, (row.ticket, row.category))) or _("no ticket")
    lines.append(_("Being served: {ticket}").format(ticket=ticket))
    lines.append(_("Serves: {categories}").format(categories=format_list(names.get(each, each) for each in letters)))
    lines.append(
        _("Served today: {served}. Called and not there: {absent}.").format(served=row.served, absent=row.no_shows)
    )
    if row.average_seconds is not None:
        minutes = max(1, round(row.average_seconds / 60))
        lines.append(_("Average service time: {count} min").format(count=minutes))
    lines += _describe_newest(office, times.windows.get(window, WindowDay()))
    return HallDetails(title=row.name, lines=tuple(lines), acts=_list_acts(row))


def _list_acts(row: WindowRow) -> tuple[HallAct, ...]:
    """Return the acts on a window, each with the key that begins it on the board."""
    functions = HallAct("change_functions", _("Change what it serves"), "f")
    if not row.is_open:
        hint = _("a clerk can also open it by signing in there") + "  o"
        return HallAct("open_window", _("Open it for a clerk"), hint), functions
    opens = HallAct("open_window", _("Open it again"), "o")
    hint = _("signs {person} out; {ticket} waits again") if row.ticket else _("signs {person} out")
    closes = HallAct(
        "close_window",
        _("End the pause or close it") if row.is_paused else _("Pause or close it"),
        hint.format(person=row.person or "?", ticket=row.ticket) + "  c",
    )
    message = HallAct("send_message", _("Send a message"), "m")
    return *((opens,) if row.is_paused or row.closes_after else ()), closes, functions, message


def _describe_newest(office: Office, day: WindowDay) -> list[str]:
    """Return the newest services of a window with begin and length."""
    if not day.served:
        return []
    lines = [_("The last services:")]
    for call, end in day.served[-1:-7:-1]:
        minutes = _("{count} min").format(count=max(1, round((end - call) / 60 / _SECOND)))
        lines.append(f"  {office.local_time(call):%H:%M}  {minutes}")
    return lines
