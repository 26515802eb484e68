"""Entries made at a cut-off machine after the end of a sign-in are kept with an objection; see `session_ends.py`."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import msgspec
import pytest

from clerk_app.cases.case_record import read_case
from clerk_app.cases.delivery.closure import WithdrawCase
from clerk_app.cases.objections import RaiseObjection, SettleObjection
from clerk_app.cases.status_query import build_case_status
from clerk_app.cases.tasks.claims import ClaimTask
from clerk_app.cases.unmasking import UnmaskCase
from clerk_app.errors import Refused
from clerk_app.ledger.commands import Command
from clerk_app.people import SYSTEM
from clerk_app.people.staff import ResetPin, SetStaffState
from clerk_app.roles.case_view import build_case_view
from clerk_app.roles.objection_view import describe_objection, name_objection
from clerk_app.roles.rejected_work import read_rejected_acceptances
from clerk_app.roles.sign_in import verify_here
from clerk_app.roles.supervisor.service import OfficeSupervisor
from tests.fast_pins import hash_pin_fast
from tests.office import SampleOffice, find_faults
from tests.sample_data import PIN, SITE
from tests.sync.city import City, SampleWindow

pytestmark = pytest.mark.usefixtures("english")

DISMISS = SetStaffState(staff="clerk-1", state="dismissed", reason="x")
NEW_PIN = ResetPin(staff="clerk-1", pin_hash=hash_pin_fast("739461"))


@pytest.fixture
def window(city: City) -> SampleWindow:
    """A window with a key pair, at which the clerk has signed in."""
    window = city.join("n1", window="w1")
    window.use_machine_key(city)
    verify_here(window.office, "1000", PIN, "w1")
    city.center.clock.advance(seconds=2)  # a ticket has seconds
    return window


def withdraw(window: SampleWindow, number: str) -> None:
    window.door.perform(WithdrawCase(case=number, reason="the applicant asked for it"), "clerk-1")


def unmask(window: SampleWindow, number: str) -> None:
    window.door.perform(UnmaskCase(case=number, purpose="contact"), "clerk-1")


def objections(office: SampleOffice, number: str) -> list[str]:
    """The open objections of a case, in words."""
    with office.store.read() as tx:
        return [
            describe_objection(tx, row, "Asia/Shanghai")
            for row in tx.select("objections", order=("number",), case_number=number)
            if row["settled_at"] is None
        ]


def faults(city: City) -> set[str]:
    """Faults of the center, without the rows that tests wrote themselves."""
    return set(find_faults(city.center.store)) - {"node_keys", "nodes", "staff"}


@pytest.mark.many_cases
@pytest.mark.parametrize(
    ("change", "act"),
    [
        (DISMISS, withdraw),
        (NEW_PIN, withdraw),
        pytest.param(SetStaffState(staff="clerk-1", state="suspended", reason="x"), withdraw, marks=pytest.mark.wide),
        pytest.param(DISMISS, unmask, marks=pytest.mark.wide),
    ],
)
def test_an_entry_of_a_cut_off_machine_is_kept_with_an_objection(
    city: City, window: SampleWindow, change: Command[Any], act: Callable[[SampleWindow, str], None]
) -> None:
    number = window.accept_birth()
    city.exchange_all()
    window.transport.down = True
    city.center.door.perform(change, "admin")
    act(window, number)
    other = window.accept_road()
    window.transport.down = False
    window.client.flush()
    center = city.center
    assert window.select("refusals") == []
    assert center.case(number)["state"] == ("withdrawn" if act is withdraw else "accepted")
    for case in (number, other):
        (sentence,) = objections(center, case)
        assert "staff number 1000" in sentence
        assert "n1" in sentence
    (row,) = center.select("objections", case_number=number)
    assert "supervisor" in name_objection(row["reason"])
    task = next(row for row in center.tasks(other) if row["state"] == "pooled")
    claim = ClaimTask(organ=task["organ"], task=task["id"])
    with pytest.raises(Refused, match="waits for a supervisor"):
        center.door.perform(claim, f"{task['organ']}-1")
    with pytest.raises(Refused, match="nothing to claim"):
        center.door.perform(ClaimTask(organ=task["organ"]), f"{task['organ']}-1")
    center.door.perform(SettleObjection(case=other, number=1, note="genuine"), "supervisor")
    center.door.perform(claim, f"{task['organ']}-1")
    assert faults(city) == set()


@pytest.mark.parametrize("change", [DISMISS, pytest.param(NEW_PIN, marks=pytest.mark.wide)])
def test_a_machine_that_had_the_news_is_refused(city: City, window: SampleWindow, change: Command[Any]) -> None:
    number = window.accept_birth()
    city.exchange_all()
    city.center.door.perform(change, "admin")
    window.client.flush()
    with pytest.raises(Refused):  # the program refuses
        withdraw(window, number)
    with window.store.write() as tx:  # who controls the machine goes on
        tx.update("staff", {"id": "clerk-1"}, active=True, revoked_at=0)
    withdraw(window, number)
    other = window.accept_road()
    window.client.flush()
    center = city.center
    assert center.case(number)["state"] == "accepted"
    assert center.select("cases", number=other) == []
    assert objections(center, number) == []
    with center.store.read() as tx:
        work = read_rejected_acceptances(tx, "Asia/Shanghai", center.office.now)
    assert {row.case_number for row in work} >= {number, other}
    assert {row["reason"] for row in center.select("rejected_acceptances")} == {"revoked"}
    assert faults(city) == set()


@pytest.mark.wide
def test_a_decision_under_a_held_lease_is_kept_and_what_follows_waits(city: City, window: SampleWindow) -> None:
    number = window.accept_birth()
    health = city.join("n2", organs=("health",))
    city.exchange_all()
    claimed = health.claim("health")
    health.transport.down = True
    health.decide(claimed, "approved")
    dismiss = SetStaffState(staff=claimed.staff, state="dismissed", reason="x")
    city.center.door.perform(dismiss, "admin")
    health.transport.down = False
    city.exchange_all()
    assert health.select("refusals") == []
    assert city.center.tasks(number)[0]["state"] == "approved"
    (sentence,) = objections(city.center, number)
    assert "n2" in sentence
    task = next(row for row in city.center.tasks(number) if row["state"] == "pooled")
    with pytest.raises(Refused, match="waits for a supervisor"):
        city.center.door.perform(ClaimTask(organ=task["organ"], task=task["id"]), f"{task['organ']}-2")
    assert faults(city) == set()


def decide_last_task_after_dismissal(city: City, window: SampleWindow) -> str:
    """Return a case whose last task a dismissed officer approved at a cut-off machine, which is back."""
    number, center = window.accept_birth(), city.center
    city.exchange_all()
    while len(left := [task for task in center.tasks(number) if task["state"] in ("waiting", "pooled")]) > 1:
        pooled = next(task for task in left if task["state"] == "pooled")
        center.decide(center.claim(pooled["organ"], pooled["id"]), "approved")
    department = city.join("n2", organs=(left[0]["organ"],))
    city.exchange_all()
    claimed = department.claim(left[0]["organ"])
    department.transport.down = True
    department.decide(claimed, "approved")
    center.door.perform(msgspec.structs.replace(DISMISS, staff=claimed.staff), "admin")
    department.transport.down = False
    city.exchange_all()
    return number


@pytest.mark.wide
def test_results_wait_until_a_supervisor_settles_a_decision_made_after_a_dismissal(
    city: City, window: SampleWindow
) -> None:
    number = decide_last_task_after_dismissal(city, window)
    assert window.case(number)["state"] == "closed"
    with window.store.read() as tx:
        shown = build_case_view(tx, read_case(tx, number), window.office.now, data_time=None)
        assert any(work.case_number == number for work in shown.rejected)
    assert "hand_over" not in shown.actions
    assert "supervisor" in shown.held
    with pytest.raises(Refused, match="The results wait for a supervisor"):
        window.issue(number)
    supervisor = OfficeSupervisor(window.office, window.select("staff", id="supervisor")[0])
    (alert,) = [alert for alert in supervisor.read_view().alerts if number in alert.text]
    assert alert.level == "bad"
    assert "handed over when this is settled" in alert.text
    with city.center.store.write() as tx:  # as if it had been issued before the objection arrived
        tx.update("cases", {"number": number}, state="issued")
        assert build_case_status(tx, read_case(tx, number), city.center.office.now).state == "closed"
        tx.update("cases", {"number": number}, state="closed")
    verify_here(window.office, window.select("staff", id="supervisor")[0]["number"], PIN, "w1")
    window.door.perform(SettleObjection(case=number, number=1, note="looked at the papers: right"), "supervisor")
    window.issue(number)
    window.hand_over(number)
    city.exchange_all()
    assert city.center.case(number)["state"] == "delivered"
    assert window.select("refusals") == []
    assert faults(city) == set()


@pytest.mark.wide
def test_results_that_a_cut_off_window_handed_over_are_kept_and_the_supervisor_reads_it(
    city: City, window: SampleWindow
) -> None:
    number = window.accept_birth()
    city.exchange_all()
    city.center.approve_all(number)
    city.exchange_all()
    window.transport.down = True
    city.center.door.perform(DISMISS, "admin")
    window.issue(number)
    city.center.door.perform(RaiseObjection(case=number, reason="dismissed", sentence="A decision"), SYSTEM)
    window.hand_over(number)
    window.transport.down = False
    city.exchange_all()
    assert city.center.case(number)["state"] == "delivered"
    assert window.select("refusals") == []
    assert all("handed over already" in sentence for sentence in objections(city.center, number))


@pytest.mark.wide
def test_a_person_with_a_new_pin_has_to_sign_in_again(city: City, window: SampleWindow) -> None:
    city.center.door.perform(NEW_PIN, "admin")
    window.client.flush()
    with pytest.raises(Refused):
        window.serve("mother")
    with pytest.raises(Refused):
        verify_here(window.office, "1000", PIN, "w1")


@pytest.mark.wide
def test_what_a_person_did_before_a_dismissal_comes_back_after_a_restore(
    city: City, counter: SampleWindow, tmp_path: Path
) -> None:
    with city.center.store.write() as tx:
        tx.update("staff", {"id": "admin"}, organ=SITE)  # the sample has an administrator without an organ
    admin = city.join("n2", kind="admin")
    city.center.store.backend.copy_to(tmp_path / "backup.db")
    number = counter.accept_birth()
    counter.client.flush()
    withdraw(counter, number)
    counter.client.flush()
    admin.door.perform(SetStaffState(staff="clerk-1", state="dismissed", reason="x"), "admin")
    city.restore_center(tmp_path / "backup.db")
    admin.client.flush()
    city.exchange_all()
    assert city.center.case(number)["state"] == "withdrawn"
    assert counter.select("refusals") == []
    assert objections(city.center, number) == []
    assert [row["state"] for row in city.center.select("staff", id="clerk-1")] == ["dismissed"]
    assert faults(city) == set()
