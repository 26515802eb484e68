"""An officer takes in a paper that the own department has asked for: which, from where, and what follows."""

from __future__ import annotations

import msgspec
import pytest

from clerk_app.cases.completeness import GivenMaterial
from clerk_app.cases.tasks.supplements import MaterialsTakenIn, TakeInMaterials
from clerk_app.errors import Refused
from clerk_app.ledger.access import MACHINE_REFUSAL
from tests.office import SampleOffice, find_faults, paper_materials
from tests.sync.city import City

SCAN = "ab" * 32


def take_in(office: SampleOffice, number: str, *names: str, by: str = "police-1") -> MaterialsTakenIn:
    return office.door.perform(TakeInMaterials(case=number, materials=paper_materials(*names), window="w1"), by)


def refusal(office: SampleOffice, number: str, *names: str, by: str = "police-1") -> str:
    with pytest.raises(Refused) as caught:
        take_in(office, number, *names, by=by)
    return caught.value.reason


@pytest.fixture
def returned(office: SampleOffice) -> str:
    """A road case whose police task waits for a traffic plan."""
    number = office.accept_road()
    office.return_task(number, "excavation-traffic", "traffic-plan")
    return number


def test_a_paper_at_the_department_resumes_the_task_and_its_receipt_is_printed_at_the_window_of_the_case(
    office: SampleOffice, returned: str
) -> None:
    taken = take_in(office, returned, "traffic-plan")
    assert [task.organ for task in taken.resumed] == ["police"]
    assert office.task(returned, "excavation-traffic")["state"] == "pooled"
    (notice,) = office.select("notices", id=taken.notice)
    assert (notice["kind"], notice["window_id"]) == ("taken_in", "w1")
    assert find_faults(office.store) == []


@pytest.mark.wide
def test_only_what_the_own_department_has_asked_for_and_still_lacks_is_taken_in(
    office: SampleOffice, returned: str
) -> None:
    assert refusal(office, returned, "pipe-survey") == "not_asked"
    assert refusal(office, returned, "traffic-plan", "pipe-survey") == "not_asked"
    assert refusal(office, returned, "traffic-plan", by="transport-1") == "not_asked"
    assert refusal(office, returned, "traffic-plan", by="health-1") == "other_site"
    take_in(office, returned, "traffic-plan")
    assert refusal(office, returned, "traffic-plan") == "not_asked"


@pytest.mark.wide
def test_what_the_city_holds_is_not_taken_in_by_an_officer(office: SampleOffice, returned: str) -> None:
    held = GivenMaterial(material="traffic-plan", how="licence", licence="x")
    with pytest.raises(Refused) as caught:
        office.door.perform(TakeInMaterials(case=returned, materials=(held,), window="w1"), "police-1")
    assert caught.value.reason == "not_asked"


@pytest.mark.wide
def test_a_paper_that_was_brought_twice_while_the_department_was_cut_off_is_kept_as_a_new_version(city: City) -> None:
    department = city.join("n7", organs=("police",), kind="department")
    number = city.center.accept_road()
    city.center.return_task(number, "excavation-traffic", "traffic-plan")
    city.exchange_all()
    (paper,) = paper_materials("traffic-plan")
    scanned = msgspec.structs.replace(paper, content=SCAN, media_type="image/jpeg", pages=1, size=100)
    take = TakeInMaterials(case=number, materials=(scanned,), window="w1")
    department.door.perform(take, "police-1")
    assert department.select("tasks", case_number=number, organ="police")[0]["state"] == "pooled"
    city.center.take_in(number, "traffic-plan")
    city.exchange_all()
    rows = city.center.select("materials", case_number=number, material="traffic-plan", order=("version",))
    assert [row["content"] for row in rows][-2:] == [None, SCAN]
    assert department.select("materials", content=SCAN) != []
    assert find_faults(city.center.store) == []
    assert city.differences() == []


@pytest.mark.wide
def test_a_machine_of_another_kind_takes_in_no_paper(city: City) -> None:
    supervisor = city.join("n8", window="s1", kind="supervisor")
    number = city.center.accept_road()
    city.center.return_task(number, "excavation-traffic", "traffic-plan")
    city.exchange_all()
    with pytest.raises(Refused) as caught:
        supervisor.door.perform(TakeInMaterials(case=number, materials=paper_materials("traffic-plan")), "clerk-1")
    assert caught.value.reason == MACHINE_REFUSAL
