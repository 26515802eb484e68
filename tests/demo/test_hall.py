"""The simulated hall: a day through the real door, its clock, and life around a person in the sample city."""

from __future__ import annotations

import re
import shutil
import sys
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime, time
from pathlib import Path
from random import Random

import pytest

from clerk_app.composition.office import Office, open_office
from clerk_app.demo.hall.acts import HallActs
from clerk_app.demo.hall.city import choose_day, first_moment, local_moment, open_hall_city
from clerk_app.demo.hall.clock import HallClock, find_city_clock, is_day_running, stop_clock, write_clock
from clerk_app.demo.hall.data import LARGE_HALL, SAMPLE_HALL, HallData, WindowGroup, load_hall_data
from clerk_app.demo.hall.day import MINUTE, HallDay
from clerk_app.demo.hall.living import plan_life
from clerk_app.demo.hall.program import plan_day
from clerk_app.errors import BadData
from clerk_app.hall.windows import SetWindowState
from clerk_app.ledger.door import system_clock
from tests.clock import Clock
from tests.office import find_faults
from tests.terminal.pty_terminal import Terminal

WHOLE = load_hall_data()
SMALL = WHOLE.model_copy(
    update={
        "visitors": 12,
        "windows": (WindowGroup(categories="ABC", count=3),),
        "categories": WHOLE.categories[:3],
        "lunch": None,
        "arrivals": {time(8, 30): 1.0},
        "closes": time(9),
        "day_ends": time(9, 30),
    }
)
CLOCK = HallClock(started_at=1_000, begins_at=10**9, ends_at=10**9 + 600 * 10**6, speed=60)
SUPERVISOR = "3001"


class SimulatedDay:
    """A day of a hall in a copy of the sample city, under a clock that jumps from event to event."""

    def __init__(self, folder: Path, data: HallData, seed: int = 1) -> None:
        self.date = choose_day(folder, data)
        self.begins_at = first_moment(self.date, data)
        self.clock = Clock("2026-05-06 08:00")
        self.clock.now = self.begins_at
        self.office = open_office(folder, clock=self.clock)
        self.data = data
        self.hall = plan_day(self.office, data, seed, self.begins_at)

    def run(self, until: int = 10**18) -> Counter[str]:
        """Perform the events up to a time; return what was counted."""
        run_events(self.hall, self.clock, until)
        return self.hall.counts

    def states(self, table: str) -> Counter[str]:
        """Return how many tickets or windows of the day are in each state."""
        day = self.date.isoformat()
        with self.office.store.read() as tx:
            rows = [row for row in tx.select(table) if row.get("day", day) == day]
        return Counter(str(row["state"]) for row in rows)


def run_events(hall: HallDay, clock: Clock, until: int) -> None:
    """Perform the events of a hall up to a time; the clock is set to the time of each."""
    while (at := hall.next_at) is not None and at <= until:
        clock.now = max(clock.now, at)
        hall.perform_next()


@pytest.fixture
def day(city_folder: Path) -> Iterator[SimulatedDay]:
    """A day with 12 visitors."""
    simulated = SimulatedDay(city_folder, SMALL)
    yield simulated
    simulated.office.store.close()


