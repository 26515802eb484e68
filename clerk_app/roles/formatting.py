"""Values as people read them: dates, ages, names in the language spoken now."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from clerk_app.cases.dates import to_local_time
from clerk_app.catalogue.model import Text
from clerk_app.licences.reasons import format_age
from clerk_app.locales import _, current_language
from clerk_app.views import Level


def localize(text: Text) -> str:
    """The catalogue's words in the language spoken now."""
    return text.in_language("en" if current_language() == "en" else "zh")


def format_due_day(moment: int | None, zone: str, *, expected: bool = False) -> str:
    """A due moment as its local day, marked where it rests on a calendar not published yet."""
    if moment is None:
        return ""
    day = to_local_time(moment, zone).date().isoformat()
    return _("{day} (expected)").format(day=day) if expected else day


def format_elapsed(then: int, now: int) -> str:
    """How long ago a moment was."""
    return format_age(timedelta(microseconds=max(0, now - then)))


def format_short_age(then: int, now: int) -> str:
    """The same in the few cells of a table."""
    minutes = max(0, now - then) // 60_000_000
    if minutes < 2:
        return _("<2 min")
    if minutes < 2 * 60:
        return _("{count} min").format(count=minutes)
    if minutes < 2 * 24 * 60:
        return _("{count} h").format(count=minutes // 60)
    return _("{count} d").format(count=minutes // (24 * 60))


def format_time(moment: datetime) -> str:
    """The time of a day."""
    return moment.strftime("%H:%M")


def format_days_left(days: int) -> str:
    """Working days left or over."""
    if days < 0:
        return _("1 day over") if days == -1 else _("{count} days over").format(count=-days)
    if days == 0:
        return _("due today")
    return _("1 day left") if days == 1 else _("{count} days left").format(count=days)


def urgency_level(days: int) -> Level:
    """How pressing a task is by the working days left."""
    return "bad" if days < 0 else "warn" if days <= 1 else "good"


def is_past(day: str, today: date) -> bool:
    """Whether an ISO day lies before today; an empty one never does."""
    return bool(day) and date.fromisoformat(day) < today
