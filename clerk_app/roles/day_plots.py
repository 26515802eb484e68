"""Plots of the hall's day: waits, tickets, and loads of the departments."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from clerk_app.cases.tasks.load import OrganLoad, read_load
from clerk_app.composition.office import Office
from clerk_app.hall.day_course import DayCourse, compute_course, merge_courses, read_tickets_of_day
from clerk_app.hall.day_state import find_open_day
from clerk_app.locales import _, current_language
from clerk_app.roles.promised_waits import read_promise, read_promises
from clerk_app.views.plots import DayPlot, HallPlots, Values
from db.engines import Row, Transaction

MINUTE = 60_000_000  # microseconds
QUARTER, HOUR = 15, 60  # minutes
FIRST_HOUR, LAST_HOUR = 8, 18  # an axis has at least these hours
MOST_HOURS = 24
USUAL_DAYS = 5  # service days of which a usual day is the average
KEPT_SECONDS = 5  # a screen that is refreshed each second shows plots that are at most so old


@dataclass(frozen=True)
class DayAxis:
    """The hours that the plots of a day have: from `begin` (microseconds UTC, a full hour of local time) on."""

    begin: int
    first_hour: int
    hours: int

    def count(self, step: int) -> int:
        """Return the number of intervals of `step` minutes."""
        return self.hours * HOUR // step

    def plot(self, step: int, bars: Values, dots: Values = ()) -> DayPlot:
        """Return values as a plot without names."""
        return DayPlot(self.first_hour * HOUR, step, self.count(step), bars, dots)


def make_day_axis(opened_at: datetime, now: datetime, first: datetime | None = None) -> DayAxis:
    """Return the axis of a day that was opened at `opened_at`; `first` is the time of its first ticket."""
    day = opened_at.replace(hour=0, minute=0, second=0, microsecond=0)
    hours = [_hours_between(day, moment) for moment in (first, now) if moment is not None]
    begin = max(0, min([FIRST_HOUR, *hours]))
    end = max([LAST_HOUR, *(hour + 1 for hour in hours)])
    start = day + timedelta(hours=begin)
    return DayAxis(int(start.timestamp()) * 1_000_000, begin, min(end - begin, MOST_HOURS))


def _hours_between(day: datetime, moment: datetime) -> int:
    return int((moment - day) / timedelta(hours=1))


class HallPlotReader:
    """Reads the plots of a hall's day; what is usual is computed once a service day."""

    def __init__(self, office: Office) -> None:
        self._office = office
        self._usual: tuple[str, DayAxis | None, dict[int, DayCourse]] = ("", None, {})
        self._kept: tuple[object, HallPlots | None] = None, None

    def read(self, tx: Transaction) -> HallPlots | None:
        """Return the plots of the hall's open service day, kept for KEPT_SECONDS; None while it is closed."""
        key = self._office.corrected_now // (KEPT_SECONDS * 1_000_000), current_language()
        if self._kept[0] != key:
            self._kept = key, self._read(tx)
        return self._kept[1]

    def _read(self, tx: Transaction) -> HallPlots | None:
        office, now = self._office, self._office.corrected_now
        day = find_open_day(tx, office.settings.hall)
        if day is None:
            return None
        tickets = read_tickets_of_day(tx, office.settings.hall, day["day"])
        axis = _axis_of_day(office, day, tickets)
        by_category: dict[str, list[Row]] = {}
        for row in tickets:
            by_category.setdefault(row["category"], []).append(row)
        courses = {
            letter: compute_course(by_category[letter], axis.begin, QUARTER * MINUTE, now)
            for letter in sorted(by_category)
        }
        quarters = merge_courses([*courses.values()] or [compute_course((), axis.begin, QUARTER * MINUTE, now)])
        usual = self._read_usual(tx, day["day"], axis)
        loads = {
            organ["id"]: read_load(tx, organ["id"], axis.begin, HOUR * MINUTE, len(_hourly(quarters.taken)))
            for organ in tx.select("organs", order=("id",))
        }
        return HallPlots(
            waits=_plot_waits(axis, quarters, usual, read_promises(office, tx)),
            waiting=_plot_waiting(axis, quarters, usual),
            tickets=replace(
                axis.plot(HOUR, _hourly(quarters.taken), _hourly(quarters.served)),
                bars_name=_("tickets taken"),
                dots_name=_("served"),
                unit=_("an hour"),
            ),
            loads=plot_load(axis, list(loads.values())),
            categories={
                letter: _plot_waits(axis, course, (), (read_promise(office, tx, letter),))
                for letter, course in courses.items()
            },
            organs={organ: plot_load(axis, [load]) for organ, load in loads.items()},
            queues={organ: plot_queue(axis, load) for organ, load in loads.items()},
        )

    def _read_usual(self, tx: Transaction, day: str, axis: DayAxis) -> Sequence[DayCourse]:
        """Return the courses of the last service days before `day` on the same hours."""
        known_day, known_axis, courses = self._usual
        if (known_day, known_axis) == (day, axis):
            return list(courses.values())
        courses = {}
        hall = self._office.settings.hall
        for row in tx.query_all("hall.closed_days_before", hall=hall, day=day, many=USUAL_DAYS):
            tickets = read_tickets_of_day(tx, hall, row["day"])
            if tickets:
                opened = self._office.local_time(row["opened_at"])
                begin = opened.replace(hour=axis.first_hour, minute=0, second=0, microsecond=0)
                start = int(begin.timestamp()) * 1_000_000
                end = start + axis.hours * HOUR * MINUTE
                courses[start] = compute_course(tickets, start, QUARTER * MINUTE, end)
        self._usual = day, axis, courses
        return list(courses.values())


