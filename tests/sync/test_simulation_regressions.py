"""Regressions that the simulated city found, each as a test of its own."""

from __future__ import annotations

import sqlite3
from dataclasses import replace
from pathlib import Path

import pytest

from clerk_app.cases.tasks.supplements import ReturnTask
from clerk_app.composition.office import STORE_FILE, open_office
from clerk_app.errors import Refused
from clerk_app.hall.calls import CallNext, CallTicket
from clerk_app.hall.windows import SetWindowState
from clerk_app.ledger import audit
from tests.office import find_faults
from tests.sample_data import HALL
from tests.sync.city import City, SampleWindow


@pytest.fixture
def twin(city: City, counter: SampleWindow) -> SampleWindow:
    return copy_window(city, counter)


def copy_window(city: City, counter: SampleWindow) -> SampleWindow:
    """Copy a window's folder, as a copied disk does: two programs use one identity unnoticed."""
    folder = city.folder / "twin"
    folder.mkdir()
    (folder / "office.toml").write_bytes((counter.office.folder / "office.toml").read_bytes())
    source, target = sqlite3.connect(counter.store.path), sqlite3.connect(folder / STORE_FILE)
    source.backup(target)
    for connection in (source, target):
        connection.close()
    made = replace(counter, office=open_office(folder, clock=counter.office.door.clock))
    made.connect()
    city.windows["n1-twin"] = made
    return made


@pytest.mark.wide
def test_held_ticket_served_elsewhere_disappears_at_its_first_window(city: City, counter: SampleWindow) -> None:
    other = city.join("n3", window="w2")
    city.center.take_ticket()
    visit = counter.door.perform(CallNext(hall=HALL, window="w1"), "clerk-1").visit
    counter.identify(visit, "mother", "clerk-1")
    counter.move_ticket("hold")
    city.exchange_all()
    ticket = other.select("tickets")[0]["id"]
    served = other.door.perform(CallTicket(ticket=ticket, window="w2"), "clerk-2")
    other.identify(served.visit, "mother", "clerk-2")
    city.exchange_all()
    assert other.select("visits", id=served.visit)[0]["shown_number"]
    assert city.differences() == []
    assert counter.select("visits") == counter.select("persons") == other.select("refusals") == []


@pytest.mark.wide
def test_person_in_two_visits_is_one_row(city: City, counter: SampleWindow) -> None:
    city.center.take_ticket()
    claimed = counter.door.perform(CallNext(hall=HALL, window="w1"), "clerk-1").visit
    counter.identify(claimed, "mother", "clerk-1")
    counter.move_ticket("hold")
    counter.fetch_licences(counter.serve("mother"), "birth")
    city.exchange_all()
    assert len(counter.select("visits")) == 2
    counter.move_ticket("finish")
    city.exchange_all()
    assert [row["id"] for row in counter.select("persons")] == ["mother"]
    assert city.differences() == []


def test_clock_change_before_the_first_exchange_is_corrected(city: City, counter: SampleWindow) -> None:
    city.windows["n1"] = reopened = counter.reopen()
    reopened.transport.down = True
    reopened.skew[0] = -600 * 1_000_000
    right = city.center.clock()
    number = reopened.accept_road()
    reopened.transport.down = False
    city.exchange_all()
    assert abs(city.center.case(number)["accepted_at"] - right) < 60 * 1_000_000


@pytest.mark.wide
def test_clock_offset_survives_a_power_cut(city: City, counter: SampleWindow) -> None:
    counter.transport.down = True
    counter.skew[0] = 7_200 * 1_000_000
    counter.door.perform(SetWindowState(window="w1", state="open"), "clerk-1")
    city.windows["n1"] = reopened = counter.reopen()
    right = city.center.clock()
    number = reopened.accept_road()
    reopened.transport.down = False
    city.exchange_all()
    assert abs(city.center.case(number)["accepted_at"] - right) < 60 * 1_000_000


def test_identical_entries_of_two_programs_with_one_identity_are_a_fork(
    city: City, counter: SampleWindow, twin: SampleWindow
) -> None:
    for window in (counter, twin):
        window.serve()  # WalkIn with the same bytes under the same number, at another moment
        window.move_ticket("finish")
    city.exchange_all()
    twin.client.flush()
    begun = [row["kind"] for row in city.center.select("ledger_entries", node="n1", incarnation=2)]
    assert begun == ["BeginIncarnation", "WalkIn", "Identify", "ConfirmPerson", "MoveTicket"]
    assert [row["reason"] for row in twin.select("refusals")][:1] == ["fork"]
    assert audit.verify_log(city.center.store)[1] == []


