"""A citizen comes with a case of one centre to a window of another: it goes on there, and only there."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from clerk_app.cases.asking import Factor
from clerk_app.cases.bringing import BringCase
from clerk_app.cases.supplements import TakeIn
from clerk_app.desks.counter import Counter
from clerk_app.errors import OutOfReach, Refused
from clerk_app.hall.windows import RegisterWindow
from clerk_app.ledger.commands import Command
from clerk_app.locales import speak
from clerk_app.people import SYSTEM
from clerk_app.people.registry import RegisterOrgan
from clerk_app.people.staff import RegisterStaff
from tests.furnishing import HALL, MOTHER_NUMBER
from tests.office import papers
from tests.sync.city import City, SampleWindow

LAST = MOTHER_NUMBER[-4:]


@pytest.fixture(autouse=True)
def in_english() -> Iterator[None]:
    speak("en")
    yield
    speak("zh_CN")


@pytest.fixture
def far(city: City) -> SampleWindow:
    """A window of another centre, with its clerk."""
    commands: list[Command[Any]] = [
        RegisterOrgan(id="centre-2", name_zh="第二中心", name_en="Second centre", level="street"),
        RegisterStaff(id="clerk-5", number="0005", name="周明", role="clerk", pin_hash="", organ="centre-2"),
        RegisterWindow(id="w5", name="5", categories="A", hall=HALL, organ="centre-2"),
    ]
    for command in commands:
        city.center.door.perform(command, SYSTEM)
    return city.join("n5", window="w5", organs=("centre-2",))


def desk(window: SampleWindow) -> Counter:
    return Counter(window.office, window.rows("staff", id="clerk-5")[0])


def bring(window: SampleWindow, number: str, last: str = LAST) -> None:
    window.door.perform(BringCase(case=number, window="w5", personal=Factor(last=last)), "clerk-5")


def test_a_case_of_another_centre_is_brought_to_the_window_that_the_citizen_came_to(
    city: City, counter: SampleWindow, far: SampleWindow
) -> None:
    number = counter.accept_birth()
    city.quiet()
    here = desk(far)
    asked = here.present(number)
    assert (asked.case, asked.elsewhere) == (None, number)
    assert asked.say == f"Case {number} is not at this centre. F8 brings it here."
    brought = here.bring_case(LAST)
    assert brought.case is not None
    assert (brought.case.number, brought.elsewhere) == (number, "")
    assert [row.what for row in brought.case.history][-1] == "brought to another centre"
    city.quiet()
    assert counter.rows("cases") == counter.rows("tasks") == counter.rows("field_values") == []
    assert city.differences() == []


def test_an_organ_whose_task_waits_is_not_told_where_a_case_is(
    city: City, counter: SampleWindow, far: SampleWindow
) -> None:
    hr = city.join("n3", organs=("hr",))
    number = counter.accept_birth()
    city.quiet()
    bring(far, number)
    city.quiet()
    assert [(row["centre"], row["window_id"]) for row in hr.rows("cases")] == [("", "")]
    assert city.differences() == []


def test_what_one_centre_asked_for_another_takes_in(city: City, counter: SampleWindow, far: SampleWindow) -> None:
    health = city.join("n2", organs=("health",))
    number = counter.accept_birth()
    city.quiet()
    health.return_(number, "birth-medical-certificate", "birth-certificate")
    city.quiet()
    bring(far, number)
    assert [row["window_id"] for row in far.rows("notices", kind="supplement")] == ["w5"]  # it is printed here
    far.door.perform(TakeIn(case=number, materials=papers("birth-certificate")), "clerk-5")
    city.quiet()
    assert city.center.rows("supplements")[0]["answered_at"] is not None
    assert city.differences() == []


def test_whether_a_case_exists_is_not_told_to_whoever_does_not_know_its_applicant(
    city: City, counter: SampleWindow, far: SampleWindow
) -> None:
    number = counter.accept_birth()
    city.quiet()
    for asked, last in ((number, "0000"), (number, ""), ("269999999990", LAST)):
        with pytest.raises(Refused, match="do not belong together"):
            bring(far, asked, last)
    city.quiet()
    assert far.rows("cases") == []
    assert city.differences() == []


def test_a_case_is_not_brought_to_where_it_is_nor_by_a_window_of_somebody_else(
    city: City, counter: SampleWindow, far: SampleWindow
) -> None:
    number = counter.accept_birth()
    city.quiet()
    with pytest.raises(Refused, match="already"):
        counter.door.perform(BringCase(case=number, window="w1", personal=Factor(last=LAST)), "clerk-1")
    with pytest.raises(Refused, match="another centre"):
        far.door.perform(BringCase(case=number, window="w1", personal=Factor(last=LAST)), "clerk-5")


def test_without_the_line_nothing_is_brought(city: City, counter: SampleWindow, far: SampleWindow) -> None:
    number = counter.accept_birth()
    city.quiet()
    here = desk(far)
    here.present(number)
    far.wire.down = True
    with pytest.raises(OutOfReach):
        here.bring_case(LAST)
    far.wire.down = False
    assert here.bring_case(LAST).case is not None


def test_what_the_first_centre_still_did_alone_is_kept_and_the_case_stays_where_it_was_brought(
    city: City, counter: SampleWindow, far: SampleWindow
) -> None:
    number = counter.accept_birth()
    city.quiet()
    counter.wire.down = True
    counter.door.perform(TakeIn(case=number, materials=papers("mother-id")), "clerk-1")
    bring(far, number)
    counter.wire.down = False
    city.quiet()
    assert {row["version"] for row in far.rows("materials", material="mother-id")} == {1, 2}
    assert counter.rows("cases") == []
    assert city.differences() == []
