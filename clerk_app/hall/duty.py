"""The register of who was on duty where: one period for each time in which a person held a window in the same way.

A period begins when a window is opened or paused, and when its holder, its functions or the reason of its pause change;
it ends with the next change, and when the window closes: by the clerk, a supervisor, the end of its lease, or the
closing of the day. The authority has the whole register; the store of a window has what was done there.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from clerk_app.ledger.commands import MessagePart, Moment
from db.engines import Row, Transaction
from db.json_lists import decode_json_list


@dataclass(frozen=True)
class DutyPeriod:
    """A time in which a person held a window: open, or paused for a reason. Times are microseconds UTC."""

    window: str
    staff: str
    state: str  # open | paused
    reason: str  # code of the reason of a pause
    categories: tuple[str, ...]
    began_at: int
    ended_at: int | None  # None while it lasts


class DutyDay(MessagePart, frozen=True, kw_only=True):
    """Hall and service day to which a duty period belongs."""

    hall: str
    day: str


def find_duty_day(tx: Transaction, hall: str) -> DutyDay | None:
    """Return the open service day of a hall, otherwise its newest; None if there is none."""
    row = tx.query_one("hall.newest_day_of_hall", hall=hall)
    return DutyDay(hall=row["hall"], day=row["day"]) if row is not None else None


def follow_window(tx: Transaction, window: str, moment: Moment, day: DutyDay | None = None) -> None:
    """Bring the register up to date with the row of a window, which the entry of this moment has changed.

    Without a day a period only ends: an entry of an earlier version has none, and a closed window needs none.
    """
    row = tx.get("windows", id=window)
    if row is None:
        return
    held = row["state"] != "closed" and row["staff"] is not None
    present = _describe(row, row["pause_reason"]) if held else None
    period = tx.query_one("hall.duty_of_window_now", window=window)
    if period is not None:
        if present == _describe(period, period["reason"]):
            return
        tx.update("duty_periods", {"id": period["id"]}, ended_at=moment.decided_at)
    if not held or day is None:
        return
    tx.upsert(  # the store of a window applies an entry again when the authority's rows have replaced its own
        "duty_periods",
        ("id",),
        id=f"{moment.key}/{window}",
        hall=day.hall,
        day=day.day,
        window_id=window,
        staff=row["staff"],
        state=row["state"],
        reason=row["pause_reason"],
        categories=row["categories"],
        began_at=moment.decided_at,
        ended_at=None,
    )


def _describe(row: Row, reason: str) -> tuple[str, str, str, str]:
    return row["staff"], row["state"], reason, row["categories"]


def read_duty(tx: Transaction, hall: str, day: str) -> Iterator[DutyPeriod]:
    """Yield the periods of a service day of a hall, by window and time."""
    for row in tx.query_all("hall.duty_of_day", hall=hall, day=day):
        yield DutyPeriod(
            window=row["window_id"],
            staff=row["staff"],
            state=row["state"],
            reason=row["reason"],
            categories=decode_json_list(row["categories"], old_separator=""),
            began_at=row["began_at"],
            ended_at=row["ended_at"],
        )
