"""The roles of a window while its center is out of reach: they continue, and show what is unknown."""

from __future__ import annotations

from dataclasses import replace

import pytest

from clerk_app.cases.tasks.claims import ClaimTask, TakeBackTask
from clerk_app.errors import OutOfReach, Refused
from clerk_app.locales import set_language
from clerk_app.roles.counter.service import OfficeCounter
from clerk_app.roles.department.service import OfficeDepartment
from clerk_app.roles.explanation import explain_case
from clerk_app.roles.kiosk.service import OfficeKiosk
from clerk_app.roles.supervisor.service import OfficeSupervisor
from tests.sync.city import City, SampleWindow

pytestmark = pytest.mark.usefixtures("english")


@pytest.fixture
def window(city: City) -> SampleWindow:
    return city.join("n1", window="w1", organs=("centre", "health"))


def staff(window: SampleWindow, who: str) -> dict[str, object]:
    return window.select("staff", id=who)[0]


def disconnect(window: SampleWindow) -> None:
    window.transport.down = True
    window.client.record_connection_lost()


def test_one_thing_can_be_started_offline(window: SampleWindow) -> None:
    counter = OfficeCounter(window.office, staff(window, "clerk-1"))
    window.serve()
    disconnect(window)
    view = counter.begin_draft("birth")
    assert view.intake is not None
    assert "only what the signed code carries" in view.message
    assert view.intake.fields[3].value or any(row.name == "王芳" for row in view.intake.parties)
    assert view.status.connection.startswith("center out of reach since")
    assert view.status.unsent > 0


