"""The calendar that counts for the legal dates of a case: working days of the city and of each organ, and a version."""

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import lru_cache
from hashlib import sha256
from operator import attrgetter
from typing import TYPE_CHECKING

import msgspec

from clerk_app.catalogue.working_days import WorkingDays

if TYPE_CHECKING:
    from clerk_app.catalogue.calendars import OrganCalendar
    from clerk_app.catalogue.model import Catalogue


class LegalCalendar(msgspec.Struct, frozen=True):
    """The working days that count for legal dates, the version of their calendars, and the time zone of the city.

    `working` are those of the city; `by_organ` has the organs with a calendar of their own.
    """

    working: WorkingDays
    version: str
    zone: str
    by_organ: Mapping[str, WorkingDays]

    def working_days_of(self, organ: str) -> WorkingDays:
        """Return the working days by which the periods of an organ end."""
        return self.by_organ.get(organ, self.working)


@lru_cache(maxsize=32)
def build_calendar(catalogue: Catalogue, newest: Catalogue) -> LegalCalendar:
    """Return the calendar of a case under `catalogue` while `newest` is in force."""
    years = {calendar.year: calendar for calendar in (*catalogue.calendars, *newest.calendars) if calendar.published}
    organs = {**_organ_calendars(catalogue), **_organ_calendars(newest)}
    return LegalCalendar(
        WorkingDays(years.values()),
        calendar_version(newest),
        catalogue.time_zone,
        {organ: WorkingDays(years.values(), own) for organ, own in organs.items() if own is not None},
    )


@lru_cache(maxsize=32)
def calendar_version(catalogue: Catalogue) -> str:
    """Return a digest of the published calendars of a catalogue: equal calendars have the same version."""
    calendars: list[object] = [
        (
            calendar.year,
            *(sorted(day.isoformat() for day in days) for days in (calendar.holidays, calendar.working_weekends)),
        )
        for calendar in sorted(catalogue.calendars, key=attrgetter("year"))
        if calendar.published
    ]
    calendars += [
        (
            organ,
            sorted(own.weekdays),
            *(sorted(day.isoformat() for day in days) for days in (own.open_days, own.closed_days)),
        )
        for organ, own in sorted(_organ_calendars(catalogue).items())
        if own is not None
    ]
    return sha256(json.dumps(calendars).encode()).hexdigest()[:16]


def _organ_calendars(catalogue: Catalogue) -> dict[str, OrganCalendar | None]:
    """Return the calendar of each organ of a catalogue, None for that of the city."""
    calendars = {calendar.id: calendar for calendar in catalogue.organ_calendars}
    return {organ.id: calendars.get(organ.calendar) if organ.calendar else None for organ in catalogue.organs}
