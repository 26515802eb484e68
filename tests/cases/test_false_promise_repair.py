"""Records of false promises in the administrator's registry: listed, and repaired by two persons."""

from __future__ import annotations

import pytest

from clerk_app.errors import Refused
from clerk_app.people.staff import RegisterStaff
from clerk_app.roles.admin.service import OfficeAdmin
from screens.admin.screen import AdminScreen
from tests.cases.promise_city import accept_low_risk, find_promise, prove_false
from tests.fast_pins import hash_pin_fast
from tests.office import SampleOffice
from tests.screens.stage import ScreenApp, press, screen_text

pytestmark = pytest.mark.usefixtures("english")


@pytest.fixture
def promise(office: SampleOffice) -> str:
    """The id of a promise that proved false."""
    number = accept_low_risk(office)
    office.approve(number, "excavation-road")
    found = find_promise(office, number, "excavation-road")
    prove_false(office, found)
    return str(found["id"])


def open_service(office: SampleOffice, staff: str) -> OfficeAdmin:
    (row,) = office.select("staff", id=staff)
    return OfficeAdmin(office.office, row)


def acts_of(service: OfficeAdmin) -> tuple[str, ...]:
    (table,) = [table for table in service.read_registry().tables if table.id == "promises"]
    return table.rows[0].acts if table.rows else ()


def test_a_record_is_repaired_by_another_person_than_proposed_it(office: SampleOffice, promise: str) -> None:
    second = RegisterStaff(
        id="admin-2", number="8009", name="Li", role="administrator", pin_hash=hash_pin_fast("258046")
    )
    office.door.perform(second, "admin")
    one, two = open_service(office, "admin"), open_service(office, "admin-2")
    assert acts_of(one) == ("propose", "credit")
    one.propose_repair(promise, "paid and corrected", "")
    assert acts_of(one) == ()
    with pytest.raises(Refused, match="another person"):
        one.confirm_repair(promise)
    assert acts_of(two) == ("confirm", "propose", "credit")
    two.confirm_repair(promise)
    assert acts_of(two) == ()
    (row,) = office.select("broken_promises")
    assert (row["repair_asked_by"], row["repaired_by"], row["repair_reason"]) == (
        "admin",
        "admin-2",
        "paid and corrected",
    )


async def test_the_keys_propose_a_repair_with_its_reason(office: SampleOffice, promise: str) -> None:
    app = ScreenApp(AdminScreen(open_service(office, "admin")))
    async with app.run_test(size=(80, 24)) as pilot:
        await press(pilot, "f5", "4")
        assert promise.partition("/")[0] in screen_text(app)
        await press(pilot, "enter", "1", "enter", "paid and corrected", "enter", "enter")
        assert "The repair was proposed" in screen_text(app)
        await press(pilot, "enter")
        assert "Proposed by" in screen_text(app)
    assert office.select("broken_promises")[0]["repair_reason"] == "paid and corrected"