@pytest.mark.wide
def test_entries_after_a_fork_are_performed_in_the_next_incarnation_only(
    city: City, counter: SampleWindow, twin: SampleWindow
) -> None:
    counter.serve()
    counter.client.flush()
    for _each in range(2):
        twin.serve()
        twin.move_ticket("finish")
    city.exchange_all()
    twin.client.flush()
    kinds = [[row["kind"] for row in city.center.select("ledger_entries", node="n1", incarnation=at)] for at in (1, 2)]
    assert kinds[0] == ["WalkIn", "Identify", "ConfirmPerson"]
    assert kinds[1] == ["BeginIncarnation", *["WalkIn", "Identify", "ConfirmPerson", "MoveTicket"] * 2]


@pytest.mark.wide
def test_what_a_copied_window_sends_again_keeps_its_time(city: City, counter: SampleWindow, twin: SampleWindow) -> None:
    for window in (counter, twin):
        window.serve()
    served_at = city.center.clock()
    city.center.clock.advance(minutes=300)
    city.exchange_all()
    twin.client.flush()
    entries = city.center.select("ledger_entries", node="n1", incarnation=2)
    assert [row["kind"] for row in entries] == ["BeginIncarnation", "WalkIn", "Identify", "ConfirmPerson"]
    assert all(abs(row["corrected_at"] - served_at) < 60 * 1_000_000 for row in entries[1:])


def test_case_number_used_by_a_copied_window_is_not_used_again(
    city: City, counter: SampleWindow, twin: SampleWindow
) -> None:
    first = twin.accept_birth()
    twin.client.flush()
    counter.client.flush()
    assert counter.accept_road() != first


@pytest.mark.wide
def test_two_programs_with_one_identity_keep_the_chain_valid(
    city: City, counter: SampleWindow, twin: SampleWindow
) -> None:
    for window in (counter, twin, counter, twin, counter):
        for state in ("paused", "open"):
            window.door.perform(SetWindowState(window="w1", state=state), "clerk-1")
        window.client.flush()
    assert audit.verify_log(city.center.store)[1] == []


def test_restored_center_gets_its_lost_calls_again_once(city: City, counter: SampleWindow, tmp_path: Path) -> None:
    backup = tmp_path / "backup.db"
    city.center.store.backend.copy_to(backup)
    visit = counter.serve("mother")
    counter.fetch_licences(visit, "birth")
    counter.client.flush()
    city.restore_center(backup)
    city.exchange_all()
    calls = [row["kind"] for row in city.center.select("ledger_entries", node="n1.asks")]
    assert calls.count("FetchMaterials") == 1
    assert city.differences() == []


@pytest.mark.wide
def test_new_call_before_the_lost_calls_are_resent_does_not_hide_them(
    city: City, counter: SampleWindow, tmp_path: Path
) -> None:
    backup = tmp_path / "backup.db"
    city.center.store.backend.copy_to(backup)
    counter.fetch_licences(counter.serve("mother"), "birth")
    counter.client.flush()
    city.restore_center(backup)
    with pytest.raises(Refused):
        counter.call_next()
    city.exchange_all()
    calls = [row["kind"] for row in city.center.select("ledger_entries", node="n1.asks", outcome="done")]
    assert calls.count("FetchMaterials") == 1
    assert city.differences() == []
    city.center.store.backend.copy_to(backup)
    city.restore_center(backup)
    city.exchange_all()
    calls = [row["kind"] for row in city.center.select("ledger_entries", node="n1.asks", outcome="done")]
    assert calls.count("FetchMaterials") == 1


@pytest.mark.wide
def test_lost_call_resent_by_two_copies_of_a_window_is_performed_once(
    city: City, counter: SampleWindow, tmp_path: Path
) -> None:
    backup = tmp_path / "backup.db"
    city.center.store.backend.copy_to(backup)
    counter.fetch_licences(counter.serve("mother"), "birth")
    counter.move_ticket("finish")
    counter.client.flush()
    twin = copy_window(city, counter)
    city.restore_center(backup)
    with pytest.raises(Refused):  # overtakes what both of them have to send again
        twin.call_next()
    city.exchange_all()
    calls = [row["kind"] for row in city.center.select("ledger_entries", node="n1.asks", outcome="done")]
    assert calls.count("FetchMaterials") == 1


