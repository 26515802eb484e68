"""Durations in words, in both languages."""

from __future__ import annotations

from datetime import timedelta

import pytest

from clerk_app.locales import set_language
from clerk_app.text.durations import format_age, format_duration, format_running_time

OVERNIGHT = timedelta(hours=17, minutes=40, seconds=39)


@pytest.mark.parametrize(
    ("span", "in_english", "in_chinese"),
    [
        (timedelta(minutes=-5), "<2 min", "<2分钟"),
        (timedelta(minutes=119), "119 min", "119分钟"),
        (timedelta(hours=2), "2 h", "2小时"),
        (OVERNIGHT, "17 h 40 min", "17小时40分钟"),
        (timedelta(hours=49), "2 d", "2天"),
    ],
)
def test_a_duration_has_the_units_of_its_size(span: timedelta, in_english: str, in_chinese: str) -> None:
    assert format_duration(span) == in_chinese
    set_language("en")
    assert format_duration(span) == in_english


def test_a_running_time_counts_seconds_for_an_hour() -> None:
    set_language("en")
    spans = (timedelta(seconds=-1), timedelta(minutes=59, seconds=59), timedelta(hours=1), OVERNIGHT)
    assert [format_running_time(span) for span in spans] == ["00:00", "59:59", "60 min", "17 h 40 min"]


def test_ages_are_formatted_in_minutes_hours_or_days() -> None:
    set_language("en")
    texts = [format_age(timedelta(minutes=minutes)) for minutes in (0, 2, 119, 120, 47 * 60, 48 * 60)]
    assert texts == ["less than 2 minutes", "2 minutes", "119 minutes", "2 hours", "47 hours", "2 days"]
