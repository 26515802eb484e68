"""Measures of a hall's day: waits, ways, services, idle windows, and ends without service."""

from __future__ import annotations

from pathlib import Path

import pytest
from msgspec.structs import replace

from clerk_app.cli import main
from clerk_app.hall.calls import ServeWalkIn
from clerk_app.hall.day_measures import describe_times
from clerk_app.hall.day_report import count_causes, report_day
from clerk_app.hall.service_days import CloseServiceDay
from clerk_app.roles.csv_file import escape_cell
from clerk_app.roles.measure_table import describe_materials
from clerk_app.roles.supervisor.service import OfficeSupervisor
from db.hall_reports import ReportedCause
from tests.engines import both_engines, postgresql_wide
from tests.hall.measured import measure
from tests.office import SampleOffice, paper_materials
from tests.sample_data import HALL


def serve_one(office: SampleOffice, *, wait: float, way: float, service: float, window: str = "w1") -> None:
    """Take a ticket, call it after `wait` minutes, identify after `way`, finish after `service`."""
    office.take_ticket()
    office.clock.advance(minutes=wait)
    office.call_next(window)
    office.clock.advance(minutes=way)
    office.identify(office.open_visit_at(window), "mother", "clerk-1")
    office.clock.advance(minutes=service)
    office.move_ticket("finish", window)


@postgresql_wide
def test_wait_way_and_service_are_measured_apart(office: SampleOffice) -> None:
    serve_one(office, wait=5, way=1, service=4)
    row = measure(office)[""]
    parts = [part.mean for part in (row.wait, row.way, row.service)]
    assert [round(each / 60) for each in parts if each is not None] == [5, 1, 4]


@postgresql_wide
def test_a_person_without_a_ticket_has_neither_wait_nor_way(office: SampleOffice) -> None:
    office.door.perform(ServeWalkIn(window="w1"), "clerk-1")
    row = measure(office)[""]
    assert (row.visits, row.wait.count, row.way.count) == (1, 0, 0)


@postgresql_wide
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


@postgresql_wide
def test_the_measures_are_written_for_a_spreadsheet(office: SampleOffice, tmp_path: Path) -> None:
    serve_one(office, wait=5, way=1, service=4)
    folder, file = office.office.folder, tmp_path / "day.csv"
    assert main(["--language", "en", "--office", str(folder), "hall", "measures", "--csv", str(file)]) == 0
    lines = file.read_bytes().decode("utf-8").splitlines()
    assert lines[0].startswith("\ufeffgroup,name,visits,wait mean (min)")
    assert lines[1].startswith("whole hall,,1,5.0,5.0,5.0,1.0,1.0,1.0,4.0")


def test_a_day_reckoned_by_hand_has_these_figures(office: SampleOffice) -> None:
    """Four visits: waits of 2, 4, 9 and 1 minutes; ways of 1, 1 and 2, services of 3, 5 and 6; one left unserved."""
    for wait, way, service in ((2, 1, 3), (4, 1, 5), (9, 2, 6)):
        serve_one(office, wait=wait, way=way, service=service)
    office.take_ticket()
    office.clock.advance(minutes=1)
    office.call_next()
    office.move_ticket("unserved")
    row = measure(office, "window")["w1"]
    minutes = [
        [None if value is None else round(value / 60) for value in (part.mean, part.median, part.p90)]
        for part in (row.wait, row.way, row.service)
    ]
    assert minutes == [[4, 3, 9], [1, 1, 2], [5, 5, 6]]
    assert (row.visits, row.unserved) == (4, 1)


def test_a_visit_after_which_the_ticket_waits_again_is_counted_as_requeued(office: SampleOffice) -> None:
    office.take_ticket()
    office.call_next()
    for act in ("recall", "recall", "no_show"):
        office.move_ticket(act)
    serve_one(office, wait=1, way=1, service=1)
    row = measure(office, "window")["w1"]
    assert (row.visits, row.service.count, row.unserved, row.requeued) == (2, 1, 0, 1)


@both_engines
def test_page_and_command_have_the_same_figures(office: SampleOffice, tmp_path: Path) -> None:
    serve_one(office, wait=5, way=1, service=4)
    office.door.perform(CloseServiceDay(hall=HALL, day="2026-05-06"), "supervisor")  # idle times end
    supervisor = OfficeSupervisor(office.office, office.select("staff", id="supervisor")[0])
    day = supervisor.read_measures().day
    supervisor.write_measures(day, str(tmp_path / "page.csv"))
    folder = str(office.office.folder)
    assert main(["--office", folder, "hall", "measures", "--csv", str(tmp_path / "command.csv")]) == 0
    assert (tmp_path / "page.csv").read_text() == (tmp_path / "command.csv").read_text()


def test_a_further_visit_of_a_case_is_counted_with_its_cause() -> None:
    rows = [
        ReportedCause("v1", "c1", "acceptance", 1),
        ReportedCause("v2", "c1", "supplement", 5),
        ReportedCause("v3", "c2", "acceptance", 6),
        ReportedCause("v3", "c2", "hand_over", 7),
    ]
    beyond, causes = count_causes(rows, 5, 9)
    assert beyond == 1
    assert [(each.cause, each.visits, each.beyond) for each in causes] == [
        ("acceptance", 1, 0),
        ("hand_over", 1, 0),
        ("supplement", 1, 1),
    ]


def test_the_measures_are_printed_in_columns(office: SampleOffice, capsys: pytest.CaptureFixture[str]) -> None:
    serve_one(office, wait=5, way=1, service=4)
    assert main(["--language", "en", "--office", str(office.office.folder), "hall", "measures"]) == 0
    head, *lines = capsys.readouterr().out.splitlines()
    at = head.index("name")
    assert {line[at - 2 : at] for line in lines} <= {"  ", ""}
    assert [line[at:].split("  ")[0] for line in lines if line.startswith("window")] == ["Window 1"]


def test_paper_that_was_not_needed_is_counted_with_its_reason(office: SampleOffice) -> None:
    command = office.prepare_birth()
    (paper,) = paper_materials("mother-id", paper_code="differs", paper_reason="名字写错了")
    given = tuple(paper if material.material == "mother-id" else material for material in command.materials)
    office.accept(replace(command, materials=given))
    with office.store.read() as tx:
        report = report_day(tx, HALL, "", office.clock())
    assert {(row.how, row.paper_code, row.count) for row in report.materials} == {
        ("licence", "", 2),
        ("paper", "differs", 1),
    }
    assert any("已掌握的内容有误或已过时 1" in sentence for sentence in describe_materials(report))
