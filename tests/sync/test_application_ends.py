"""Each application from outside has one end, also after a rejection, two openings, or a cut line."""

from __future__ import annotations

from pathlib import Path

import pytest
from msgspec.structs import replace

from clerk_app.cases.applications.answers import AnswerApplication
from clerk_app.cases.applications.opening import OpenApplication
from clerk_app.cases.applications.terms import find_receipt_time
from clerk_app.cases.applications.withdrawal import WithdrawApplication
from clerk_app.cases.rejected_acceptances import AcceptRejected, DeclareNotValid, InformCitizen
from clerk_app.errors import Refused
from clerk_app.hall.windows import SetWindowState
from clerk_app.people import SYSTEM
from clerk_app.people.staff import ChangeStaff
from tests.cases.applications import PORTAL, add_portal, open_application, read, receive
from tests.office import find_faults
from tests.sample_data import CLERKS
from tests.sync.city import City, SampleWindow

pytestmark = pytest.mark.usefixtures("english")


@pytest.fixture
def number(city: City) -> str:
    add_portal(city.center)
    return receive(city.center).number


def accept_and_reject(city: City, counter: SampleWindow, number: str) -> str:
    """Accept the application at a window whose clerk has lost the role meanwhile; return the id of the rejection."""
    open_application(counter, number)
    command = replace(counter.prepare_birth(), application=number)
    counter.transport.down = True
    counter.accept(command)
    city.center.door.perform(ChangeStaff(staff="clerk-1", name="x", role="auditor"), "admin")
    counter.transport.down = False
    city.exchange_all()
    (row,) = city.center.select("rejected_acceptances", kind="AcceptCase")
    return str(row["id"])


def test_a_rejected_acceptance_that_is_accepted_again_ends_its_application(
    city: City, counter: SampleWindow, number: str
) -> None:
    rejected = accept_and_reject(city, counter, number)
    assert read(city.center, number)["state"] == "opened"
    supervisor = city.join("s1", kind="supervisor")
    again = supervisor.door.perform(AcceptRejected(rejected=rejected), "supervisor")
    city.exchange_all()
    row = read(city.center, number)
    assert (row["state"], row["case_number"]) == ("accepted", again.accepted.number)
    assert city.differences() == []
    assert find_faults(city.center.store) == []


@pytest.mark.wide
def test_an_application_whose_rejected_acceptance_is_settled_otherwise_waits_again(
    city: City, counter: SampleWindow, number: str
) -> None:
    rejected = accept_and_reject(city, counter, number)
    supervisor = city.join("s1", kind="supervisor")
    supervisor.door.perform(InformCitizen(rejected=rejected, note="by telephone"), "supervisor")
    row = read(city.center, number)
    assert (row["state"], row["opened_node"], row["case_number"]) == ("received", "", "")
    city.exchange_all()
    assert [row["content"] for row in counter.select("applications")] == [None]
    assert city.differences() == []
    assert find_faults(city.center.store) == []


@pytest.mark.wide
def test_a_second_case_of_an_application_is_not_accepted_from_rejected_work(
    city: City, counter: SampleWindow, remote: SampleWindow, number: str
) -> None:
    rejected = accept_and_reject(city, counter, number)
    case = accept_at(remote, number)
    city.exchange_all()
    with pytest.raises(Refused) as refused:
        city.center.door.perform(AcceptRejected(rejected=rejected), "supervisor")
    assert refused.value.facts["case"] == case
    city.center.door.perform(InformCitizen(rejected=rejected, note="by telephone"), "supervisor")
    assert read(city.center, number)["case_number"] == case


@pytest.mark.wide
def test_an_acceptance_after_an_answer_is_accepted_again_with_an_objection(
    city: City, counter: SampleWindow, number: str
) -> None:
    rejected = accept_and_reject(city, counter, number)
    city.center.door.perform(AnswerApplication(application=number, outcome="refused", reason="no"), CLERKS[1])
    city.center.door.perform(AcceptRejected(rejected=rejected), "supervisor")
    assert [row["reason"] for row in city.center.select("objections")] == ["application"]
    assert read(city.center, number)["state"] == "answered"
    assert find_faults(city.center.store) == []


def test_of_two_windows_that_accept_one_application_the_second_case_has_an_objection(
    city: City, counter: SampleWindow, remote: SampleWindow, number: str
) -> None:
    open_application(counter, number)
    first = replace(counter.prepare_birth(), application=number)
    counter.transport.down = True
    case = accept_at(remote, number)
    remote.client.flush()
    counter.accept(first)
    counter.transport.down = False
    city.exchange_all()
    assert read(city.center, number)["case_number"] == case
    assert "application" in [row["reason"] for row in city.center.select("objections")]
    assert city.differences() == []


@pytest.mark.wide
def test_an_application_withdrawn_in_the_portal_leaves_the_window_where_it_is_open(
    city: City, counter: SampleWindow, number: str
) -> None:
    open_application(counter, number)
    with pytest.raises(Refused):
        city.center.door.perform(WithdrawApplication(application=number, portal="another"), SYSTEM)
    city.center.door.perform(WithdrawApplication(application=number, portal=PORTAL), SYSTEM)
    city.exchange_all()
    assert counter.select("applications") == []
    with pytest.raises(Refused, match="was withdrawn by its applicant"):
        open_application(counter, number)
    counter.accept(replace(counter.prepare_birth(), application=number))
    city.exchange_all()
    assert read(city.center, number)["state"] == "withdrawn"
    assert [row["reason"] for row in city.center.select("objections")] == ["application"]
    assert find_faults(city.center.store) == []


