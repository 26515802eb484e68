"""Measures of a hall's day: waits, ways, services, idle windows, and ends without service."""

from __future__ import annotations

from pathlib import Path

import pytest

from clerk_app.cli import main
from clerk_app.cli.csv_file import escape_cell
from clerk_app.hall.calls import ServeWalkIn
from clerk_app.hall.day_measures import MeasureRow, compute_measures, describe_times
from db.hall_reports import find_day, read_day
from tests.office import SampleOffice
from tests.sample_data import HALL


def measure(office: SampleOffice, grouping: str = "all") -> dict[str, MeasureRow]:
    day = find_day(office.store, HALL)
    assert day is not None
    rows = compute_measures(
        read_day(office.store, day), office.office.now, lambda at: office.office.local_time(at).hour
    )
    return {row.key: row for row in rows if row.grouping == grouping}


def serve_one(office: SampleOffice, *, wait: float, way: float, service: float, window: str = "w1") -> None:
    """Take a ticket, call it after `wait` minutes, identify after `way`, finish after `service`."""
    office.take_ticket()
    office.clock.advance(minutes=wait)
    office.call_next(window)
    office.clock.advance(minutes=way)
    office.identify(office.open_visit_at(window), "mother", "clerk-1")
    office.clock.advance(minutes=service)
    office.move_ticket("finish", window)


def test_wait_way_and_service_are_measured_apart(office: SampleOffice) -> None:
    serve_one(office, wait=5, way=1, service=4)
    row = measure(office)[""]
    parts = [part.mean for part in (row.wait, row.way, row.service)]
    assert [round(each / 60) for each in parts if each is not None] == [5, 1, 4]


def test_a_person_without_a_ticket_has_neither_wait_nor_way(office: SampleOffice) -> None:
    office.door.perform(ServeWalkIn(window="w1"), "clerk-1")
    row = measure(office)[""]
    assert (row.visits, row.wait.count, row.way.count) == (1, 0, 0)


def test_each_group_has_its_own_figures(office: SampleOffice) -> None:
    serve_one(office, wait=2, way=1, service=3)
    assert set(measure(office, "category")) == {"A"}
    assert set(measure(office, "window")) == {"w1"}
    assert set(measure(office, "clerk")) == {"clerk-1"}


def test_ninety_of_a_hundred_waits_do_not_exceed_the_quantile() -> None:
    assert describe_times([float(number) for number in range(1, 101)]).p90 == 90


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@a", "\tx", "＝1"])
def test_no_cell_is_read_as_a_formula(text: str) -> None:
    assert escape_cell(text) == f"'{text}"


def test_the_measures_are_written_for_a_spreadsheet(office: SampleOffice, tmp_path: Path) -> None:
    serve_one(office, wait=5, way=1, service=4)
    folder, file = office.office.folder, tmp_path / "day.csv"
    assert main(["--language", "en", "--office", str(folder), "hall", "measures", "--csv", str(file)]) == 0
    lines = file.read_bytes().decode("utf-8").splitlines()
    assert lines[0].startswith("\ufeffgroup,name,visits,wait mean (min)")
    assert lines[1].startswith("whole hall,,1,5.0,5.0,5.0,1.0,1.0,1.0,4.0")
