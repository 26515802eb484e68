"""Converts timestamps to legal dates and back: local days in the time zone of the city.

A period ends with the last microsecond of a local day. Timestamps are microseconds UTC since 1970.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from clerk_app.catalogue.deadlines import DueDate, compute_due_date
from clerk_app.ledger.commands import MessagePart
from db.engines import Row

if TYPE_CHECKING:
    from clerk_app.catalogue.legal_calendar import LegalCalendar

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)


def to_local_time(timestamp: int, zone: str) -> datetime:
    """Return a timestamp as local time of an IANA time zone."""
    return (_EPOCH + timestamp * _MICROSECOND).astimezone(ZoneInfo(zone))


def end_of_day(day: date, zone: str) -> int:
    """Return the timestamp of the last microsecond of a local day."""
    midnight = datetime(day.year, day.month, day.day, tzinfo=ZoneInfo(zone)) + timedelta(days=1)
    return (midnight - _EPOCH) // _MICROSECOND - 1


def list_pauses(supplements: Sequence[Row], zone: str) -> list[tuple[date, date | None]]:
    """Return the pauses of a task's clock as pairs of local dates (start, end), one for each supplement with a notice.

    A pause begins with the written notice; without one, and in a wait whose time counts, the clock runs on. The end is
    None while the supplement is unanswered. It is never before the start, even if the clock of the window that took in
    the materials is slow.
    """
    pauses: list[tuple[date, date | None]] = []
    for supplement in supplements:
        if supplement["notified_at"] is None or supplement.get("counted"):
            continue
        start, answered_at = to_local_time(supplement["notified_at"], zone).date(), supplement["answered_at"]
        end = max(start, to_local_time(answered_at, zone).date()) if answered_at is not None else None
        pauses.append((start, end))
    return pauses


def compute_papers_deadline(
    calendar: LegalCalendar, organs: Collection[str], notified_at: int, days: int
) -> tuple[int, bool]:
    """Return until when requested papers can be brought (microseconds UTC), and whether that date is only expected.

    `organs` are those that request papers in one notice; the latest of their dates holds for the whole notice.
    """
    start = to_local_time(notified_at, calendar.zone).date()
    all_working = [calendar.working_days_of(organ) for organ in organs] or [calendar.working]
    end = max(working.add_working_days(start, days) for working in all_working)
    return end_of_day(end, calendar.zone), calendar.working.depends_on_unpublished(start, end)


def compute_task_due_date(
    calendar: LegalCalendar, organ: str, started_at: int, days: int, supplements: Sequence[Row] = ()
) -> DueDate | None:
    """Return the date on which a period of working days from `started_at` ends; None while the clock is paused.

    The working days are those of `organ`, which decides the task.
    """
    zone = calendar.zone
    started = to_local_time(started_at, zone).date()
    return compute_due_date(calendar.working_days_of(organ), started, days, list_pauses(supplements, zone))


class TaskDates(MessagePart, frozen=True, kw_only=True):
    """Legal dates of a started task, in microseconds UTC; None while its clock is paused.

    `expected` and `statutory_expected` are true for a date that depends on a calendar which is not published yet.
    `calendar` is the version of the calendars that were used.
    """

    due_at: int | None
    statutory_at: int | None
    expected: bool = False
    statutory_expected: bool = False
    calendar: str = ""


def compute_task_dates(
    calendar: LegalCalendar,
    organ: str,
    started_at: int,
    promised_days: int,
    statutory_days: int,
    supplements: Sequence[Row] = (),
) -> TaskDates:
    """Return the dates of a task of `organ` whose periods began at `started_at` and were paused by `supplements`."""
    due = compute_task_due_date(calendar, organ, started_at, promised_days, supplements)
    statutory = compute_task_due_date(calendar, organ, started_at, statutory_days, supplements)
    return TaskDates(
        due_at=_timestamp(due, calendar),
        statutory_at=_timestamp(statutory, calendar),
        expected=bool(due and due.expected),
        statutory_expected=bool(statutory and statutory.expected),
        calendar=calendar.version,
    )


def _timestamp(due: DueDate | None, calendar: LegalCalendar) -> int | None:
    return None if due is None else end_of_day(due.date, calendar.zone)
