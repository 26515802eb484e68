"""Entries that the center rejects for role or place are work for the supervisor of the site, with a due date."""

from __future__ import annotations

import msgspec
import pytest

from clerk_app.cases.delivery.closure import WithdrawCase
from clerk_app.cases.objections import SettleObjection
from clerk_app.cases.rejected_acceptances import AcceptRejected, InformCitizen
from clerk_app.cases.rejections import TERM, require_valid_number
from clerk_app.cases.tasks.claims import ClaimTask
from clerk_app.errors import BadData, Refused
from clerk_app.hall.calls import CallTicket
from clerk_app.hall.transfers import SetStations
from clerk_app.hall.window_settings import CloseWindowAfterVisit
from clerk_app.hall.windows import SetWindowState
from clerk_app.people.staff import ChangeStaff, SetStaffState
from clerk_app.roles.rejected_work import read_rejected_acceptances, settle_rejected_work
from clerk_app.roles.staff_service import OfficeStaffService
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


@pytest.mark.wide
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


@pytest.mark.wide
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


def service_of(supervisor: SampleWindow) -> OfficeStaffService:
    (staff,) = supervisor.select("staff", id="supervisor")
    return OfficeStaffService(supervisor.office, staff)


@pytest.mark.parametrize(
    ("kind", "act", "state"),
    [
        ("MoveTicket", "served", "finished"),
        pytest.param("CallTicket", "served", "finished", marks=pytest.mark.wide),
        pytest.param("CallTicket", "", "waiting", marks=pytest.mark.wide),
    ],
)
def test_the_supervisor_records_what_became_of_the_ticket_of_a_rejected_entry(
    city: City, counter: SampleWindow, kind: str, act: str, state: str
) -> None:
    supervisor = city.join("s1", kind="supervisor")
    ticket = counter.take_ticket()
    counter.client.flush()
    counter.transport.down = True
    counter.office.door.perform(CallTicket(ticket=ticket, window="w1"), "clerk-1")
    counter.move_ticket("finish")
    city.center.door.perform(ChangeStaff(staff="clerk-1", name="x", role="auditor"), "admin")
    counter.transport.down = False
    city.exchange_all()
    assert [row["state"] for row in city.center.select("tickets")] == ["waiting"]  # it would be called again
    service = service_of(supervisor)
    ids = {row["kind"]: f"acceptance:{row['id']}" for row in supervisor.select("rejected_acceptances")}
    works = {work.id: work for work in service.read_connection().rejected}
    assert act in {option.id for option in works[ids[kind]].acts} | {""}
    shown = {pair.value for pair in works[ids[kind]].typed}
    assert "A001" in shown
    assert "finish" not in shown  # the code of an act
    with pytest.raises(Refused):
        service.settle_rejected(ids[kind], " ", act)
    service.settle_rejected(ids[kind], "the citizen confirmed it", act)
    city.exchange_all()
    assert [row["state"] for row in city.center.select("tickets")] == [state]
    if act:
        with pytest.raises(Refused, match="A001"):
            service.settle_rejected(ids[{"MoveTicket": "CallTicket"}.get(kind, "MoveTicket")], "again", "served")
    assert ids[kind] not in {work.id for work in service.read_connection().rejected}
    assert city.differences() == []
    assert find_faults(city.center.store) == []


@pytest.mark.wide
@pytest.mark.parametrize("act", ["stations", pytest.param("close", marks=pytest.mark.wide)])
def test_the_supervisor_does_what_a_rejected_entry_on_stations_or_closing_would_have_done(
    city: City, counter: SampleWindow, act: str
) -> None:
    supervisor = city.join("s1", kind="supervisor")
    ticket = counter.take_ticket()
    counter.client.flush()
    counter.transport.down = True
    visit = counter.office.door.perform(CallTicket(ticket=ticket, window="w1"), "clerk-1").visit
    counter.office.door.perform(SetStations(visit=visit, categories=("B",)), "clerk-1")
    counter.office.door.perform(CloseWindowAfterVisit(window="w1"), "clerk-1")
    city.center.door.perform(ChangeStaff(staff="clerk-1", name="x", role="auditor"), "admin")
    counter.transport.down = False
    city.exchange_all()
    service = service_of(supervisor)
    (work,) = (work for work in service.read_connection().rejected if act in {option.id for option in work.acts})
    service.settle_rejected(work.id, "the citizen waits", act)
    city.exchange_all()
    stations, window = city.center.select("tickets")[0]["next_categories"], city.center.select("windows", id="w1")[0]
    assert (stations == '["B"]', window["state"] == "closed") == (act == "stations", act == "close")
    assert find_faults(city.center.store) == []


