"""Formats of values in a text, such as `{received_at:day}`."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date, datetime

from clerk_app.paper.templates.facts_schema import FieldKind

_MONTHS = (
    "January", "February", "March", "April", "May", "June",
    "July", "August", "September", "October", "November", "December",
)  # fmt: skip


def format_day(value: date) -> str:
    """Return a date in ISO 8601, which both languages use."""
    return value.strftime("%Y-%m-%d")


def format_minute(value: datetime) -> str:
    """Return a local time as `YYYY-mm-dd HH:MM`."""
    return value.strftime("%Y-%m-%d %H:%M")


def format_time(value: datetime) -> str:
    """Return the time of day as `HH:MM`."""
    return value.strftime("%H:%M")


def format_long_day(value: date, language: str) -> str:
    """Return a date in words: 2026年11月21日, 21 November 2026; in ISO 8601 in other languages."""
    if language == "zh":
        return f"{value.year}年{value.month}月{value.day}日"
    return f"{value.day} {_MONTHS[value.month - 1]} {value.year}" if language == "en" else format_day(value)


FORMATS: Mapping[FieldKind, tuple[str, ...]] = {
    FieldKind.TEXT: (),
    FieldKind.NUMBER: (),
    FieldKind.DAY: ("day", "long"),
    FieldKind.MOMENT: ("minute", "day", "time", "long"),
}
"""Formats of each kind of field that a text may have; the first one is used if none is named."""

_FORMATTERS: dict[str, Callable[[datetime], str]] = {"day": format_day, "minute": format_minute, "time": format_time}


def format_value(value: object, style: str, language: str) -> str:
    """Return a value as text; None as an empty one."""
    if value is None:
        return ""
    if isinstance(value, date):
        if style == "long":
            return format_long_day(value, language)
        style = style or ("minute" if isinstance(value, datetime) else "day")
        return _FORMATTERS[style](value)  # type: ignore[arg-type]  # the check allows no time of a day
    return str(value)
