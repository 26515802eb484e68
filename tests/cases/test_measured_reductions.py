"""The four reductions as measured from finished cases, next to what is published and promised."""

from __future__ import annotations

import csv
import json
import sqlite3
from pathlib import Path

import pytest

from clerk_app.cases.delivery.receivers import Signature
from clerk_app.cases.delivery.results import HandOverResults
from clerk_app.cases.measured.figures import FEW_CASES, CaseFigures, summarise
from clerk_app.cases.measured.quarters import Quarter, find_quarter, list_quarters, parse_quarter
from clerk_app.cases.measured.report import QueryReductions, report_reductions
from clerk_app.cases.tasks.supplements import TakeInMaterials
from clerk_app.cli import main
from clerk_app.composition.office import STORE_FILE
from clerk_app.errors import BadData, Refused
from clerk_app.roles.reductions import build_csv, build_json, build_rows
from tests.engines import postgresql_wide, sqlite_only
from tests.office import SampleOffice, paper_materials
from tests.printed_notices import print_notices

pytestmark = pytest.mark.usefixtures("english")
TRAFFIC, PLAN = "excavation-traffic", "safety-plan"


def finish_road(office: SampleOffice, *, days: float = 2, brings_paper: bool = False) -> str:
    """Accept a road excavation, decide it after some days, with a paper brought later, and hand it over."""
    number = office.accept_road()
    if brings_paper:
        office.return_task(number, TRAFFIC, PLAN)
        office.clock.advance(days=1)
        take = TakeInMaterials(case=number, materials=paper_materials(PLAN), visit=office.serve())
        office.door.perform(take, "clerk-1")
        office.move_ticket("finish")
    office.clock.advance(days=days)
    office.approve_all(number)
    office.issue(number)
    visit = office.serve()
    receipt = HandOverResults(case=number, window="w1", visit=visit, personal=Signature(name="示范建设公司"))
    office.door.perform(receipt, "clerk-1")
    office.move_ticket("finish")
    return number


@sqlite_only
def test_each_figure_is_that_of_an_independent_query(office: SampleOffice) -> None:
    finish_road(office)
    number = finish_road(office, brings_paper=True)
    with office.store.read() as tx:
        report = report_reductions(tx, "2026-05-01", "2026-06-30")
    (measured,) = report.one_things
    with sqlite3.connect(office.office.folder / STORE_FILE) as database:

        def count(sql: str) -> int:
            return int(database.execute(sql, (number,)).fetchone()[0])

        papers = count("SELECT count(*) FROM materials WHERE how = 'paper' AND case_number = ?")
        visits = count("SELECT count(DISTINCT visit) FROM visit_cases WHERE case_number = ?")
        decisions = count("SELECT count(*) FROM decisions WHERE substr(task, 1, 12) = ?")
        days = count(
            "SELECT julianday(date(max(issued_at) / 1000000 + 28800, 'unixepoch'))"
            " - julianday(date(accepted_at / 1000000 + 28800, 'unixepoch'))"
            " FROM cases JOIN issuances ON case_number = cases.number WHERE cases.number = ?"
        )
        supplements = count("SELECT count(*) FROM supplements WHERE answered_at IS NOT NULL AND case_number = ?")
        deliveries = count("SELECT count(*) FROM deliveries WHERE case_number = ?")
        kept = count(
            "SELECT count(*) FROM cases JOIN issuances ON case_number = cases.number"
            " WHERE date(issued_at / 1000000 + 28800, 'unixepoch') <= date(promised_at / 1000000 + 28800, 'unixepoch')"
            " AND ? <> ''"
        )
    database.close()
    assert (measured.cases, measured.kept) == (2, 2 if kept else 0)
    assert measured.papers.high == papers
    assert measured.visits.high == visits == 3
    assert measured.decisions.high == decisions
    assert measured.calendar_days.high == days
    assert measured.steps.high == 1 + supplements + deliveries
    assert measured.papers_apart.high == sum(
        len(office.office.catalogue().matter(row["matter"]).materials)
        for row in office.select("matters", case_number=number)
        if not row["dropped"]
    )
    assert [(each.cause, each.visits) for each in measured.further] == [("hand_over", 2), ("supplement", 1)]