@pytest.mark.wide
def test_the_supervisor_closes_a_window_and_frees_a_ticket_whose_entries_were_rejected(
    city: City, counter: SampleWindow
) -> None:
    supervisor = city.join("s1", kind="supervisor")
    ticket = counter.take_ticket()
    counter.office.door.perform(CallTicket(ticket=ticket, window="w1"), "clerk-1")
    counter.client.flush()
    counter.transport.down = True
    counter.move_ticket("hold")
    counter.door.perform(SetWindowState(window="w1", state="closed"), "clerk-1")
    city.center.door.perform(ChangeStaff(staff="clerk-1", name="x", role="auditor"), "admin")
    counter.transport.down = False
    city.exchange_all()
    service = service_of(supervisor)
    ids = {row["kind"]: f"acceptance:{row['id']}" for row in supervisor.select("rejected_acceptances")}
    with pytest.raises(Refused, match=r"w1|1号"):  # the window is open still
        service.settle_rejected(ids["MoveTicket"], "the citizen waits", "waits")
    service.settle_rejected(ids["SetWindow"], "nobody sits there", "close")
    city.exchange_all()
    assert [row["state"] for row in city.center.select("windows", id="w1")] == ["closed"]
    service.settle_rejected(ids["MoveTicket"], "the citizen went home", "served")
    city.exchange_all()
    assert [row["state"] for row in city.center.select("tickets")] == ["finished"]
    assert city.center.select("visits", ended_at=None) == []
    assert city.differences() == []
    assert find_faults(city.center.store) == []


@pytest.mark.wide
def test_rejected_entries_of_a_machine_beyond_the_limit_of_a_day_are_one_work(
    city: City, counter: SampleWindow, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("clerk_app.cases.rejections.MAX_OF_DAY", 3)
    supervisor = city.join("s1", kind="supervisor")
    accept = counter.prepare_birth()
    counter.client.flush()

    def set_role(role: str, organ: str = "") -> None:
        city.center.door.perform(ChangeStaff(staff="clerk-1", name="x", role=role, organ=organ), "admin")

    def pause_and_open(count: int) -> None:
        counter.transport.down = True
        for at in range(count):
            state = ("paused", "open")[at % 2]
            counter.office.door.perform(SetWindowState(window="w1", state=state), "clerk-1")

    pause_and_open(5)
    number = counter.accept(accept)
    set_role("auditor")
    counter.transport.down = False
    city.exchange_all()
    service = service_of(supervisor)
    *listed, summary = [work for work in service.read_connection().rejected if work.id.startswith("acceptance:")]
    assert len(listed) == 3
    assert "n1" in summary.sentence
    (row,) = city.center.select("rejected_acceptances", kind="too_many")
    assert msgspec.json.decode(row["facts"])["count"] >= 3  # two states, the acceptance, and what came with it
    (not_valid,) = city.center.select("rejected_acceptances", state="grouped")
    assert (not_valid["number"], not_valid["command"], not_valid["personal"]) == (number, b"", None)
    with city.center.store.read() as tx, pytest.raises(Refused, match=number):
        require_valid_number(tx, number)
    service.settle_rejected(summary.id, "the machine was excluded")
    city.exchange_all()
    assert summary.id not in {work.id for work in service.read_connection().rejected}
    city.center.clock.advance(hours=25)
    set_role("clerk", "centre")
    city.exchange_all()
    pause_and_open(1)
    set_role("auditor")
    counter.transport.down = False
    city.exchange_all()
    assert len([work for work in service.read_connection().rejected if work.id.startswith("acceptance:")]) == 4
    assert city.differences() == []
    assert find_faults(city.center.store) == []
