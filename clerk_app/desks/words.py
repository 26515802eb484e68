"""Values as people read them: dates, ages, names in the language spoken now."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from clerk_app.cases.dates import local
from clerk_app.catalogue.model import Text
from clerk_app.desk import Level
from clerk_app.licences.reasons import age_in_words
from clerk_app.locales import _, spoken


def say(text: Text) -> str:
    """The catalogue's words in the language spoken now."""
    return text.say("en" if spoken() == "en" else "zh")


def day_of(moment: int | None, zone: str, *, expected: bool = False) -> str:
    """A due moment as its local day, marked where it rests on a calendar not published yet."""
    if moment is None:
        return ""
    day = local(moment, zone).date().isoformat()
    return _("{day} (expected)").format(day=day) if expected else day


def ago(then: int, now: int) -> str:
    """How long ago a moment was."""
    return age_in_words(timedelta(microseconds=max(0, now - then)))


def brief(then: int, now: int) -> str:
    """The same in the few cells of a table."""
    minutes = max(0, now - then) // 60_000_000
    if minutes < 2:
        return _("<2 min")
    if minutes < 2 * 60:
        return _("{count} min").format(count=minutes)
    if minutes < 2 * 24 * 60:
        return _("{count} h").format(count=minutes // 60)
    return _("{count} d").format(count=minutes // (24 * 60))


def clock_time(moment: datetime) -> str:
    """The time of a day."""
    return moment.strftime("%H:%M")


def days_left(days: int) -> str:
    """Working days left or over."""
    if days < 0:
        return _("1 day over") if days == -1 else _("{count} days over").format(count=-days)
    if days == 0:
        return _("due today")
    return _("1 day left") if days == 1 else _("{count} days left").format(count=days)


def urgency(days: int) -> Level:
    """How pressing a task is by the working days left."""
    return "bad" if days < 0 else "warn" if days <= 1 else "good"


def is_past(day: str, today: date) -> bool:
    """Whether an ISO day lies before today; an empty one never does."""
    return bool(day) and date.fromisoformat(day) < today