def read_waiting_plot(office: Office, tx: Transaction) -> DayPlot | None:
    """Return how many citizens have waited over the open service day; None while the hall is closed."""
    day = find_open_day(tx, office.settings.hall)
    if day is None:
        return None
    tickets = read_tickets_of_day(tx, office.settings.hall, day["day"])
    axis = _axis_of_day(office, day, tickets)
    course = compute_course(tickets, axis.begin, QUARTER * MINUTE, office.corrected_now)
    return _plot_waiting(axis, course, ())


def _axis_of_day(office: Office, day: Row, tickets: Sequence[Row]) -> DayAxis:
    first = office.local_time(tickets[0]["issued_at"]) if tickets else None
    return make_day_axis(office.local_time(day["opened_at"]), office.local_time(office.corrected_now), first)


def _plot_waiting(axis: DayAxis, course: DayCourse, usual: Sequence[DayCourse]) -> DayPlot:
    """Return how many citizens wait at the end of each quarter of an hour, with those of a usual day."""
    plot = axis.plot(QUARTER, _values(course.waiting), _average([day.waiting for day in usual]))
    return replace(plot, bars_name=_("waiting"), dots_name=_("usual") if usual else "", unit=_("persons"))


def plot_load(axis: DayAxis, loads: Sequence[OrganLoad]) -> DayPlot:
    """Return the tasks that came to organs, and were decided, in each hour."""
    arrived, decided = (_sum(load.arrived for load in loads), _sum(load.decided for load in loads))
    return replace(axis.plot(HOUR, arrived, decided), bars_name=_("came in"), dots_name=_("decided"), unit=_("an hour"))


def read_load_plot(office: Office, tx: Transaction, organ: str) -> DayPlot:
    """Return the tasks that came to an organ today, and were decided, in each hour."""
    now = office.local_time(office.corrected_now)
    axis = make_day_axis(now, now)
    hours = -(-(office.corrected_now - axis.begin) // (HOUR * MINUTE))
    return plot_load(axis, [read_load(tx, organ, axis.begin, HOUR * MINUTE, max(1, hours))])


def plot_queue(axis: DayAxis, load: OrganLoad) -> DayPlot:
    """Return the open tasks of an organ at the end of each hour."""
    return replace(axis.plot(HOUR, _values(load.open)), bars_name=_("open tasks"), unit=_("tasks"))


def _plot_waits(axis: DayAxis, course: DayCourse, usual: Sequence[DayCourse], promises: Sequence[int]) -> DayPlot:
    """Return the longest waits in minutes, with those of a usual day, or else with the average of today.

    The limit is the promise; where the categories have different ones, the shortest, and its name has the range.
    """
    shortest, longest = (promises[0], promises[-1]) if promises else (0, 0)
    name = _("promised {minutes} min") if shortest == longest else _("promised {minutes} to {longest} min")
    minutes = _minutes(course.longest)
    dots = _average([_minutes(day.longest) for day in usual]) if usual else _minutes(course.average)
    return replace(
        axis.plot(QUARTER, minutes, dots),
        bars_name=_("longest wait"),
        dots_name=_("usual") if usual else _("average"),
        unit=_("min"),
        limit=shortest or None,
        limit_name=name.format(minutes=shortest, longest=longest) if shortest else "",
    )


def _minutes(waits: Iterable[float | None]) -> Values:
    """Return waits in minutes, so that a plot changes only when a person can see it."""
    return tuple(None if wait is None else round(wait / MINUTE, 1) for wait in waits)


def _values(numbers: Iterable[float | None]) -> Values:
    return tuple(numbers)


def _hourly(quarters: Sequence[int]) -> Values:
    """Return the sum of each hour; the last one may have fewer quarters."""
    return tuple(sum(quarters[index : index + 4]) for index in range(0, len(quarters), 4))


def _sum(series: Iterable[Sequence[int]]) -> Values:
    return tuple(map(sum, zip(*series, strict=True)))


def _average(days: Sequence[Sequence[float | None]]) -> Values:
    """Return the average of each interval over days; None where no day has a value."""
    averages: list[float | None] = []
    for values in zip(*days, strict=True):
        known = [value for value in values if value is not None]
        averages.append(sum(known) / len(known) if known else None)
    return tuple(averages)
