"""The next number of a ticket category: its range, its quota of the day, and its time bands."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import UTC, date, datetime, time
from typing import TYPE_CHECKING, get_args
from zoneinfo import ZoneInfo

from clerk_app.catalogue.publication import load_frame, read_hall, read_policy
from clerk_app.catalogue.terms import TicketClass, join_names
from clerk_app.errors import BadData, Refused
from db.engines import Transaction

if TYPE_CHECKING:
    from clerk_app.catalogue.hall import TicketCategoryDefinition, TimeBand

MAX_TICKET_SERIAL = 999  # highest number per category and day of a city without a section `hall`
_CATEGORY = re.compile("[A-F]")  # as in the settings of a machine


def local_time(tx: Transaction, at: int) -> datetime:
    """Return a time (microseconds UTC) by the clock of the city; by UTC before a catalogue was published."""
    try:
        zone = ZoneInfo(load_frame(tx).time_zone)
    except BadData:
        zone = ZoneInfo("UTC")
    return datetime.fromtimestamp(at / 1_000_000, UTC).astimezone(zone)


def head_start_minutes(tx: Transaction, ticket_class: str) -> int:
    """Return the head start of a ticket class in minutes. Raises Refused for a class that the city does not have."""
    hall = read_hall(tx)
    known = hall.ticket_class(ticket_class) if hall is not None else None
    if known is not None:
        return known.head_start_minutes
    if hall is not None or ticket_class not in get_args(TicketClass):
        raise Refused("priority", "Unknown ticket class: {name}", name=ticket_class)
    return read_policy(tx).head_start_minutes.of_class(ticket_class)


def choose_number(tx: Transaction, hall: str, day: str, letter: str) -> str:
    """Return the next number of a category on a service day. Raises Refused if there is none left."""
    category = _find_category(tx, letter)
    numbers = (category.number_prefix, category.first, category.last) if category else (letter, 1, MAX_TICKET_SERIAL)
    return _next_number(tx, hall, day, numbers)


def check_is_given_out(tx: Transaction, hall: str, day: str, letter: str, ticket_class: str, now: int) -> None:
    """Raise Refused, with what to do, if a category has no tickets of a class, or none at this time.

    A ticket with an appointment is given out in any case.
    """
    category, configuration = _find_category(tx, letter), read_hall(tx)
    if category is None or configuration is None:
        return
    if ticket_class not in configuration.classes_of(category):
        raise Refused(
            "class",
            "{category} has no tickets of this class. Please take an ordinary ticket, or ask at the reception.",
            category=join_names((category.name,)),
        )
    _check_quotas(tx, hall, day, category, _find_band(tx, category, now))


def _find_category(tx: Transaction, letter: str) -> TicketCategoryDefinition | None:
    """Return a category; None in a city without a section `hall`. Raises Refused if there is no such category."""
    configuration = read_hall(tx)
    category = configuration.category(letter) if configuration is not None else None
    if category is None and (configuration is not None or not _CATEGORY.fullmatch(letter)):
        raise Refused(
            "category", "There is no such category of tickets. Please choose another, or ask at the reception."
        )
    return category


def _next_number(tx: Transaction, hall: str, day: str, numbers: tuple[str, int, int]) -> str:
    """Return the number after the highest one that was given out in a range: prefix, first and last number."""
    prefix, first, last = numbers
    row = tx.query_one("hall.last_number", hall=hall, day=day, **_number_range(prefix, first, last))
    number = int(row["number"][len(prefix) :]) + 1 if row is not None and row["number"] else first
    if number > last:
        raise Refused("quota", "All numbers of this category are given out for today. Please ask at the reception.")
    return f"{prefix}{number:0{len(str(last))}d}"


def _number_range(prefix: str, first: int, last: int) -> dict[str, object]:
    digits = len(str(last))
    return {
        "low": f"{prefix}{first:0{digits}d}",
        "high": f"{prefix}{last:0{digits}d}",
        "characters": len(prefix) + digits,
    }


def _find_band(tx: Transaction, category: TicketCategoryDefinition, now: int) -> TimeBand | None:
    """Return the band at a time; None for a category without bands. Raises Refused outside of the bands."""
    if not category.bands:
        return None
    clock = f"{local_time(tx, now):%H:%M}"
    for band in category.bands:
        if band.from_ <= clock < band.to:
            return band
    raise _next_band(category, [band for band in category.bands if band.from_ > clock])


def _next_band(category: TicketCategoryDefinition, later: Sequence[TimeBand]) -> Refused:
    """Return the refusal that names the next band of today, or the first one of the next day."""
    name = join_names((category.name,))
    if later:
        return Refused(
            "band", "There are tickets for {category} again from {time} on today.", category=name, time=later[0].from_
        )
    return Refused(
        "band",
        "There are no more tickets for {category} today. On the next opening day they are given out from {time} on.",
        category=name,
        time=category.bands[0].from_,
    )


def _check_quotas(
    tx: Transaction, hall: str, day: str, category: TicketCategoryDefinition, band: TimeBand | None
) -> None:
    """Raise Refused if the quota of the day or of the band was given out. A void ticket does not count."""
    band_quota = band.quota if band is not None else None
    if category.quota is None and band_quota is None:
        return
    begin, end = _band_limits(tx, day, band)
    numbers = _number_range(category.number_prefix, category.first, category.last)
    counted = tx.query_one("hall.count_issued", hall=hall, day=day, begin=begin, end=end, **numbers) or {}
    if category.quota is not None and (counted.get("issued") or 0) >= category.quota:
        raise Refused(
            "quota",
            "Today's {count} tickets for {category} are given out. Please come another day, or ask at the reception.",
            count=category.quota,
            category=join_names((category.name,)),
        )
    if band is not None and band_quota is not None and (counted.get("in_band") or 0) >= band_quota:
        raise _next_band(category, [later for later in category.bands if later.from_ >= band.to])


def _band_limits(tx: Transaction, day: str, band: TimeBand | None) -> tuple[int, int]:
    """Return begin and end of a band on a local date (microseconds UTC); (0, 0) without one."""
    return (local_moment(tx, day, band.from_), local_moment(tx, day, band.to)) if band is not None else (0, 0)


def local_moment(tx: Transaction, day: str, clock: str) -> int:
    """Return the time (microseconds UTC) of a clock time such as 08:30 on a local date. Raises ValueError."""
    moment = datetime.combine(date.fromisoformat(day), time.fromisoformat(clock), local_time(tx, 0).tzinfo)
    return int(moment.timestamp()) * 1_000_000
