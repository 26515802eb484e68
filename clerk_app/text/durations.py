"""Formatting of durations for people, in the current language."""

from __future__ import annotations

from datetime import timedelta

from clerk_app.locales import _

_HOUR, _DAY = 60, 24 * 60  # minutes


def format_duration(span: timedelta) -> str:
    """Format a wait or a visit, short enough for a column: minutes below two hours, then hours and minutes, then days.

    A negative duration counts as zero.
    """
    minutes = _count_minutes(span)
    if minutes < 2:
        return _("<2 min")
    if minutes < 2 * _HOUR:
        return _("{count} min").format(count=minutes)
    if minutes >= 2 * _DAY:
        return _("{count} d").format(count=minutes // _DAY)
    if minutes % _HOUR == 0:
        return _("{count} h").format(count=minutes // _HOUR)
    return _("{hours} h {minutes} min").format(hours=minutes // _HOUR, minutes=minutes % _HOUR)


def format_running_time(span: timedelta) -> str:
    """Format a duration that is still counted: minutes and seconds as MM:SS, from an hour on as `format_duration`."""
    if _count_minutes(span) >= _HOUR:
        return format_duration(span)
    seconds = max(0, int(span.total_seconds()))
    return f"{seconds // 60:02d}:{seconds % 60:02d}"


def format_age(age: timedelta) -> str:
    """Format an age for a sentence: minutes below two hours, hours below two days, then days."""
    minutes = _count_minutes(age)
    if minutes < 2:
        return _("less than 2 minutes")
    if minutes < 2 * _HOUR:
        return _("{count} minutes").format(count=minutes)
    if minutes < 2 * _DAY:
        return _("{count} hours").format(count=minutes // _HOUR)
    return _("{count} days").format(count=minutes // _DAY)


def _count_minutes(span: timedelta) -> int:
    return max(0, int(span.total_seconds() // 60))
