"""Calendars of a catalogue: the working days of the city, and what differs from them at an organ."""

from __future__ import annotations

from datetime import date
from typing import Annotated

from pydantic import Field as Key

from clerk_app.catalogue.base_model import Id, SourcedModel
from clerk_app.catalogue.terms import WEEKDAYS, Weekday


class Calendar(SourcedModel):
    """The public holidays of one year and the weekend days worked in exchange (调休)."""

    year: Annotated[int, Key(ge=1990, le=2200)]
    holidays: tuple[date, ...] = ()
    working_weekends: tuple[date, ...] = ()
    published: bool = True


class OrganCalendar(SourcedModel):
    """What differs from the city's calendar at the organs that name this calendar.

    `weekdays` are all days of a normal week on which the organ works; the city's holidays and working weekends stay.
    `open_days` and `closed_days` are single dates, which precede everything else.
    """

    id: Id
    weekdays: tuple[Weekday, ...] = Key(WEEKDAYS[:5], min_length=1)
    open_days: tuple[date, ...] = ()
    closed_days: tuple[date, ...] = ()
