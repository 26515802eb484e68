"""Papers taken in and printed without the center, also under a wrong clock, have the right time and order there."""

from __future__ import annotations

import pytest

from clerk_app.cases.case_record import read_case
from clerk_app.cases.notices import RecordNoticePrint
from clerk_app.roles.case_documents import CaseDocuments
from clerk_app.roles.printing import CasePrinter
from tests.clock import parse_local_time
from tests.office import SampleOffice, find_faults
from tests.sync.city import City, SampleWindow
from tests.sync.test_dead_clock import WRONG_CLOCKS, restart_offline

CERTIFICATE, FATHER = "birth-medical-certificate", "father-id"


@pytest.fixture
def number(city: City) -> str:
    """Return the number of a case for which a department asks for papers; its window knows the request."""
    number = city.join("n1", window="w1").accept_birth()
    city.exchange_all()
    city.center.clock.advance(minutes=40)  # the window does nothing, so its last entry is older than the request
    city.center.return_task(number, CERTIFICATE, FATHER)
    city.exchange_all()
    return number


def bring_papers_and_print(window: SampleWindow, number: str) -> None:
    """Print the notice, then take in the papers that it asks for."""
    (notice,) = (row for row in window.select("notices", case_number=number) if row["kind"] == "supplement")
    window.door.perform(RecordNoticePrint(notice=notice["id"], printed=True), "clerk-1")
    window.take_in(number, FATHER)


def list_papers(office: SampleOffice, number: str) -> list[tuple[str, str]]:
    """Return id and local time of the papers in the list for reprints, oldest first."""
    printer = CasePrinter(office.office, "clerk-1", "1001")
    papers = reversed(printer.papers.list_papers(number))
    return [(paper.id.removeprefix(f"{number}-"), f"{paper.made_at:%Y-%m-%d %H:%M}") for paper in papers]


@pytest.mark.many_cases
@pytest.mark.parametrize("wrong", WRONG_CLOCKS)
def test_papers_taken_in_under_a_wrong_clock_come_after_the_request_for_them(
    city: City, number: str, wrong: str
) -> None:
    window = restart_offline(city, city.windows["n1"], wrong)
    bring_papers_and_print(window, number)  # as a program without the question for the date would
    (request,) = window.select("supplements", case_number=number)
    with window.store.read() as tx:
        assert read_case(tx, number).missing_materials(request) == []  # at the window too, before the center corrects
    window.transport.down = False
    city.exchange_all()
    for office in (city.center, window):
        (request,) = office.select("supplements", case_number=number)
        (brought,) = office.select("materials", case_number=number, material=FATHER)
        assert request["answered_at"] is not None
        assert request["asked_at"] < brought["taken_at"] < parse_local_time("2026-05-07 00:00")
        assert list_papers(office, number) == [("receipt", "2026-05-06 09:00"), ("supplement-1", "2026-05-06 09:40")]
        (receipt,) = office.select("notices", id=f"{number}-receipt")
        with office.store.read() as tx:
            case = read_case(tx, number)
            assert case.missing_materials(request) == []
            assert len(CaseDocuments(office.office, tx, case, receipt, "1001").receipt.added_materials) == 1
    assert city.differences() == []
    assert find_faults(city.center.store) == []


@pytest.mark.wide
def test_papers_have_the_time_at_the_window_and_not_that_of_the_next_exchange(city: City, number: str) -> None:
    window = city.windows["n1"]
    city.center.approve_all(number)
    window.transport.down = True
    bring_papers_and_print(window, number)
    city.center.clock.advance(hours=5)
    window.transport.down = False
    city.exchange_all()
    (brought,) = city.center.select("materials", case_number=number, material=FATHER)
    (notice,) = (row for row in city.center.select("notices", case_number=number) if row["kind"] == "supplement")
    for time in (notice["printed_at"], brought["taken_at"]):
        assert f"{city.center.office.local_time(time):%Y-%m-%d %H:%M}" == "2026-05-06 09:40"

    city.center.approve_all(number)
    city.exchange_all()
    window.transport.down = True
    window.issue(number)
    window.hand_over(number)
    at_window = list_papers(window, number)
    city.center.clock.advance(hours=2)
    window.transport.down = False
    city.exchange_all()
    assert list_papers(city.center, number) == list_papers(window, number) == at_window
    assert at_window[-1] == ("hand_over", "2026-05-06 14:40")
    assert find_faults(city.center.store) == []