@pytest.mark.wide
def test_the_application_of_a_case_that_is_declared_not_valid_waits_again(
    city: City, counter: SampleWindow, number: str
) -> None:
    case = accept_at(counter, number, "w1", CLERKS[0])
    city.exchange_all()
    city.center.door.perform(DeclareNotValid(case=case, reason="forged"), "supervisor")
    row = read(city.center, number)
    assert (row["state"], row["case_number"]) == ("received", "")
    assert find_faults(city.center.store) == []


def accept_at(window: SampleWindow, number: str, place: str = "w5", clerk: str = "clerk-5") -> str:
    """Open the application at a window, and accept it there; return the number of the case."""
    if place == "w5":
        window.door.perform(SetWindowState(window=place, state="open"), clerk)
    window.door.perform(OpenApplication(application=number, purpose="review"), clerk)
    return window.accept(replace(window.prepare_birth(place), application=number))


@pytest.mark.wide
def test_a_late_acceptance_of_a_window_without_the_application_counts_from_the_receipt_and_has_an_objection(
    city: City, remote: SampleWindow, number: str
) -> None:
    window = city.join("w9", window="w1", kind="counter")
    window.door.perform(SetWindowState(window="w1", state="open"), CLERKS[0])
    open_application(window, number)
    open_application(city.center, number, clerk=CLERKS[1])
    city.exchange_all()
    assert window.select("applications") == []
    city.center.clock.advance(days=9)
    command = replace(window.prepare_birth(), application=number)
    window.transport.down = True
    case = window.accept(command)
    (before,) = window.select("cases", number=case)
    window.transport.down = False
    city.exchange_all()
    (row,) = city.center.select("cases", number=case)
    assert [found["reason"] for found in city.center.select("objections")] == ["late_application"]
    assert read(city.center, number)["case_number"] == case
    start = find_start(city, number)
    assert row["accepted_at"] == start < before["accepted_at"]
    assert row["promised_at"] < before["promised_at"]
    started = [task["started_at"] for task in city.center.select("tasks", case_number=case) if task["started_at"]]
    assert set(started) == {start}
    assert city.differences() == []
    assert find_faults(city.center.store) == []


def find_start(city: City, number: str) -> int:
    with city.center.store.read() as tx:
        return find_receipt_time(tx, number)


@pytest.mark.wide
def test_an_application_that_a_restored_center_has_lost_keeps_its_number_and_gets_its_case(
    city: City, counter: SampleWindow, number: str, tmp_path: Path
) -> None:
    backup = tmp_path / "backup.db"
    city.center.store.backend.copy_to(backup)
    lost = receive(city.center, reference="P-2").number
    open_application(counter, lost)
    command = replace(counter.prepare_birth(), application=lost)
    counter.transport.down = True
    case = counter.accept(command)
    city.restore_center(backup)
    assert city.center.select("applications", number=lost) == []
    with pytest.raises(Refused, match="is no number of an application"):
        receive(city.center, reference="P-2", number="SQ260000000000")
    assert receive(city.center, reference="P-2", number=lost).number == lost
    assert receive(city.center, reference="P-3", number=number).number not in (number, lost)
    counter.transport.down = False
    city.exchange_all()
    assert read(city.center, lost)["case_number"] == case
    assert find_faults(city.center.store) == []


@pytest.mark.wide
def test_a_case_that_reaches_a_restored_center_before_its_application_is_its_end(
    city: City, counter: SampleWindow, remote: SampleWindow, tmp_path: Path
) -> None:
    add_portal(city.center)
    backup = tmp_path / "backup.db"
    city.center.store.backend.copy_to(backup)
    lost = receive(city.center, reference="P-2").number
    open_application(counter, lost)
    command = replace(counter.prepare_birth(), application=lost)
    counter.transport.down = True
    second = counter.accept(command)
    case = accept_at(remote, lost)
    city.restore_center(backup)
    remote.client.flush()
    counter.transport.down = False
    city.exchange_all()
    assert receive(city.center, reference="P-2", number=lost).number == lost
    row = read(city.center, lost)
    assert (row["state"], row["case_number"]) == ("accepted", case)
    assert "application" in [row["reason"] for row in city.center.select("objections", case_number=second)]
    assert city.center.select("objections", case_number=case, reason="application") == []
    assert find_faults(city.center.store) == []


@pytest.mark.wide
def test_an_opening_decided_before_a_restore_does_not_open_an_application_that_has_ended_since(
    city: City, counter: SampleWindow, number: str, tmp_path: Path
) -> None:
    backup = tmp_path / "backup.db"
    city.center.store.backend.copy_to(backup)
    open_application(counter, number)
    city.exchange_all()
    city.restore_center(backup)
    city.center.door.perform(WithdrawApplication(application=number, portal=PORTAL), SYSTEM)
    case = counter.accept(replace(counter.prepare_birth(), application=number))
    city.exchange_all()
    assert read(city.center, number)["state"] == "withdrawn"
    assert "application" in [row["reason"] for row in city.center.select("objections", case_number=case)]
    assert find_faults(city.center.store) == []
