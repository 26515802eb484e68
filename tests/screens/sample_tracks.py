"""A case over time, for tests: one matter decided, one in work, one paused, two that wait."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

from clerk_app.views.tracks import CaseTracks, SpanKind, Track, TrackSpan
from tests.screens.sample_data import CASE, localized

DAY = timedelta(days=1)
BEGIN = datetime(2026, 11, 23, 9, tzinfo=UTC)  # a Monday
NOW = datetime(2026, 11, 26, 14, tzinfo=UTC)


def days_off(first: date, count: int) -> frozenset[date]:
    """Return the Saturdays and Sundays of `count` days."""
    days = (first + index * DAY for index in range(count))
    return frozenset(day for day in days if day.weekday() >= 5)


def sample_tracks(now: datetime | None = NOW) -> CaseTracks:
    """Return a case of seven working days, with a weekend."""

    def span(kind: SpanKind, begin: float, end: float) -> TrackSpan:
        return TrackSpan(kind, BEGIN + begin * DAY, BEGIN + end * DAY)

    birth, home = localized("Birth certificate", "出生医学证明"), localized("Household registration", "出生户口登记")
    police = localized("Police", "公安局")
    rows = (
        Track("birth", birth, localized("Health", "卫健委"), localized("approved", "准予"), "good", "2026-11-24",
              (span("done", 0, 1.2),), critical=True),
        Track("home", home, police, localized("in review", "审查中"), "plain", localized("Zhao Min", "赵敏"),
              (span("working", 1.2, 3.2), span("expected", 3.2, 7.6)),
              due=localized("2026-11-30, 2 days left", "2026-11-30，剩2天"), follows="birth", critical=True),
        Track("vaccine", localized("Vaccination record", "预防接种建档"), localized("Health", "卫健委"),
              localized("waits for papers", "待补正"), "warn", localized("since 2026-11-25", "自 2026-11-25 起"),
              (span("done", 1.2, 2), span("paused", 2, 3.2), span("expected", 3.2, 4.5)), follows="birth"),
        Track("card", localized("Social security card", "社会保障卡申领"), localized("Human resources", "人社局"),
              localized("waits for others", "待前置"), "plain", home, (span("expected", 7.6, 9.6),), follows="home",
              critical=True),
    )  # fmt: skip
    return CaseTracks(
        title=localized("A child is born", "小孩出生一件事"),
        number=CASE,
        tracks=rows,
        done=1,
        total=4,
        begin=BEGIN,
        end=BEGIN + 9.6 * DAY,
        now=now,
        promised=datetime(2026, 12, 3, 23, 59, 59, tzinfo=UTC),
        outlook=localized("expected 2026-12-02, 5 days left", "预计 2026-12-02，剩5天"),
        level="good",
        nearest=localized(
            "Due next: Household registration, 2026-11-30, 2 days left", "最近到期：出生户口登记，2026-11-30，剩2天"
        ),
        days_off=days_off(BEGIN.date(), 40),
    )
