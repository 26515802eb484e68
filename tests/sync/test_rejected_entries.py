"""Entries that the center rejects for role or place are work for the supervisor of the site, with a due date."""

from __future__ import annotations

import pytest

from clerk_app.cases.delivery.closure import WithdrawCase
from clerk_app.cases.objections import SettleObjection
from clerk_app.cases.rejected_acceptances import AcceptRejected, InformCitizen
from clerk_app.cases.rejections import TERM
from clerk_app.cases.tasks.claims import ClaimTask
from clerk_app.errors import BadData, Refused
from clerk_app.hall.calls import CallTicket
from clerk_app.people.staff import ChangeStaff, SetStaffState
from clerk_app.roles.rejected_work import read_rejected_acceptances, settle_rejected_work
from tests.office import find_faults
from tests.sync.city import City, SampleWindow


def test_an_entry_of_somebody_without_the_permission_is_work_for_the_supervisor(
    city: City, counter: SampleWindow
) -> None:
    number = counter.accept_birth()
    counter.client.flush()
    counter.transport.down = True
    counter.office.door.perform(WithdrawCase(case=number, reason="the applicant asked for it"), "clerk-1")
    city.center.door.perform(ChangeStaff(staff="clerk-1", name="x", role="auditor"), "admin")
    counter.transport.down = False
    counter.client.flush()
    center, now = city.center, city.center.office.now
    assert center.case(number)["state"] == "accepted"
    with center.store.read() as tx:
        (work,) = read_rejected_acceptances(tx, "Asia/Shanghai", now)
    assert (work.case_number, work.is_acceptance) == (number, False)
    assert "the applicant asked for it" in [typed.value for typed in work.typed]
    (row,) = center.select("rejected_acceptances")
    assert (row["reason"], row["site"], row["due_at"]) == ("permission", "centre", row["rejected_at"] + TERM)
    with pytest.raises(BadData):
        center.door.perform(AcceptRejected(rejected=row["id"]), "supervisor")
    center.door.perform(InformCitizen(rejected=row["id"], note="withdrawn again by the supervisor"), "supervisor")
    assert center.select("rejected_acceptances")[0]["state"] == "informed"
    assert find_faults(center.store) == []


def test_tasks_of_a_case_accepted_after_a_dismissal_wait_for_a_supervisor(city: City, counter: SampleWindow) -> None:
    accept = counter.prepare_birth()
    counter.transport.down = True
    number = counter.accept(accept)
    city.center.door.perform(SetStaffState(staff="clerk-1", state="dismissed", reason="x"), "admin")
    counter.transport.down = False
    counter.client.flush()
    center = city.center
    (task, *_others) = [row for row in center.tasks(number) if row["state"] == "pooled"]
    for named in (task["id"], ""):
        with pytest.raises(Refused):
            center.door.perform(ClaimTask(organ=task["organ"], task=named), f"{task['organ']}-1")
    settle = SettleObjection(case=number, number=1, note="the receipt is genuine")
    with pytest.raises(Refused):
        center.door.perform(settle, "clerk-2")
    center.door.perform(settle, "supervisor")
    assert center.door.perform(ClaimTask(organ=task["organ"]), f"{task['organ']}-1").task == task["id"]
    assert find_faults(center.store) == []


def test_a_rejected_call_and_visit_are_in_the_list_of_the_supervisor_who_dismisses_them(
    city: City, counter: SampleWindow
) -> None:
    supervisor = city.join("s1", kind="supervisor")
    ticket = counter.take_ticket()
    counter.client.flush()
    counter.transport.down = True
    counter.office.door.perform(CallTicket(ticket=ticket, window="w1"), "clerk-1")
    counter.move_ticket("finish")
    counter.serve("mother")
    city.center.door.perform(ChangeStaff(staff="clerk-1", name="x", role="auditor"), "admin")
    counter.transport.down = False
    city.exchange_all()
    with supervisor.store.read() as tx:
        listed = read_rejected_acceptances(tx, "Asia/Shanghai", city.center.office.now)
    kinds = [row["kind"] for row in supervisor.select("rejected_acceptances", order=("reference",))]
    assert kinds == ["CallTicket", "MoveTicket", "WalkIn"]
    assert (listed[0].case_number, listed[0].is_acceptance) == ("A001", False)
    assert all(row["personal"] is None for row in city.center.select("rejected_acceptances"))
    settle_rejected_work(city.center.office, listed[0].id, "called again at window 2", "supervisor")
    city.exchange_all()
    states = [row["state"] for row in supervisor.select("rejected_acceptances", order=("reference",))]
    assert states == ["informed", "open", "open"]
    assert find_faults(city.center.store) == []
