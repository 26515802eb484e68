"""The desks of a window while its center is out of reach: they go on, and say what is so."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest

from clerk_app.cases.claims import ClaimTask, TakeBack
from clerk_app.desks.counter import Counter
from clerk_app.desks.department import Department
from clerk_app.desks.explaining import explain
from clerk_app.desks.kiosk import Kiosk
from clerk_app.desks.supervisor import Supervisor
from clerk_app.errors import OutOfReach, Refused
from clerk_app.locales import speak
from clerk_app.people import SYSTEM
from clerk_app.people.staff import RegisterStaff
from tests.sync.city import City, SampleWindow


@pytest.fixture(autouse=True)
def in_english() -> Iterator[None]:
    speak("en")
    yield
    speak("zh_CN")


@pytest.fixture
def window(city: City) -> SampleWindow:
    return city.join("n1", window="w1", organs=("centre", "health"))


def staff(window: SampleWindow, who: str) -> dict[str, object]:
    return window.rows("staff", id=who)[0]


def cut(window: SampleWindow) -> None:
    window.wire.down = True
    window.line.lost()


def test_a_one_thing_is_begun_without_what_the_city_holds(window: SampleWindow) -> None:
    counter = Counter(window.office, staff(window, "clerk-1"))
    window.serve()
    cut(window)
    view = counter.begin("birth")
    assert view.intake is not None
    assert "only what the signed code carries" in view.say
    assert view.intake.fields[3].value or any(row.name == "王芳" for row in view.intake.parties)
    assert view.status.connection.startswith("center out of reach since")
    assert view.status.unsent > 0


def test_what_the_city_holds_is_offered_when_the_line_is_back_and_nothing_typed_is_touched(
    window: SampleWindow,
) -> None:
    counter = Counter(window.office, staff(window, "clerk-1"))
    window.serve()
    cut(window)
    view = counter.begin("birth")
    assert view.intake is not None
    assert not view.intake.fetchable
    assert all(row.consent == "not_needed" for row in view.intake.materials)
    typed = counter.fill("home_address", "示范路1号").intake
    with pytest.raises(OutOfReach):
        counter.fetch_materials()
    window.wire.down = False
    window.line.flush()
    offered = counter.look().intake
    assert offered is not None
    assert offered.fetchable
    assert replace(offered, fetchable=False) == typed  # nothing is fetched by itself: the clerk asks for it
    fetched = counter.fetch_materials().intake
    assert fetched is not None
    assert not fetched.fetchable
    asked = [row.id for row in fetched.materials if row.consent == "asked"]
    assert asked
    assert [row["kind"] for row in window.rows("ledger_entries", node="n1.asks")].count("FetchMaterials") == 1
    agreed = counter.consent(asked).intake
    assert agreed is not None
    assert [field.value for field in agreed.fields if field.id == "home_address"] == ["示范路1号"]
    assert agreed.left != offered.left


def test_a_draft_that_is_opened_again_for_another_visit_may_ask_anew(window: SampleWindow) -> None:
    counter = Counter(window.office, staff(window, "clerk-1"))
    window.serve()
    begun = counter.begin("birth").intake
    assert begun is not None
    assert not begun.fetchable
    counter.finish()
    window.serve()
    again = counter.reopen(begun.draft).intake
    assert again is not None
    assert again.fetchable


def test_nobody_can_be_called_but_a_printed_ticket_is_served(city: City, window: SampleWindow) -> None:
    counter = Counter(window.office, staff(window, "clerk-1"))
    known = city.center.take_ticket().rpartition("/")[2]
    window.line.flush()
    unknown = city.center.take_ticket().rpartition("/")[2]
    cut(window)
    assert "Nobody was called" in counter.call_next().say
    served = counter.present(known)
    assert served.serving is not None
    assert served.serving.number == known
    served = counter.present(unknown)
    assert served.serving is not None
    assert unknown in served.say


def test_a_code_that_changes_says_what_to_ask_for_instead(window: SampleWindow) -> None:
    counter = Counter(window.office, staff(window, "clerk-1"))
    window.serve()
    cut(window)
    with pytest.raises(OutOfReach, match="signed code"):
        counter.present(window.office.settings.code_urls[0].replace("{code}", "A" * 32))


def test_an_officer_goes_on_with_what_they_hold(window: SampleWindow) -> None:
    for _case in range(2):
        window.accept_birth()
    window.line.flush()
    officer = Department(window.office, staff(window, "health-1"))
    officer.claim_next()
    cut(window)
    officer.keep()
    approved = officer.approve("")
    assert approved.say.startswith("Recorded")
    with pytest.raises(OutOfReach, match="Nothing was claimed"):
        officer.claim_next()


def test_the_kiosk_sends_people_to_the_counter(window: SampleWindow) -> None:
    cut(window)
    with pytest.raises(OutOfReach, match="go to a counter"):
        Kiosk(window.office).take_ticket("A")
    assert window.rows("tickets") == []


def test_the_kiosk_knows_what_was_accepted_at_any_window_of_its_centre(city: City, window: SampleWindow) -> None:
    kiosk = Kiosk(city.join("n2", window="w2").office)
    number = window.accept_birth()
    city.quiet()
    right = str(window.case(number)["applicant_number"])[-4:]
    assert kiosk.case_state(number, right).number == number
    unknown = "260000099999"
    for asked, factor in ((number, "0000"), (number, ""), (unknown, right)):
        with pytest.raises(Refused, match=r"do not belong together\.$"):
            kiosk.case_state(asked, factor)


def test_the_kiosk_of_another_centre_tells_of_a_case_what_its_center_says(city: City, window: SampleWindow) -> None:
    teller = RegisterStaff(id="kiosk-2", number="k2", name="k2", role="kiosk", pin_hash="", organ="centre-2")
    city.center.door.perform(teller, SYSTEM)
    far = city.join("n2", organs=("centre-2",))
    settings = far.office.settings.model_copy(update={"kiosk_staff": "kiosk-2"})
    far.office = replace(far.office, settings=settings)
    number = window.accept_birth()
    city.quiet()
    right = str(window.case(number)["applicant_number"])[-4:]
    there, here = Kiosk(far.office).case_state(number, right), Kiosk(window.office).case_state(number, right)
    assert there == here
    assert [bool(one.reason) for one in there.matters if one.state == "left out"] == [True, True]  # it says why
    assert far.rows("cases") == []  # nothing stays
    city.quiet()
    assert city.differences() == []
    far.wire.down = True
    for asked, factor in ((number, right), (number, "0000")):
        with pytest.raises(Refused, match="A counter can look it up"):
            Kiosk(far.office).case_state(asked, factor)


def test_refused_work_is_listed_with_everything_typed_and_settled_once(city: City, window: SampleWindow) -> None:
    number = window.accept_birth()
    window.line.flush()
    claimed = window.claim("health")
    cut(window)
    window.decide(claimed, "refused", "not born here")
    city.center.door.perform(TakeBack(task=claimed.task, reason="ill"), "supervisor")
    city.center.door.perform(ClaimTask(organ="health", task=claimed.task), "health-2")
    window.wire.down = False
    city.quiet()
    supervisor = Supervisor(window.office, staff(window, "supervisor"))
    assert supervisor.look().status.returned == 1
    (one,) = supervisor.line().returned
    assert (one.case, one.what) == (number, "Decision on a task")
    assert "not born here" in {pair.value for pair in one.typed}
    counter = Counter(window.office, staff(window, "clerk-1"))
    case = counter.open_case(number).case
    assert case is not None
    assert case.returned == (one,)
    assert any("refused by the center" in line for line in explain(window.office, number))
    with pytest.raises(Refused):
        supervisor.settle(one.id, " ")
    supervisor.settle(one.id, "asked the officer")
    assert supervisor.look().status.returned == 0
    with pytest.raises(Refused):
        supervisor.settle(one.id, "again")
    city.quiet()
    assert "SettleRefusal" not in {row["kind"] for row in city.center.entries()}
    assert city.differences() == []


def test_an_objection_is_settled_at_the_window_for_everybody(city: City, window: SampleWindow) -> None:
    other = city.join("n3", window="w2")
    numbers = [window.accept(window.accepting_birth()), other.accept(other.accepting_birth("w2"))]
    city.quiet()
    counter = Counter(other.office, staff(other, "clerk-2"))
    (one,) = counter.line().returned
    assert one.case == numbers[1]
    counter.settle(one.id, "the first one was withdrawn")
    city.quiet()
    assert city.center.rows("objections")[0]["settled_by"] == "clerk-2"
    assert counter.line().returned == ()


def test_the_history_of_a_case_is_the_centers_and_then_what_it_does_not_know(city: City, window: SampleWindow) -> None:
    number = window.accept_birth()
    city.quiet()
    counter = Counter(window.office, staff(window, "clerk-1"))
    known = counter.open_case(number).case
    assert known is not None
    assert [row.what for row in known.history] == ["accepted", "paper printed"]
    cut(window)
    counter.withdraw("changed their mind")
    waits = counter.look().case
    assert waits is not None
    assert [row.what for row in waits.history] == ["accepted", "paper printed", "withdrawn"]
    window.wire.down = False
    city.quiet()
    again = counter.look().case
    assert again is not None
    assert [row.what for row in again.history] == ["accepted", "paper printed", "withdrawn"]
    there = Counter(replace(city.center.office), staff(window, "clerk-1")).open_case(number).case
    assert there is not None
    assert there.history == again.history
