"""What happened in the hall on the service day: windows and the service day, tickets called and ended. Newest first."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from clerk_app.composition.office import Office
from clerk_app.hall.day_state import find_open_day
from clerk_app.locales import _, localize_name
from clerk_app.views.hall import HallEvent
from clerk_app.views.shared import Level
from db.engines import Row, Transaction

MOST_EVENTS = 40
_MINUTE = 60_000_000  # microseconds


def last_change(ticket: Row) -> int:
    """Return when a called ticket was called or ended last, in microseconds UTC."""
    return int(ticket["finished_at"] or ticket["called_at"])


def list_events(office: Office, tx: Transaction, tickets: Sequence[Row], *, window: str = "") -> tuple[HallEvent, ...]:
    """Return the newest events of the open service day, or of the last one; `tickets` changed last.

    With `window`, the events of other windows are left out.
    """
    windows, day = tx.select("windows", order=("id",)), find_open_day(tx, office.settings.hall)
    names = {row["id"]: localize_name(row["name"]) for row in windows}
    staff = {row["id"]: row["name"] for row in tx.select("staff")}
    events = [*_ticket_events(tickets, names)]
    if day is not None:
        shown = [row for row in windows if window in ("", row["id"])]
        changed = (row for row in shown if row["state"] != "closed" or row["since"] > day["opened_at"])
        events += _window_events(changed, staff)
        events.append((day["opened_at"], HallEvent("day", "", _("The service day was opened."), place="day")))
    newest = sorted(events, key=lambda event: event[0], reverse=True)[:MOST_EVENTS]
    begin = day["opened_at"] if day is not None else 0
    return tuple(_with_time(event, f"{office.local_time(at):%H:%M}") for at, event in newest if at >= begin)


def _with_time(event: HallEvent, time: str) -> HallEvent:
    return HallEvent(event.id, time, event.text, event.level, event.place, event.row)


def _ticket_events(tickets: Iterable[Row], windows: dict[str, str]) -> Iterator[tuple[int, HallEvent]]:
    words = {
        "serving": _("{ticket} was called to {window}"),
        "held": _("{ticket} is on hold at {window}"),
        "no_show": _("{ticket} was called to {window} and not there"),
        "unserved": _("{ticket} left {window} without service"),
        "not_served": _("{ticket} was not served: the hall closed"),
    }
    for ticket in tickets:
        at, state = last_change(ticket), ticket["state"]
        minutes = max(1, round((at - ticket["called_at"]) / _MINUTE))
        sentence = words.get(state, _("{ticket} was served at {window} in {minutes} min"))
        window = windows.get(ticket["window_id"], ticket["window_id"])
        text = sentence.format(ticket=ticket["number"], window=window, minutes=minutes)
        level: Level = "warn" if state in ("no_show", "unserved", "not_served") else "plain"
        yield at, HallEvent(f"ticket:{ticket['number']}", "", text, level, "windows", ticket["window_id"])


def _window_events(windows: Iterable[Row], staff: dict[str, str]) -> Iterator[tuple[int, HallEvent]]:
    words = {"open": _("{window} was opened: {person}"), "paused": _("{window} was paused: {person}")}
    for window in windows:
        sentence = words.get(window["state"], _("{window} was closed"))
        text = sentence.format(window=localize_name(window["name"]), person=staff.get(window["staff"] or "", ""))
        level: Level = "warn" if window["state"] == "paused" else "plain"
        yield window["since"], HallEvent(f"window:{window['id']}", "", text, level, "windows", window["id"])