@pytest.mark.wide
def test_returned_task_lost_by_the_center_is_returned_again(city: City, counter: SampleWindow, tmp_path: Path) -> None:
    health = city.join("n2", organs=("health",))
    number = counter.accept_birth()
    city.exchange_all()
    claimed = health.claim("health")
    city.center.store.backend.copy_to(tmp_path / "backup.db")
    return_task = ReturnTask(task=claimed.task, fence=claimed.fence, materials=("mother-id",), reason="unreadable")
    health.door.perform(return_task, claimed.staff)
    city.exchange_all()
    city.restore_center(tmp_path / "backup.db")
    city.exchange_all()
    assert city.center.tasks(number)[0]["state"] == "returned"
    assert find_faults(city.center.store) == city.differences() == []
    assert health.select("refusals") == []


def test_lost_decision_is_rejected_when_the_restored_center_made_another(
    city: City, counter: SampleWindow, tmp_path: Path
) -> None:
    health = city.join("n2", organs=("health",))
    number = counter.accept_birth()
    city.exchange_all()
    claimed = health.claim("health")
    city.center.store.backend.copy_to(tmp_path / "backup.db")
    health.decide(claimed, "approved")
    city.exchange_all()
    city.restore_center(tmp_path / "backup.db")
    other = city.center.claim("health", claimed.task, "health-2")
    city.center.decide(other, "refused", "no")
    city.exchange_all()
    assert city.center.tasks(number)[0]["state"] == "refused"
    assert [row["reason"] for row in health.select("refusals")] == ["not_held"]
    assert find_faults(city.center.store) == city.differences() == []


@pytest.mark.wide
def test_fork_after_a_restore_of_the_center_is_detected(
    city: City, counter: SampleWindow, twin: SampleWindow, tmp_path: Path
) -> None:
    city.center.store.backend.copy_to(tmp_path / "backup.db")
    first = counter.accept_road()
    counter.client.flush()
    city.restore_center(tmp_path / "backup.db")
    twin.door.perform(SetWindowState(window="w1", state="open"), "clerk-1")
    for _more in range(20):
        twin.door.perform(SetWindowState(window="w1", state="open"), "clerk-1")
    twin.client.flush()
    city.exchange_all()
    assert [row["number"] for row in city.center.select("cases")] == [first]
    assert [row["reason"] for row in counter.select("refusals")][:1] == ["fork"]


@pytest.mark.wide
def test_window_restarted_during_redelivery_drops_lost_documents(
    city: City, counter: SampleWindow, tmp_path: Path
) -> None:
    city.center.store.backend.copy_to(tmp_path / "backup.db")
    city.center.take_ticket()
    city.exchange_all()
    assert counter.select("tickets")
    city.restore_center(tmp_path / "backup.db")
    counter.client.step()  # it notices the new epoch, and is stopped
    city.windows["n1"] = reopened = counter.reopen()
    city.exchange_all()
    assert reopened.select("tickets") == []
    assert city.differences() == []


@pytest.mark.wide
def test_redelivery_shared_by_two_programs_drops_nothing(city: City, counter: SampleWindow, tmp_path: Path) -> None:
    city.center.store.backend.copy_to(tmp_path / "backup.db")
    city.restore_center(tmp_path / "backup.db")
    first = counter.client
    first.step()
    first.step()
    counter.connect()
    counter.client.step()
    first.flush()
    counter.client.flush()
    assert city.differences() == []


@pytest.mark.wide
def test_objection_that_a_restored_center_does_not_raise_disappears(
    city: City, counter: SampleWindow, tmp_path: Path
) -> None:
    other = city.join("n3", window="w2")
    city.center.store.backend.copy_to(tmp_path / "backup.db")
    first = other.door.perform(other.prepare_road("w2"), "clerk-2").number
    other.client.flush()
    second = counter.door.perform(counter.prepare_road(), "clerk-1").number
    city.exchange_all()
    assert [row["case_number"] for row in counter.select("objections")] == [second]
    city.restore_center(tmp_path / "backup.db")
    city.exchange_all()  # this time the second comes first
    assert [row["case_number"] for row in counter.select("objections")] == [first]
    assert city.differences() == []


@pytest.mark.wide
def test_supplement_for_a_withdrawn_case_keeps_queue_counts_correct(city: City, counter: SampleWindow) -> None:
    number = counter.accept_road()
    city.exchange_all()
    city.center.return_task(number, "excavation-planning", "pipe-survey")
    city.exchange_all()
    city.center.withdraw(number)
    counter.take_in(number, "pipe-survey")
    counter.client.ensure_numbers()
    with pytest.raises(Refused):  # the answer to a question brings what changed, before what was done is answered
        counter.call_next()
    city.exchange_all()
    counted = {(row["organ"], row["state"]): row["many"] for row in counter.select("queue_counts")}
    assert {place: many for place, many in counted.items() if many} == {}
    assert [row["reason"] for row in counter.select("refusals")] == ["case_state"]
    assert city.differences() == []
