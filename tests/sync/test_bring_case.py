"""A citizen comes with a case of one centre to a window of another: it goes on there, and only there."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from clerk_app.cases.site_transfer import TransferCase
from clerk_app.cases.status_query import SecondFactor
from clerk_app.cases.tasks.supplements import TakeInMaterials
from clerk_app.errors import OutOfReach, Refused
from clerk_app.hall.windows import RegisterWindow
from clerk_app.ledger.commands import Command
from clerk_app.locales import set_language
from clerk_app.people import SYSTEM
from clerk_app.people.registry import RegisterOrgan
from clerk_app.people.staff import RegisterStaff
from clerk_app.roles.counter.service import OfficeCounter
from tests.office import paper_materials
from tests.sample_data import HALL, MOTHER_NUMBER
from tests.sync.city import City, SampleWindow

LAST = MOTHER_NUMBER[-4:]


@pytest.fixture(autouse=True)
def in_english() -> Iterator[None]:
    set_language("en")
    yield
    set_language("zh_CN")


@pytest.fixture
def far(city: City) -> SampleWindow:
    """A window of another centre, with its clerk."""
    commands: list[Command[Any]] = [
        RegisterOrgan(id="centre-2", name_zh="第二中心", name_en="Second centre", level="street"),
        RegisterStaff(id="clerk-5", number="0005", name="周明", role="clerk", pin_hash="", organ="centre-2"),
        RegisterWindow(id="w5", name="5", categories="A", hall=HALL, site="centre-2"),
    ]
    for command in commands:
        city.center.door.perform(command, SYSTEM)
    return city.join("n5", window="w5", organs=("centre-2",))


def desk(window: SampleWindow) -> OfficeCounter:
    return OfficeCounter(window.office, window.select("staff", id="clerk-5")[0])


def bring(window: SampleWindow, number: str, last: str = LAST) -> None:
    window.door.perform(TransferCase(case=number, window="w5", personal=SecondFactor(last=last)), "clerk-5")


def test_a_case_of_another_centre_is_brought_to_the_window_that_the_citizen_came_to(
    city: City, counter: SampleWindow, far: SampleWindow
) -> None:
    number = counter.accept_birth()
    city.exchange_all()
    here = desk(far)
    asked = here.process_scan(number)
    assert (asked.case, asked.remote_case) == (None, number)
    assert asked.message == f"Case {number} is at another service centre. F8 transfers it here."
    brought = here.transfer_case(LAST)
    assert brought.case is not None
    assert (brought.case.number, brought.remote_case) == (number, "")
    assert [row.action for row in brought.case.history][-1] == "transferred to another service centre"
    city.exchange_all()
    assert counter.select("cases") == counter.select("tasks") == counter.select("field_values") == []
    assert city.differences() == []


def test_an_organ_whose_task_waits_is_not_told_where_a_case_is(
    city: City, counter: SampleWindow, far: SampleWindow
) -> None:
    hr = city.join("n3", organs=("hr",))
    number = counter.accept_birth()
    city.exchange_all()
    bring(far, number)
    city.exchange_all()
    assert [(row["centre"], row["window_id"]) for row in hr.select("cases")] == [("", "")]
    assert city.differences() == []


def test_what_one_centre_asked_for_another_takes_in(city: City, counter: SampleWindow, far: SampleWindow) -> None:
    health = city.join("n2", organs=("health",))
    number = counter.accept_birth()
    city.exchange_all()
    health.return_task(number, "birth-medical-certificate", "birth-certificate")
    city.exchange_all()
    bring(far, number)
    assert [row["window_id"] for row in far.select("notices", kind="supplement")] == ["w5"]  # it is printed here
    far.door.perform(TakeInMaterials(case=number, materials=paper_materials("birth-certificate")), "clerk-5")
    city.exchange_all()
    assert city.center.select("supplements")[0]["answered_at"] is not None
    assert city.differences() == []


def test_whether_a_case_exists_is_not_told_to_whoever_does_not_know_its_applicant(
    city: City, counter: SampleWindow, far: SampleWindow
) -> None:
    number = counter.accept_birth()
    city.exchange_all()
    for asked, last in ((number, "0000"), (number, ""), ("269999999990", LAST)):
        with pytest.raises(Refused, match="do not belong together"):
            bring(far, asked, last)
    city.exchange_all()
    assert far.select("cases") == []
    assert city.differences() == []


def test_a_case_is_not_brought_to_where_it_is_nor_by_a_window_of_somebody_else(
    city: City, counter: SampleWindow, far: SampleWindow
) -> None:
    number = counter.accept_birth()
    city.exchange_all()
    with pytest.raises(Refused, match="already"):
        counter.door.perform(TransferCase(case=number, window="w1", personal=SecondFactor(last=LAST)), "clerk-1")
    with pytest.raises(Refused, match="another service centre"):
        far.door.perform(TransferCase(case=number, window="w1", personal=SecondFactor(last=LAST)), "clerk-5")


def test_without_the_line_nothing_is_brought(city: City, counter: SampleWindow, far: SampleWindow) -> None:
    number = counter.accept_birth()
    city.exchange_all()
    here = desk(far)
    here.process_scan(number)
    far.transport.down = True
    with pytest.raises(OutOfReach):
        here.transfer_case(LAST)
    far.transport.down = False
    assert here.transfer_case(LAST).case is not None


def test_what_the_first_centre_still_did_alone_is_kept_and_the_case_stays_where_it_was_brought(
    city: City, counter: SampleWindow, far: SampleWindow
) -> None:
    number = counter.accept_birth()
    city.exchange_all()
    counter.transport.down = True
    counter.door.perform(TakeInMaterials(case=number, materials=paper_materials("mother-id")), "clerk-1")
    bring(far, number)
    counter.transport.down = False
    city.exchange_all()
    assert {row["version"] for row in far.select("materials", material="mother-id")} == {1, 2}
    assert counter.select("cases") == []
    assert city.differences() == []
