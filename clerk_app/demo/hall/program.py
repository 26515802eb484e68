"""Runs the day of a large hall in a process of its own, while screens of other processes show it."""

from __future__ import annotations

import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from random import Random

from clerk_app.composition.office import Office, open_office
from clerk_app.composition.schedule import run_due_commands
from clerk_app.demo.hall.acts import HallActs
from clerk_app.demo.hall.city import (
    choose_day,
    find_day,
    first_moment,
    local_moment,
    open_hall_city,
    plan_arrivals,
    register_colleagues,
)
from clerk_app.demo.hall.clock import HallClock, find_city_clock, read_clock, stop_clock, write_clock
from clerk_app.demo.hall.data import HallData, load_hall_data
from clerk_app.demo.hall.day import MINUTE, HallDay
from clerk_app.errors import BadData
from clerk_app.ledger.door import system_clock
from clerk_app.log import log_event, log_to
from db.files import open_private

LOG_FILE = "hall.log"
_SCHEDULE = 10 * MINUTE  # between two searches for due commands
_REST = 15 * MINUTE  # after the end of the day, before the clock of the machine counts again


def prepare_day(folder: Path, data: HallData, speed: float) -> HallClock:
    """Build or open the city in `folder` for the next day of its hall; return the clock of the day, which starts now.

    Raises BadData, OutOfReach.
    """
    day = choose_day(folder, data)
    begins_at = first_moment(day, data)
    office = open_hall_city(folder, data, lambda: begins_at)
    register_colleagues(office, data, Random(day.toordinal()))  # noqa: S311 - invented names
    office.store.close()
    ends_at = local_moment(day, data.day_ends) + _REST
    clock = HallClock(started_at=system_clock(), begins_at=begins_at, ends_at=ends_at, speed=speed)
    write_clock(folder, clock)
    return clock


def plan_day(office: Office, data: HallData, seed: int, begins_at: int) -> HallDay:
    """Return the events of a day: arrivals, windows, breaks, officers, the schedule and the end."""
    day, rng = find_day(begins_at), Random(seed)  # noqa: S311 - a simulation, repeated from its seed
    colleagues = register_colleagues(office, data, Random(day.toordinal()))  # noqa: S311
    hall = HallDay(HallActs(office, data, rng), data, rng, colleagues, plan_arrivals(day, data, rng))
    opens_at = local_moment(day, data.opens)
    hall.plan_regularly(begins_at, _SCHEDULE, partial(run_due_commands, office))
    hall.begin(opens_at)
    if data.lunch is not None:
        hall.plan_lunch(local_moment(day, data.lunch.starts), data.lunch.minutes * MINUTE)
    hall.plan_officers(opens_at)
    hall.plan_end(local_moment(day, data.day_ends))
    return hall


def perform_events(hall: HallDay, seconds_until: Callable[[int], float], stopped: threading.Event) -> None:
    """Perform the events of a hall, each when its time has come, until the last one or until `stopped` is set."""
    while not stopped.is_set() and (at := hall.next_at) is not None:
        if (seconds := seconds_until(at)) > 0 and stopped.wait(seconds):
            return
        hall.perform_next()


def _perform_day(hall: HallDay, clock: HallClock, stopped: threading.Event) -> None:
    """Perform the events of a day. Leave out the rest if this machine is so slow that the clock of the day has ended.

    Otherwise its entries would be dated on the day of the machine.
    """

    def seconds_until(at: int) -> float:
        now = system_clock()
        if not clock.is_running(now):
            stopped.set()
        return clock.seconds_until(at, now)

    perform_events(hall, seconds_until, stopped)
    if hall.next_at is not None and not clock.is_running(system_clock()):
        hall.end_now()


def run_day(folder: Path, seed: int, stopped: threading.Event) -> None:
    """Run the day of the hall in `folder`, whose clock `prepare_day` has started. Raises BadData without a clock."""
    clock = read_clock(folder)
    if clock is None:
        raise BadData("There is no day to run in {folder}.", folder=folder)
    office = open_office(folder, clock=find_city_clock(folder))
    with log_to(folder):
        hall = plan_day(office, load_hall_data(), seed, clock.begins_at)
        try:
            _perform_day(hall, clock, stopped)
        finally:
            stop_clock(folder, system_clock())
            log_event("hall", "ended", **hall.counts)
            office.store.close()


@contextmanager
def background_day(folder: Path, seed: int) -> Iterator[subprocess.Popen[bytes]]:
    """Run the day in a child process until the end of the block; it ends also when this process is killed."""
    command = [sys.executable, "-m", "clerk_app.demo.hall", str(folder), str(seed)]
    with open_private(folder / LOG_FILE, "ab") as out:
        process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=out, stderr=out, start_new_session=True)
    try:
        yield process
    finally:
        if process.stdin is not None:
            process.stdin.close()
        try:
            process.wait(10)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def serve_day(folder: Path, seed: int) -> None:
    """Run the day until it is over or stdin is closed. The entry point of the process."""
    stopped = threading.Event()

    def await_end_of_input() -> None:
        sys.stdin.buffer.read()
        stopped.set()

    threading.Thread(target=await_end_of_input, name="end of input", daemon=True).start()
    run_day(folder, seed, stopped)
