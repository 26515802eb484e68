"""The desks of a window while its center is out of reach: they go on, and say what is so."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest

from clerk_app.cases.tasks.claims import ClaimTask, TakeBackTask
from clerk_app.errors import OutOfReach, Refused
from clerk_app.locales import set_language
from clerk_app.people import SYSTEM
from clerk_app.people.staff import RegisterStaff
from clerk_app.roles.counter.service import OfficeCounter
from clerk_app.roles.department.service import OfficeDepartment
from clerk_app.roles.explanation import explain_case
from clerk_app.roles.kiosk.service import OfficeKiosk
from clerk_app.roles.supervisor.service import OfficeSupervisor
from tests.sync.city import City, SampleWindow


@pytest.fixture(autouse=True)
def in_english() -> Iterator[None]:
    set_language("en")
    yield
    set_language("zh_CN")


@pytest.fixture
def window(city: City) -> SampleWindow:
    return city.join("n1", window="w1", organs=("centre", "health"))


def staff(window: SampleWindow, who: str) -> dict[str, object]:
    return window.select("staff", id=who)[0]


def disconnect(window: SampleWindow) -> None:
    window.transport.down = True
    window.client.record_connection_lost()


def test_a_one_thing_is_begun_without_what_the_city_holds(window: SampleWindow) -> None:
    counter = OfficeCounter(window.office, staff(window, "clerk-1"))
    window.serve()
    disconnect(window)
    view = counter.begin_draft("birth")
    assert view.intake is not None
    assert "only what the signed code carries" in view.message
    assert view.intake.fields[3].value or any(row.name == "王芳" for row in view.intake.parties)
    assert view.status.connection.startswith("center out of reach since")
    assert view.status.unsent > 0


def test_what_the_city_holds_is_offered_when_the_line_is_back_and_nothing_typed_is_touched(
    window: SampleWindow,
) -> None:
    counter = OfficeCounter(window.office, staff(window, "clerk-1"))
    window.serve()
    disconnect(window)
    view = counter.begin_draft("birth")
    assert view.intake is not None
    assert not view.intake.can_fetch_materials
    assert all(row.consent == "not_needed" for row in view.intake.materials)
    typed = counter.fill_field("home_address", "示范路1号").intake
    with pytest.raises(OutOfReach):
        counter.fetch_materials()
    window.transport.down = False
    window.client.flush()
    offered = counter.read_view().intake
    assert offered is not None
    assert offered.can_fetch_materials
    assert replace(offered, can_fetch_materials=False) == typed  # nothing is fetched by itself: the clerk asks for it
    fetched = counter.fetch_materials().intake
    assert fetched is not None
    assert not fetched.can_fetch_materials
    asked = [row.id for row in fetched.materials if row.consent == "asked"]
    assert asked
    assert [row["kind"] for row in window.select("ledger_entries", node="n1.asks")].count("FetchMaterials") == 1
    agreed = counter.record_consent(asked).intake
    assert agreed is not None
    assert [field.value for field in agreed.fields if field.id == "home_address"] == ["示范路1号"]
    assert agreed.gaps != offered.gaps


def test_a_draft_that_is_opened_again_for_another_visit_may_ask_anew(window: SampleWindow) -> None:
    counter = OfficeCounter(window.office, staff(window, "clerk-1"))
    window.serve()
    begun = counter.begin_draft("birth").intake
    assert begun is not None
    assert not begun.can_fetch_materials
    counter.finish_visit()
    window.serve()
    again = counter.reopen_draft(begun.draft).intake
    assert again is not None
    assert again.can_fetch_materials


def test_nobody_can_be_called_but_a_printed_ticket_is_served(city: City, window: SampleWindow) -> None:
    counter = OfficeCounter(window.office, staff(window, "clerk-1"))
    known = city.center.take_ticket().rpartition("/")[2]
    window.client.flush()
    unknown = city.center.take_ticket().rpartition("/")[2]
    disconnect(window)
    assert "Nobody was called" in counter.call_next().message
    served = counter.process_scan(known)
    assert served.serving is not None
    assert served.serving.number == known
    served = counter.process_scan(unknown)
    assert served.serving is not None
    assert unknown in served.message


def test_a_code_that_changes_says_what_to_ask_for_instead(window: SampleWindow) -> None:
    counter = OfficeCounter(window.office, staff(window, "clerk-1"))
    window.serve()
    disconnect(window)
    with pytest.raises(OutOfReach, match="signed code"):
        counter.process_scan(window.office.settings.code_urls[0].replace("{code}", "A" * 32))


def test_an_officer_goes_on_with_what_they_hold(window: SampleWindow) -> None:
    for _case in range(2):
        window.accept_birth()
    window.client.flush()
    officer = OfficeDepartment(window.office, staff(window, "health-1"))
    officer.claim_next()
    disconnect(window)
    officer.renew_claim()
    approved = officer.approve("")
    assert approved.message.startswith("Recorded")
    with pytest.raises(OutOfReach, match="Nothing was claimed"):
        officer.claim_next()


def test_the_kiosk_sends_people_to_the_counter(window: SampleWindow) -> None:
    disconnect(window)
    with pytest.raises(OutOfReach, match="go to a counter"):
        OfficeKiosk(window.office).take_ticket("A")
    assert window.select("tickets") == []


def test_the_kiosk_knows_what_was_accepted_at_any_window_of_its_centre(city: City, window: SampleWindow) -> None:
    kiosk = OfficeKiosk(city.join("n2", window="w2").office)
    number = window.accept_birth()
    city.exchange_all()
    right = str(window.case(number)["applicant_number"])[-4:]
    assert kiosk.find_case_status(number, right).number == number
    unknown = "260000099999"
    for asked, factor in ((number, "0000"), (number, ""), (unknown, right)):
        with pytest.raises(Refused, match=r"do not belong together\.$"):
            kiosk.find_case_status(asked, factor)


def test_the_kiosk_of_another_centre_tells_of_a_case_what_its_center_says(city: City, window: SampleWindow) -> None:
    teller = RegisterStaff(id="kiosk-2", number="k2", name="k2", role="kiosk", pin_hash="", organ="centre-2")
    city.center.door.perform(teller, SYSTEM)
    far = city.join("n2", organs=("centre-2",))
    settings = far.office.settings.model_copy(update={"kiosk_staff": "kiosk-2"})
    far.office = replace(far.office, settings=settings)
    number = window.accept_birth()
    city.exchange_all()
    right = str(window.case(number)["applicant_number"])[-4:]
    there, here = (
        OfficeKiosk(far.office).find_case_status(number, right),
        OfficeKiosk(window.office).find_case_status(number, right),
    )
    assert there == here
    assert [bool(one.reason) for one in there.matters if one.state == "left out"] == [True, True]  # it says why
    assert far.select("cases") == []  # nothing stays
    city.exchange_all()
    assert city.differences() == []
    far.transport.down = True
    for asked, factor in ((number, right), (number, "0000")):
        with pytest.raises(Refused, match="A counter can look it up"):
            OfficeKiosk(far.office).find_case_status(asked, factor)


def test_refused_work_is_listed_with_everything_typed_and_settled_once(city: City, window: SampleWindow) -> None:
    number = window.accept_birth()
    window.client.flush()
    claimed = window.claim("health")
    disconnect(window)
    window.decide(claimed, "refused", "not born here")
    city.center.door.perform(TakeBackTask(task=claimed.task, reason="ill"), "supervisor")
    city.center.door.perform(ClaimTask(organ="health", task=claimed.task), "health-2")
    window.transport.down = False
    city.exchange_all()
    supervisor = OfficeSupervisor(window.office, staff(window, "supervisor"))
    assert supervisor.read_view().status.rejected == 1
    (one,) = supervisor.read_connection().rejected
    assert (one.case_number, one.action) == (number, "Decision on a task")
    assert "not born here" in {pair.value for pair in one.typed}
    counter = OfficeCounter(window.office, staff(window, "clerk-1"))
    case = counter.open_case(number).case
    assert case is not None
    assert case.rejected == (one,)
    assert any("refused by the center" in line for line in explain_case(window.office, number))
    with pytest.raises(Refused):
        supervisor.settle_rejected(one.id, " ")
    supervisor.settle_rejected(one.id, "asked the officer")
    assert supervisor.read_view().status.rejected == 0
    with pytest.raises(Refused):
        supervisor.settle_rejected(one.id, "again")
    city.exchange_all()
    assert "SettleRefusal" not in {row["kind"] for row in city.center.entries()}
    assert city.differences() == []


def test_an_objection_is_settled_at_the_window_for_everybody(city: City, window: SampleWindow) -> None:
    other = city.join("n3", window="w2")
    numbers = [window.accept(window.prepare_birth()), other.accept(other.prepare_birth("w2"))]
    city.exchange_all()
    counter = OfficeCounter(other.office, staff(other, "clerk-2"))
    (one,) = counter.read_connection().rejected
    assert one.case_number == numbers[1]
    counter.settle_rejected(one.id, "the first one was withdrawn")
    city.exchange_all()
    assert city.center.select("objections")[0]["settled_by"] == "clerk-2"
    assert counter.read_connection().rejected == ()


def test_the_history_of_a_case_is_the_centers_and_then_what_it_does_not_know(city: City, window: SampleWindow) -> None:
    number = window.accept_birth()
    city.exchange_all()
    counter = OfficeCounter(window.office, staff(window, "clerk-1"))
    known = counter.open_case(number).case
    assert known is not None
    assert [row.action for row in known.history] == ["accepted", "paper printed"]
    disconnect(window)
    counter.withdraw_case("changed their mind")
    waits = counter.read_view().case
    assert waits is not None
    assert [row.action for row in waits.history] == ["accepted", "paper printed", "withdrawn"]
    window.transport.down = False
    city.exchange_all()
    again = counter.read_view().case
    assert again is not None
    assert [row.action for row in again.history] == ["accepted", "paper printed", "withdrawn"]
    there = OfficeCounter(replace(city.center.office), staff(window, "clerk-1")).open_case(number).case
    assert there is not None
    assert there.history == again.history