@pytest.fixture(scope="module")
def past_day(built_city: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[SimulatedDay]:
    """A day with 12 visitors that is over."""
    folder = tmp_path_factory.mktemp("past") / "city"
    simulated = SimulatedDay(Path(shutil.copytree(built_city, folder)), SMALL)
    simulated.run()
    yield simulated
    simulated.office.store.close()


def test_a_day_ends_with_every_visitor_served_and_an_intact_log(past_day: SimulatedDay) -> None:
    counts = past_day.hall.counts
    assert (counts["tickets"], counts["refused"]) == (12, 0)
    assert counts["visits"] + counts["absent"] >= 12  # a visitor who missed the calls is called once more
    assert "waiting" not in past_day.states("tickets")
    assert set(past_day.states("windows")) == {"closed"}
    assert find_faults(past_day.office.store) == []


def test_every_entry_of_a_day_is_dated_on_that_day(past_day: SimulatedDay) -> None:
    with past_day.office.store.read() as tx:
        latest = tx.query_one("ledger.latest_time_of_entries", after=0, many=1)
    assert latest is not None
    assert past_day.begins_at < latest["at"] < local_moment(past_day.date, SMALL.day_ends) + MINUTE


@pytest.mark.wide
def test_a_window_that_the_supervisor_closed_is_opened_again_by_its_clerk(day: SimulatedDay) -> None:
    opened = local_moment(day.date, SMALL.opens) + 3 * MINUTE
    day.run(opened)
    day.office.door.perform(SetWindowState(window="w2", state="closed"), SUPERVISOR)
    day.run(opened + 8 * MINUTE)
    with day.office.store.read() as tx:
        window = tx.get("windows", id="w2")
    assert window is not None
    assert window["state"] == "open"


@pytest.mark.wide
def test_a_window_that_the_supervisor_paused_stays_paused_until_the_supervisor_ends_it(day: SimulatedDay) -> None:
    paused = local_moment(day.date, SMALL.opens) + 3 * MINUTE
    states = []
    day.run(paused)
    for state, minutes in (("paused", 20), ("open", 40)):
        day.office.door.perform(
            SetWindowState(window="w2", state=state, reason="fault" * (state == "paused")), SUPERVISOR
        )
        day.run(paused + minutes * MINUTE)
        with day.office.store.read() as tx:
            states.append(tx.select("windows", id="w2")[0]["state"])
    assert states == ["paused", "open"]


@pytest.mark.wide
def test_a_seed_determines_the_day(built_city: Path, tmp_path: Path) -> None:
    data = SMALL.model_copy(update={"visitors": 60, "acceptances": 0.5})
    stories = []
    for run in range(2):
        folder = Path(shutil.copytree(built_city, tmp_path / str(run)))
        simulated = SimulatedDay(folder, data)
        counts = simulated.run()
        with simulated.office.store.read() as tx:
            calls = [(row["number"], row["state"]) for row in tx.select("tickets", order=("id",))]
        simulated.office.store.close()
        stories.append((counts, calls))
    assert stories[0] == stories[1]
    assert stories[0][0]["cases"] > 5
    assert stories[0][0]["decisions"] > 5


def test_the_first_day_of_a_new_city_is_over_before_today(tmp_path: Path) -> None:
    day = choose_day(tmp_path / "none", WHOLE)
    assert local_moment(day, WHOLE.day_ends) < system_clock()


@pytest.mark.parametrize("path", [LARGE_HALL, SAMPLE_HALL], ids=lambda path: path.parent.name)
def test_the_figures_of_a_hall_are_complete(path: Path) -> None:
    data = load_hall_data(path)
    served = {letter for group in data.windows for letter in group.categories}
    assert served >= {category.letter for category in data.categories}


def test_a_mistake_in_the_figures_is_named_by_file_and_place(tmp_path: Path) -> None:
    text = LARGE_HALL.read_text("utf-8").replace("no_shows: 0.04", "no_shows: 4")
    (tmp_path / "hall.yaml").write_text(text, "utf-8")
    with pytest.raises(BadData, match=r"hall\.yaml: no_shows"):
        load_hall_data(tmp_path / "hall.yaml")


def test_the_clock_of_a_day_never_goes_back() -> None:
    ends = CLOCK.started_at + 10 * 10**6
    times = [CLOCK.at(now) for now in (0, 1_000, 5 * 10**6, ends - 1, ends, ends + 1, 2 * 10**9, 3 * 10**9)]
    assert times == sorted(times)


def test_the_clock_of_the_machine_counts_after_a_day_of_the_past() -> None:
    now = 10 * CLOCK.ends_at
    past = HallClock(started_at=now, begins_at=CLOCK.begins_at, ends_at=CLOCK.ends_at, speed=60)
    assert [past.at(now + seconds * 10**6) for seconds in (9, 20)] == [10**9 + 540 * 10**6, now + 20 * 10**6]


def test_the_clock_of_a_day_runs_at_its_speed() -> None:
    assert CLOCK.at(CLOCK.started_at + 10**6) == CLOCK.begins_at + 60 * 10**6
    assert CLOCK.seconds_until(CLOCK.begins_at + 90 * 10**6, CLOCK.started_at) == 1.5


def test_a_stopped_day_leaves_the_clock_where_it_was(tmp_path: Path) -> None:
    now = system_clock()
    begins_at = int(datetime(2100, 1, 1, tzinfo=UTC).timestamp()) * 10**6
    write_clock(tmp_path, HallClock(started_at=now - 10**6, begins_at=begins_at, ends_at=begins_at + 10**12, speed=1))
    stop_clock(tmp_path, now)
    assert begins_at < find_city_clock(tmp_path)() < begins_at + 60 * 10**6
    assert not is_day_running(tmp_path)


def test_colleagues_leave_visitors_and_the_first_window_to_the_person(office: Office) -> None:
    clock = Clock("2026-05-06 08:00")
    clock.now = office.now
    office.door.clock = clock
    hall = plan_life(office, seed=1)
    run_events(hall, clock, clock.now + 12 * MINUTE)
    with office.store.read() as tx:
        waiting = tx.query_all("hall.waiting_tickets", hall=office.settings.hall)
        visited = {row["window_id"] for row in tx.select("visits")}
    assert len(waiting) >= load_hall_data(SAMPLE_HALL).left_waiting
    assert hall.counts["visits"] > 2
    assert visited <= {"w2", "w3"}


@pytest.mark.wide
def test_a_large_hall_gives_out_tickets_of_each_of_its_categories(tmp_path: Path) -> None:
    day = choose_day(tmp_path / "city", WHOLE)
    clock = Clock("2026-05-06 08:00")
    clock.now = first_moment(day, WHOLE)
    office = open_hall_city(tmp_path / "city", WHOLE, clock)
    acts = HallActs(office, WHOLE, Random(1))
    numbers = [acts.take_ticket(category.letter, "ordinary") for category in WHOLE.categories]
    office.store.close()
    assert [number[0] for number in numbers] == [category.letter for category in WHOLE.categories]


@pytest.mark.wide
def test_screens_of_a_kept_city_show_the_day_that_runs_in_the_background(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "clerk_app", "--language", "en", "demo"]
    kept = ["--keep", str(tmp_path / "city")]
    with Terminal([*command, "--hall", *kept, "--speed", "120"], columns=140, lines=40) as supervisor:
        supervisor.wait_for("Staff number")
        supervisor.send(SUPERVISOR, "Enter", "471902", "Enter")
        supervisor.wait_for("4 Windows 24/25")
        with Terminal([*command, *kept], columns=140, lines=40) as counter:
            counter.wait_for("Staff number")
            counter.send("1001", "Enter", "471902", "Enter")
            counter.wait_for("calls the next of")
            counter.send("F2")
            counter.wait_for("scans the code")
        with Terminal([*command, *kept, "--screen", "board"], columns=140, lines=40) as board:
            board.wait_for(lambda text: re.search(r"[A-F]\d{3}", text) is not None)
        supervisor.wait_for("4 Windows 25/25")
        supervisor.send("^Q")
        supervisor.wait_for_exit()
    assert not is_day_running(tmp_path / "city")


@pytest.mark.wide
def test_the_demo_has_colleagues_who_serve(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "clerk_app", "--language", "en", "demo", "--keep", str(tmp_path / "city")]
    with Terminal(command, columns=140, lines=40) as terminal:
        terminal.wait_for("Staff number")
        terminal.send("1001", "Enter", "471902", "Enter")
        terminal.wait_for("Window 2  not manned")
        terminal.wait_for(lambda text: "Window 2  not manned" not in text and "Window 3  not manned" not in text)