@sqlite_only
def test_the_wait_for_a_paper_counts_no_day_of_its_task(office: SampleOffice) -> None:
    number = office.accept_road()
    office.approve(number, *(row["matter"] for row in office.tasks(number) if row["matter"] != TRAFFIC))
    office.return_task(number, TRAFFIC, PLAN)
    print_notices(office, number)
    office.clock.advance(days=5)
    office.take_in(number, PLAN)
    office.approve_all(number)
    office.issue(number)
    office.hand_over(number)
    with office.store.read() as tx:
        (measured,) = report_reductions(tx, "2026-05-01", "2026-06-30").one_things
    assert (measured.calendar_days.high, measured.days.high) == (5, 0)


@postgresql_wide
def test_a_case_is_counted_in_the_period_in_which_its_results_were_handed_over(office: SampleOffice) -> None:
    finish_road(office, days=40)
    with office.store.read() as tx:
        assert report_reductions(tx, "2026-04-01", "2026-05-31").one_things == ()
        assert [each.cases for each in report_reductions(tx, "2026-06-01", "2026-06-30").one_things] == [1]
        assert report_reductions(tx, "2026-06-01", "2026-06-30", "another-centre").one_things == ()


@sqlite_only
def test_few_cases_are_named_as_such_and_no_figure_of_them_is_certain(office: SampleOffice) -> None:
    finish_road(office)
    with office.store.read() as tx:
        report = report_reductions(tx, "2026-05-01", "2026-06-30")
        rows = build_rows(tx, report)
    assert rows[0].is_few
    assert rows[0].lines[0].startswith("Few cases (1, fewer than 20)")
    assert not any("90 %" in line for line in rows[0].lines)
    heading, line = build_csv(report, rows)
    cells = dict(zip(heading, line, strict=True))
    assert (cells["note"], cells["working days: measured median"]) == ("few cases: no reliable figures", "")
    (thing,) = json.loads(json.dumps(build_json(report, rows)))["one_things"]
    assert (thing["few_cases"], thing["days"]["measured"]["median"]) == (True, None)


def test_of_enough_cases_the_median_is_shown() -> None:
    case = CaseFigures(3, 5, 2, 1, 4, 3, (("acceptance",), ("supplement", "question"), ("hand_over",)), is_kept=True)
    cases = [case._replace(days=days) for days in range(FEW_CASES)]
    measured = summarise("school-bus", cases)
    assert (measured.is_few, measured.days.median, measured.days.p90) == (False, 9, 17)
    assert {each.cause: each.visits for each in measured.further} == dict.fromkeys(
        ("hand_over", "question", "supplement"), FEW_CASES
    )


@sqlite_only
def test_the_command_prints_writes_and_exports_the_reductions(
    office: SampleOffice, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    finish_road(office)
    words = ["--language", "en", "--office", str(office.office.folder), "catalogue", "reductions"]
    period = ["--from", "2026-05-01", "--to", "2026-06-30"]
    assert main([*words, *period]) == 0
    printed = capsys.readouterr().out
    assert "road-excavation" in printed
    assert "further visits, by cause: results collected 1" in printed
    assert main([*words, *period, "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["one_things"][0]["visits"]["measured"]["high"] == 2
    file = tmp_path / "reductions.csv"
    assert main([*words, *period, "--csv", str(file)]) == 0
    with file.open(encoding="utf-8-sig", newline="") as text:
        assert [row[0] for row in csv.reader(text)] == ["one thing", "road-excavation"]
    assert main([*words, "--quarter", "2026-Q9"]) == 1
    assert main([*words, "--from", "2026-05-01"]) == 2


@sqlite_only
def test_a_supervisor_reads_the_cases_of_the_own_site_and_the_reading_is_recorded(office: SampleOffice) -> None:
    finish_road(office)
    measured = office.door.perform(QueryReductions(first_day="2026-05-01", last_day="2026-06-30"), "supervisor")
    assert sum(each.cases for each in measured.one_things) == 1
    with pytest.raises(Refused, match="before the first day"):
        office.door.perform(QueryReductions(first_day="2026-05-02", last_day="2026-05-01"), "supervisor")


def test_quarters_are_named_and_follow_each_other() -> None:
    quarter = parse_quarter("2026-q1")
    assert (str(quarter), str(quarter.last_day), str(quarter.before())) == ("2026-Q1", "2026-03-31", "2025-Q4")
    assert find_quarter(Quarter(2026, 4).last_day) == Quarter(2026, 4)
    assert [str(each) for each in list_quarters(quarter.first_day, 3)] == ["2026-Q1", "2025-Q4", "2025-Q3"]
    with pytest.raises(BadData):
        parse_quarter("2026-Q5")
