"""The schedule: one case or row that cannot be processed keeps neither the other commands nor the program waiting."""

from __future__ import annotations

import logging
import sys
from collections.abc import Iterator
from datetime import date

import pytest

from clerk_app.composition.due_commands import RETRY_AFTER
from clerk_app.composition.schedule import Scheduler, run_due_commands
from db.engines import Row
from tests.cases.test_calendar_published_later import holiday_on, publish_calendars
from tests.office import SampleOffice
from tests.printed_notices import print_notices

TRAFFIC = "excavation-traffic"
AFTER_THE_TERM = "2026-07-27 10:00"


@pytest.fixture
def numbers(office: SampleOffice) -> list[str]:
    """Numbers of two cases in which traffic asked for a plan that was not brought in time."""
    found = [office.accept_road() for _ in range(2)]
    for number in found:
        office.return_task(number, TRAFFIC, "safety-plan")
        print_notices(office, number)
    office.clock.set(AFTER_THE_TERM)
    return sorted(found)


def change_rows(office: SampleOffice, table: str, key: dict[str, object], **columns: object) -> None:
    """Change rows as damage does, without an entry."""
    with office.store.write() as tx:
        tx.update(table, key, **columns)


def traffic_states(office: SampleOffice, numbers: list[str]) -> list[str]:
    return [str(office.task(number, TRAFFIC)["state"]) for number in numbers]


def refused_entries(office: SampleOffice) -> list[Row]:
    return office.select("ledger_entries", outcome="refused")


@pytest.fixture
def program_log(caplog: pytest.LogCaptureFixture) -> Iterator[pytest.LogCaptureFixture]:
    """Records of the program's log; a program that ran before in this process may have ended their propagation."""
    log = logging.getLogger("clerk")
    log.addHandler(caplog.handler)
    yield caplog
    log.removeHandler(caplog.handler)


def logged_errors(log: pytest.LogCaptureFixture) -> list[str]:
    """Return the loggers of the exceptions, each once: a record may also reach the root logger."""
    return sorted({record.name for record in log.records if record.exc_info})


def test_a_case_without_its_catalogue_delays_no_other_and_adds_no_entry(
    office: SampleOffice, numbers: list[str]
) -> None:
    change_rows(office, "cases", {"number": numbers[0]}, catalogue_version=99)
    for _ in range(2):
        run_due_commands(office.office)
    assert traffic_states(office, numbers) == ["returned", "pooled"]
    assert refused_entries(office) == []


def test_a_command_that_fails_unexpectedly_is_logged_and_the_others_are_performed(
    office: SampleOffice, numbers: list[str], program_log: pytest.LogCaptureFixture
) -> None:
    change_rows(office, "tasks", {"id": office.task(numbers[0], TRAFFIC)["id"]}, started_at=None)
    run_due_commands(office.office)
    assert traffic_states(office, numbers) == ["returned", "pooled"]
    assert logged_errors(program_log) == ["clerk.schedule"]


def test_a_damaged_service_day_blocks_neither_the_start_nor_the_commands_of_cases(
    office: SampleOffice, numbers: list[str], program_log: pytest.LogCaptureFixture
) -> None:
    change_rows(office, "service_days", {"state": "open"}, ends_at="damaged")
    scheduler = Scheduler(office.office)
    scheduler.start()
    scheduler.stop()
    assert traffic_states(office, numbers) == ["pooled", "pooled"]
    assert logged_errors(program_log) == ["clerk.schedule"]


def test_a_center_imports_the_tables_of_reports_at_its_start(
    office: SampleOffice, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delitem(sys.modules, "db.hall_reports", raising=False)
    scheduler = Scheduler(office.office)
    scheduler.start()
    scheduler.stop()
    assert "db.hall_reports" in sys.modules


def test_a_refused_command_of_a_case_is_tried_once_a_day(office: SampleOffice, numbers: list[str]) -> None:
    change_rows(office, "tasks", {"id": office.task(numbers[0], TRAFFIC)["id"]}, state="approved")
    for _ in range(2):
        run_due_commands(office.office)
    assert [row["kind"] for row in refused_entries(office)] == ["EndPapersTerm"]
    office.clock.now += RETRY_AFTER
    run_due_commands(office.office)
    assert len(refused_entries(office)) == 2


def test_many_unreadable_cases_keep_no_other_case_waiting(office: SampleOffice, numbers: list[str]) -> None:
    case, (request, _) = office.case(numbers[0]), office.select("supplements", order=("id",))
    with office.store.write() as tx:
        for at in range(201):
            number = f"25{at:010d}"
            tx.insert("cases", **{**case, "number": number, "catalogue_version": 99})
            tx.insert("supplements", **{**request, "id": f"{number}01-1", "case_number": number})
    run_due_commands(office.office)
    assert traffic_states(office, numbers) == ["pooled", "pooled"]
    assert publish_calendars(office, holiday_on(office, date(2026, 7, 28))) == 2
    assert refused_entries(office) == []
