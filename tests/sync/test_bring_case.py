"""A citizen brings a case of one site to a window of another: it continues there, and only there."""

from __future__ import annotations

import pytest

from clerk_app.cases.site_transfer import TransferCase
from clerk_app.cases.status_query import SecondFactor
from clerk_app.cases.tasks.supplements import TakeInMaterials
from clerk_app.errors import OutOfReach, Refused
from clerk_app.roles.counter.service import OfficeCounter
from tests.office import paper_materials
from tests.sample_data import MOTHER_NUMBER
from tests.sync.city import City, SampleWindow

pytestmark = pytest.mark.usefixtures("english")

LAST = MOTHER_NUMBER[-4:]


def open_counter(window: SampleWindow) -> OfficeCounter:
    return OfficeCounter(window.office, window.select("staff", id="clerk-5")[0])


def transfer_case_to_w5(window: SampleWindow, number: str, last: str = LAST) -> None:
    window.door.perform(TransferCase(case=number, window="w5", personal=SecondFactor(last=last)), "clerk-5")


def test_case_of_another_site_is_brought_to_the_citizens_window(
    city: City, counter: SampleWindow, remote: SampleWindow
) -> None:
    number = counter.accept_birth()
    city.exchange_all()
    counter_role = open_counter(remote)
    scanned = counter_role.process_scan(number)
    assert (scanned.case, scanned.remote_case) == (None, number)
    assert scanned.message == f"Case {number} is at another service centre. F8 transfers it here."
    brought = counter_role.transfer_case(LAST)
    assert brought.case is not None
    assert (brought.case.number, brought.remote_case) == (number, "")
    assert [row.action for row in brought.case.history][-1] == "transferred to another service centre"
    city.exchange_all()
    assert counter.select("cases") == counter.select("tasks") == counter.select("field_values") == []
    assert city.differences() == []


@pytest.mark.wide
def test_organ_with_a_waiting_task_does_not_see_the_site_of_the_case(
    city: City, counter: SampleWindow, remote: SampleWindow
) -> None:
    hr = city.join("n3", organs=("hr",))
    number = counter.accept_birth()
    city.exchange_all()
    transfer_case_to_w5(remote, number)
    city.exchange_all()
    assert [(row["centre"], row["window_id"]) for row in hr.select("cases")] == [("", "")]
    assert city.differences() == []


@pytest.mark.wide
def test_supplement_is_taken_in_at_the_site_that_brought_the_case(
    city: City, counter: SampleWindow, remote: SampleWindow
) -> None:
    health = city.join("n2", organs=("health",))
    number = counter.accept_birth()
    city.exchange_all()
    health.return_task(number, "birth-medical-certificate", "birth-certificate")
    city.exchange_all()
    transfer_case_to_w5(remote, number)
    assert [row["window_id"] for row in remote.select("notices", kind="supplement")] == ["w5"]  # it is printed here
    remote.door.perform(TakeInMaterials(case=number, materials=paper_materials("birth-certificate")), "clerk-5")
    city.exchange_all()
    assert city.center.select("supplements")[0]["answered_at"] is not None
    assert city.differences() == []


def test_bringing_a_case_needs_the_applicants_number(city: City, counter: SampleWindow, remote: SampleWindow) -> None:
    number = counter.accept_birth()
    city.exchange_all()
    for case_number, last in ((number, "0000"), (number, ""), ("269999999990", LAST)):
        with pytest.raises(Refused, match="do not belong together"):
            transfer_case_to_w5(remote, case_number, last)
    city.exchange_all()
    assert remote.select("cases") == []
    assert city.differences() == []


@pytest.mark.wide
def test_case_cannot_be_brought_to_its_own_site_or_by_another_sites_window(
    city: City, counter: SampleWindow, remote: SampleWindow
) -> None:
    number = counter.accept_birth()
    city.exchange_all()
    with pytest.raises(Refused, match="already"):
        counter.door.perform(TransferCase(case=number, window="w1", personal=SecondFactor(last=LAST)), "clerk-1")
    with pytest.raises(Refused, match="another service centre"):
        remote.door.perform(TransferCase(case=number, window="w1", personal=SecondFactor(last=LAST)), "clerk-5")


@pytest.mark.wide
def test_bringing_a_case_needs_the_connection(city: City, counter: SampleWindow, remote: SampleWindow) -> None:
    number = counter.accept_birth()
    city.exchange_all()
    counter_role = open_counter(remote)
    counter_role.process_scan(number)
    remote.transport.down = True
    with pytest.raises(OutOfReach):
        counter_role.transfer_case(LAST)
    remote.transport.down = False
    assert counter_role.transfer_case(LAST).case is not None


def test_offline_work_of_the_first_site_is_kept_after_the_case_was_brought(
    city: City, counter: SampleWindow, remote: SampleWindow
) -> None:
    number = counter.accept_birth()
    city.exchange_all()
    counter.transport.down = True
    counter.door.perform(TakeInMaterials(case=number, materials=paper_materials("mother-id")), "clerk-1")
    transfer_case_to_w5(remote, number)
    counter.transport.down = False
    city.exchange_all()
    assert {row["version"] for row in remote.select("materials", material="mother-id")} == {1, 2}
    assert counter.select("cases") == []
    assert city.differences() == []
