"""Four eyes are those of two natural persons, whatever accounts they use."""

from __future__ import annotations

import pytest

from clerk_app.cases.tasks.decisions import DecideTask
from clerk_app.errors import Refused
from clerk_app.people import SYSTEM
from clerk_app.people.staff import RegisterStaff, ResetPin, SetPerson
from tests.office import SampleOffice, find_faults


def refusal(office: SampleOffice, command: DecideTask | ResetPin | SetPerson, actor: str) -> str:
    with pytest.raises(Refused) as refused:
        office.door.perform(command, actor)  # type: ignore[misc]
    return refused.value.reason


def test_second_account_of_the_acceptor_does_not_approve(office: SampleOffice) -> None:
    office.door.perform(SetPerson(staff="health-1", other="clerk-1"), "admin")
    office.accept_birth()
    claimed = office.claim("health")
    approve = DecideTask(task=claimed.task, fence=claimed.fence, outcome="approved")
    assert refusal(office, approve, "health-1") == "same_person"
    assert office.select("tasks", id=claimed.task)[0]["state"] == "claimed"
    office.decide(claimed, "refused", "not entitled")  # a refusal needs no second person
    assert find_faults(office.store) == []


def test_another_person_approves(office: SampleOffice) -> None:
    office.door.perform(SetPerson(staff="health-1", other="clerk-1"), "admin")
    office.accept_birth()
    office.decide(office.claim("health", officer="health-2"), "approved")


def test_accounts_of_one_person_are_joined_in_any_order(office: SampleOffice) -> None:
    register = RegisterStaff(id="admin-2", number="7002", name="x", role="administrator", pin_hash="")
    office.door.perform(register, SYSTEM)
    office.door.perform(SetPerson(staff="clerk-1", other="clerk-2"), "admin")
    office.door.perform(SetPerson(staff="admin-2", other="clerk-1"), "admin")
    persons = {row["person"] for row in office.select("staff") if row["id"] in ("clerk-1", "clerk-2", "admin-2")}
    assert persons == {"clerk-2"}
    assert refusal(office, ResetPin(staff="clerk-1", pin_hash="x"), "admin-2") == "own_account"
    assert refusal(office, SetPerson(staff="clerk-1", other="clerk-1"), "admin") == "same_account"
    assert find_faults(office.store) == []


def test_unknown_outcome_is_refused_with_a_sentence(office: SampleOffice) -> None:
    office.accept_birth()
    claimed = office.claim("health")
    unknown = DecideTask(task=claimed.task, fence=claimed.fence, outcome="perhaps")  # type: ignore[arg-type]
    assert refusal(office, unknown, "health-1") == "outcome"