@pytest.mark.wide
def test_materials_can_be_fetched_after_reconnection_without_touching_typed_values(
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
    window.prove(window.open_visit_at())
    fetched = counter.fetch_materials().intake
    assert fetched is not None
    assert not fetched.can_fetch_materials
    need_consent = [row.id for row in fetched.materials if row.consent == "asked"]
    assert need_consent
    assert [row["kind"] for row in window.select("ledger_entries", node="n1.asks")].count("FetchMaterials") == 1
    agreed = counter.record_consent(need_consent).intake
    assert agreed is not None
    assert [field.value for field in agreed.fields if field.id == "home_address"] == ["示范路1号"]
    assert agreed.gaps != offered.gaps


@pytest.mark.wide
def test_draft_reopened_in_another_visit_can_fetch_materials_again(window: SampleWindow) -> None:
    counter = OfficeCounter(window.office, staff(window, "clerk-1"))
    window.prove(window.serve())
    begun = counter.begin_draft("birth").intake
    assert begun is not None
    assert not begun.can_fetch_materials
    counter.finish_visit()
    window.serve()
    reopened = counter.reopen_draft(begun.draft).intake
    assert reopened is not None
    assert reopened.can_fetch_materials


def test_offline_counter_serves_printed_tickets_only(city: City, window: SampleWindow) -> None:
    counter = OfficeCounter(window.office, staff(window, "clerk-1"))
    known = city.center.take_ticket().rpartition("/")[2]
    window.client.flush()
    unknown = city.center.take_ticket().rpartition("/")[2]
    disconnect(window)
    assert "Nobody was called" in counter.call_next().message
    served = counter.process_scan(known)
    assert served.serving is not None
    assert served.serving.number == known
    requested = counter.process_scan(unknown).requested_ticket
    assert requested is not None
    served = counter.resume(requested.id, "hold")
    assert served.serving is not None
    assert unknown in served.message


@pytest.mark.wide
def test_dynamic_code_offline_asks_for_the_signed_code(window: SampleWindow) -> None:
    counter = OfficeCounter(window.office, staff(window, "clerk-1"))
    window.serve()
    disconnect(window)
    with pytest.raises(OutOfReach, match="signed code"):
        counter.process_scan(window.office.settings.code_urls[0].replace("{code}", "A" * 32))


def test_officer_continues_offline_with_claimed_tasks(window: SampleWindow) -> None:
    for _case in range(2):
        window.accept_birth()
    window.client.flush()
    officer = OfficeDepartment(window.office, staff(window, "health-1"))
    officer.claim_next()
    disconnect(window)
    held = officer.renew_claim().task
    assert held is not None
    assert not held.lease_over
    window.clock.advance(minutes=20)
    held = officer.renew_claim().task
    assert held is not None
    assert held.lease_over  # another window can claim it; this one cannot renew it
    approved = officer.approve("")
    assert approved.message.startswith("Recorded")
    with pytest.raises(OutOfReach, match="Nothing was claimed"):
        officer.claim_next()


@pytest.mark.wide
def test_offline_kiosk_refers_to_the_counter(window: SampleWindow) -> None:
    kiosk = OfficeKiosk(window.office)
    assert kiosk.read_view().is_connected
    window.clock.advance(minutes=3)  # nothing came from the center, and no request has failed yet
    assert not kiosk.read_view().is_connected
    window.client.flush()
    assert kiosk.read_view().is_connected
    disconnect(window)
    assert not kiosk.read_view().is_connected
    with pytest.raises(OutOfReach, match="go to a window"):
        kiosk.take_ticket("A")
    assert window.select("tickets") == []


@pytest.mark.wide
def test_a_supervisor_without_the_center_reads_how_old_the_figures_are(city: City, window: SampleWindow) -> None:
    supervisor = OfficeSupervisor(window.office, staff(window, "supervisor"))
    assert not any("out of reach" in alert.text for alert in supervisor.read_view().alerts)
    known = f"{city.center.office.local_time():%H:%M}"
    disconnect(window)
    city.center.clock.advance(minutes=180)
    (alert,) = [alert for alert in supervisor.read_view().alerts if "out of reach" in alert.text]
    assert known in alert.text


def test_rejected_work_shows_all_typed_values_and_is_settled_once(city: City, window: SampleWindow) -> None:
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
    (rejected,) = supervisor.read_connection().rejected
    assert (rejected.case_number, rejected.action) == (number, "Decision on a task")
    assert "not born here" in {pair.value for pair in rejected.typed}
    set_language("zh_CN")
    assert "不予批准" in {pair.value for pair in supervisor.read_connection().rejected[0].typed}
    set_language("en")
    counter = OfficeCounter(window.office, staff(window, "clerk-1"))
    case = counter.open_case(number).case
    assert case is not None
    assert case.rejected == (rejected,)
    assert any("refused by the center" in line for line in explain_case(window.office, number))
    with pytest.raises(Refused):
        supervisor.settle_rejected(rejected.id, " ")
    supervisor.settle_rejected(rejected.id, "asked the officer")
    assert supervisor.read_view().status.rejected == 0
    with pytest.raises(Refused):
        supervisor.settle_rejected(rejected.id, "again")
    city.exchange_all()
    assert "SettleRefusal" not in {row["kind"] for row in city.center.entries()}
    assert city.differences() == []


@pytest.mark.wide
def test_objection_settled_at_one_window_is_settled_everywhere(city: City, window: SampleWindow) -> None:
    other = city.join("n3", window="w2")
    numbers = [window.accept(window.prepare_birth()), other.accept(other.prepare_birth("w2"))]
    city.exchange_all()
    counter = OfficeCounter(other.office, staff(other, "clerk-2"))
    (objection,) = counter.read_connection().rejected
    assert objection.case_number == numbers[1]
    counter.settle_rejected(objection.id, "the first one was withdrawn")
    city.exchange_all()
    assert city.center.select("objections")[0]["settled_by"] == "clerk-2"
    assert counter.read_connection().rejected == ()


@pytest.mark.wide
def test_case_history_is_the_centers_followed_by_unanswered_entries(city: City, window: SampleWindow) -> None:
    number = window.accept_birth()
    city.exchange_all()
    counter = OfficeCounter(window.office, staff(window, "clerk-1"))
    known = counter.open_case(number).case
    assert known is not None
    online = ["accepted; consent stated by the clerk (3)", "paper sent to the printer"]
    assert [row.action for row in known.history] == online
    disconnect(window)
    counter.withdraw_case("changed their mind")
    unanswered = counter.read_view().case
    assert unanswered is not None
    assert [row.action for row in unanswered.history] == [*online, "withdrawn"]
    window.transport.down = False
    city.exchange_all()
    answered = counter.read_view().case
    assert answered is not None
    assert [row.action for row in answered.history] == [*online, "withdrawn"]
    at_center = OfficeCounter(replace(city.center.office), staff(window, "clerk-1")).open_case(number).case
    assert at_center is not None
    assert at_center.history == answered.history


@pytest.mark.wide
def test_the_state_of_a_case_is_as_old_as_the_last_exchange(city: City, window: SampleWindow) -> None:
    number = window.accept_birth()
    city.exchange_all()
    counter = OfficeCounter(window.office, staff(window, "clerk-1"))
    known = counter.open_case(number).case
    assert known is not None
    exchanged_at = window.office.local_time().strftime("%H:%M")
    disconnect(window)
    window.clock.advance(minutes=180)
    later = counter.read_view().case
    assert later is not None
    assert exchanged_at != window.office.local_time().strftime("%H:%M")
    assert later.as_of == f"as of {exchanged_at}"
    window.clock.advance(minutes=24 * 60)
    later = counter.read_view().case
    assert later is not None
    assert later.as_of.endswith(f"-06 {exchanged_at}")  # with the date


@pytest.mark.wide
def test_at_the_authority_the_state_of_a_case_is_as_of_now(city: City, window: SampleWindow) -> None:
    number = window.accept_birth()
    city.exchange_all()
    city.center.clock.advance(minutes=180)
    case = OfficeCounter(replace(city.center.office), staff(window, "clerk-1")).open_case(number).case
    assert case is not None
    assert case.as_of == f"as of {city.center.office.local_time():%H:%M}"
