"""Prepares a sample city for a simulated hall: colleagues and their windows, categories, a long lease of windows."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from random import Random
from zoneinfo import ZoneInfo

from clerk_app.catalogue.hall import TicketCategoryDefinition
from clerk_app.catalogue.loader import SAMPLE_CITY, load_folder
from clerk_app.catalogue.policy import CityPolicy
from clerk_app.catalogue.publication import PublishCatalogue
from clerk_app.catalogue.working_days import WorkingDays
from clerk_app.composition.office import STORE_FILE, Office, open_office
from clerk_app.demo.hall.acts import Colleague
from clerk_app.demo.hall.data import HallData
from clerk_app.demo.kept_city import open_or_build
from clerk_app.hall.windows import RegisterWindow, parse_categories
from clerk_app.ledger.door import system_clock
from clerk_app.people.permissions import SYSTEM
from clerk_app.people.staff import RegisterStaff, hash_pin
from db.files import replace_file

PIN = "471902"  # of everybody in the sample city
_FIRST_WINDOW = 2  # window 1 is left to the person at the screen
_LEASE_MINUTES = 480  # of a window: a person at a counter renews it by the clock of the machine, which is slower
_SETUP = timedelta(minutes=20)  # the city is built so long before its hall opens
_MICROSECONDS = 1_000_000
_NEWEST = 500  # entries whose latest time counts


def register_colleagues(office: Office, data: HallData, rng: Random) -> tuple[Colleague, ...]:
    """Return the windows of the colleagues; register those that are missing, and the clerks.

    A window that exists keeps its categories.
    """
    with office.store.read() as tx:
        windows = {row["id"]: row for row in tx.select("windows")}
        staff = {row["id"] for row in tx.select("staff")}
    groups = [group.categories for group in data.windows for _ in range(group.count)]
    pin_hash = ""
    colleagues = []
    for number, categories in enumerate(groups, _FIRST_WINDOW):
        window, person = f"w{number}", f"11{number:02d}"
        name = rng.choice(data.surnames) + rng.choice(data.given_names)
        if person not in staff:
            pin_hash = pin_hash or hash_pin(PIN)  # slow
            register_staff = RegisterStaff(
                id=person, number=person, name=name, role="clerk", pin_hash=pin_hash, organ=office.settings.centre
            )
            office.door.perform(register_staff, SYSTEM)
        if window not in windows:
            place = {"hall": office.settings.hall, "site": office.settings.centre}
            office.door.perform(
                RegisterWindow(id=window, name=f"{number}号窗口", categories=categories, **place), SYSTEM
            )
        known = windows.get(window)
        letters = "".join(sorted(parse_categories(known["categories"]))) if known else categories
        colleagues.append(Colleague(window, person, letters))
    return tuple(colleagues)


def open_hall_city(folder: Path, data: HallData, clock: Callable[[], int]) -> Office:
    """Open the city in `folder`, and build it for the hall if it is missing. Raises BadData, OutOfReach."""
    is_new = not (folder / STORE_FILE).exists()
    office = open_or_build(folder, clock=clock)
    if is_new:
        _add_categories(office, data)
        _publish_catalogue(office, data)
        office.store.close()
        office = open_or_build(folder, clock=clock)
    return office


def _add_categories(office: Office, data: HallData) -> None:
    """Add the categories that the settings lack."""
    known = {category.letter for category in office.settings.categories}
    path = office.folder / "office.toml"
    text = path.read_text("utf-8").rstrip("\n")
    for category in data.categories:
        if category.letter not in known:
            names = f"{{zh = {json.dumps(category.name.zh)}, en = {json.dumps(category.name.en)}}}"
            text += f'\n\n[[categories]]\nletter = "{category.letter}"\nname = {names}'
    replace_file(path, f"{text}\n".encode())


def _publish_catalogue(office: Office, data: HallData) -> None:
    """Publish the catalogue of the city with the categories of the hall and a long lease of windows."""
    catalogue = office.catalogue()
    changes: dict[str, object] = {"version": catalogue.version + 1}
    policy = catalogue.policy or CityPolicy()
    changes["policy"] = policy.model_copy(update={"window_lease_minutes": _LEASE_MINUTES})
    if (hall := catalogue.hall) is not None:
        more = tuple(
            TicketCategoryDefinition(letter=category.letter, name=category.name)
            for category in data.categories
            if hall.category(category.letter) is None
        )
        changes["hall"] = hall.model_copy(update={"categories": (*hall.categories, *more)})
    changed = catalogue.model_copy(update=changes)
    content = changed.to_bytes().decode()
    office.door.perform(PublishCatalogue(catalogue=changed.id, version=changed.version, content=content), SYSTEM)


def choose_day(folder: Path, data: HallData) -> date:
    """Return the local date of the next day to simulate in a city.

    In a new city it is the last working day before today, so that no entry is dated later than the clock of the
    machine; in a city with entries, the first working day after the newest one.
    """
    catalogue = load_folder(SAMPLE_CITY)
    days, zone = WorkingDays(catalogue.calendars), ZoneInfo(catalogue.time_zone)
    newest = _newest_entry(folder)
    if newest is None:
        day = datetime.fromtimestamp(system_clock() / _MICROSECONDS, UTC).astimezone(zone).date() - timedelta(days=1)
        while not days.is_working_day(day):
            day -= timedelta(days=1)
        return day
    latest = datetime.fromtimestamp(newest / _MICROSECONDS, UTC).astimezone(zone)
    opens = datetime.combine(latest.date(), data.opens, zone) - _SETUP
    return days.next_working_day(latest.date() if latest < opens else latest.date() + timedelta(days=1))


def _newest_entry(folder: Path) -> int | None:
    """Return the time of the newest entries of the city (microseconds UTC); None in a folder without a store."""
    if not (folder / STORE_FILE).exists():
        return None
    office = open_office(folder, read_only=True)
    try:
        with office.store.read() as tx:
            row = tx.query_one("ledger.latest_time_of_entries", after=0, many=_NEWEST)
        return int(row["at"]) if row is not None and row["at"] is not None else None
    finally:
        office.store.close()


def find_day(moment: int) -> date:
    """Return the local date of a time in the city (microseconds UTC)."""
    zone = ZoneInfo(load_folder(SAMPLE_CITY).time_zone)
    return datetime.fromtimestamp(moment / _MICROSECONDS, UTC).astimezone(zone).date()


def local_moment(day: date, at: time) -> int:
    """Return a local time of the city as microseconds UTC."""
    zone = ZoneInfo(load_folder(SAMPLE_CITY).time_zone)
    return int(datetime.combine(day, at, zone).timestamp()) * _MICROSECONDS


def first_moment(day: date, data: HallData) -> int:
    """Return the time at which the clock of a simulated day begins: some minutes before the hall opens."""
    return local_moment(day, data.opens) - int(_SETUP.total_seconds()) * _MICROSECONDS


def plan_arrivals(day: date, data: HallData, rng: Random) -> Iterator[int]:
    """Return the times at which the visitors of a day arrive, in order (microseconds UTC)."""
    starts = sorted(data.arrivals)
    ends = [*starts[1:], data.closes]
    spans = [(local_moment(day, start), local_moment(day, end)) for start, end in zip(starts, ends, strict=True)]
    chosen = rng.choices(spans, [data.arrivals[start] for start in starts], k=data.visitors)
    return iter(sorted(rng.randrange(start, end) for start, end in chosen))


def endless_arrivals(begin: int, data: HallData, rng: Random) -> Iterator[int]:
    """Yield the times at which visitors arrive at a constant rate (microseconds UTC)."""
    at = float(begin)
    while data.visitors_per_hour:
        at += rng.expovariate(data.visitors_per_hour) * 3600 * _MICROSECONDS
        yield int(at)
