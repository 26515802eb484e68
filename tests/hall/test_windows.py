"""Windows: paused with a reason, closed after the visit, changed in function; and the register of who was on duty."""

from __future__ import annotations

import pytest

from clerk_app.composition.schedule import run_due_commands
from clerk_app.errors import Refused
from clerk_app.hall.calls import CallNext
from clerk_app.hall.duty import read_duty
from clerk_app.hall.service_days import CloseServiceDay
from clerk_app.hall.window_settings import CloseWindowAfterVisit, SetWindowCategories, SetWindowZone
from clerk_app.hall.windows import RegisterWindow, SetWindowState
from clerk_app.people import SYSTEM
from db.engines import Row
from tests.city_policy import publish_policy
from tests.engines import postgresql_wide
from tests.office import SampleOffice, find_faults
from tests.sample_data import HALL, SITE

SUPERVISOR = "supervisor"


def window(office: SampleOffice, name: str = "w1") -> Row:
    return office.select("windows", id=name)[0]


def set_state(office: SampleOffice, state: str, actor: str = "clerk-1", name: str = "w1", **more: str) -> None:
    office.door.perform(SetWindowState(window=name, state=state, **more), actor)


def duty(office: SampleOffice, name: str = "w1") -> list[tuple[str, str, str, int | None]]:
    """Return staff, state and reason of the periods of a window, and how many minutes each has lasted."""
    with office.store.read() as tx:
        periods = [period for period in read_duty(tx, HALL, "2026-05-06") if period.window == name]
    return [
        (
            period.staff,
            period.state,
            period.reason,
            None if period.ended_at is None else round((period.ended_at - period.began_at) / 60_000_000),
        )
        for period in periods
    ]


@postgresql_wide
def test_a_paused_window_keeps_its_visit_and_calls_nobody(office: SampleOffice) -> None:
    office.take_ticket()
    office.call_next()
    set_state(office, "paused", reason="meal")
    assert window(office)["pause_reason"] == "meal"
    assert office.move_ticket("finish") == "finished"
    with pytest.raises(Refused) as refused:
        office.call_next()
    assert refused.value.reason == "window"
    set_state(office, "open")
    assert (window(office)["state"], window(office)["pause_reason"]) == ("open", "")


@postgresql_wide
def test_a_pause_needs_a_reason_that_the_list_has(office: SampleOffice) -> None:
    with pytest.raises(Refused) as refused:
        set_state(office, "paused", reason="fishing")
    assert refused.value.reason == "reason_code"


@postgresql_wide
def test_a_supervisor_pauses_and_opens_a_window_in_the_name_of_its_clerk(office: SampleOffice) -> None:
    office.take_ticket()
    office.call_next()
    set_state(office, "paused", SUPERVISOR, reason="assistance")
    assert (window(office)["staff"], window(office)["state"]) == ("clerk-1", "paused")
    set_state(office, "open", SUPERVISOR)
    assert (window(office)["staff"], window(office)["state"]) == ("clerk-1", "open")
    assert office.move_ticket("finish") == "finished"


@postgresql_wide
def test_a_supervisor_opens_a_closed_window_for_a_clerk_who_works_nowhere_else(office: SampleOffice) -> None:
    set_state(office, "closed")
    with pytest.raises(Refused) as refused:
        set_state(office, "open", SUPERVISOR, staff="clerk-2")
    assert refused.value.reason == "two_windows"
    set_state(office, "open", SUPERVISOR, staff="clerk-1")
    assert window(office)["staff"] == "clerk-1"
    office.take_ticket()
    assert office.call_next() == "A001"


def test_a_window_closes_when_the_visit_there_ends(office: SampleOffice) -> None:
    office.take_ticket()
    office.take_ticket()
    office.call_next()
    office.door.perform(CloseWindowAfterVisit(window="w1"), SUPERVISOR)
    assert window(office)["state"] == "open"
    office.move_ticket("finish")
    assert (window(office)["state"], window(office)["closes_after"]) == ("closed", False)
    assert office.call_next("w2") == "A002"
    assert find_faults(office.store) == []


@postgresql_wide
def test_closing_after_the_visit_is_taken_back_and_acts_at_once_without_a_visit(office: SampleOffice) -> None:
    office.take_ticket()
    office.call_next()
    for closes in (True, False):
        office.door.perform(CloseWindowAfterVisit(window="w1", closes=closes), "clerk-1")
    office.move_ticket("finish")
    assert window(office)["state"] == "open"
    office.door.perform(CloseWindowAfterVisit(window="w1"), "clerk-1")
    assert window(office)["state"] == "closed"


@postgresql_wide
def test_the_functions_of_a_window_change_from_the_next_call_on(office: SampleOffice) -> None:
    office.take_ticket("A")
    office.take_ticket("B")
    office.door.perform(SetWindowCategories(window="w1", categories=("B",)), SUPERVISOR)
    assert office.call_next() == "B001"
    publish_policy(office.office, clerks_change_functions=False)
    with pytest.raises(Refused) as refused:
        office.door.perform(SetWindowCategories(window="w1", categories=("A",)), "clerk-1")
    assert refused.value.reason == "policy"


@postgresql_wide
def test_a_window_stands_in_a_zone_of_the_hall(office: SampleOffice) -> None:
    office.door.perform(SetWindowZone(window="w1", zone="B区"), SUPERVISOR)
    assert window(office)["zone"] == "B区"


@postgresql_wide
def test_two_windows_of_a_hall_never_have_the_same_name(office: SampleOffice) -> None:
    name = window(office)["name"]
    with pytest.raises(Refused) as refused:
        office.door.perform(RegisterWindow(id="w9", name=name, categories="A", hall=HALL, site=SITE), SYSTEM)
    assert refused.value.reason == "name"


@postgresql_wide
def test_the_register_has_each_opening_pause_and_closing_of_a_window(office: SampleOffice) -> None:
    office.clock.advance(minutes=10)
    set_state(office, "open")  # renews the lease only
    office.clock.advance(minutes=10)
    set_state(office, "paused", reason="meal")
    office.clock.advance(minutes=5)
    set_state(office, "open")
    office.clock.advance(minutes=5)
    office.door.perform(SetWindowCategories(window="w1", categories=("A",)), SUPERVISOR)
    office.clock.advance(minutes=5)
    set_state(office, "closed")
    assert [period[1:] for period in duty(office)][-4:] == [
        ("open", "", 25),
        ("paused", "meal", 5),
        ("open", "", 5),
        ("open", "", 5),
    ]


@postgresql_wide
def test_the_register_ends_a_period_with_the_lease_and_with_the_day(office: SampleOffice) -> None:
    office.clock.advance(minutes=20)
    run_due_commands(office.office)
    assert duty(office)[-1][3] is not None
    set_state(office, "open", "clerk-1", "w1")
    office.clock.advance(minutes=7)
    office.door.perform(CloseServiceDay(hall=HALL, day="2026-05-06"), SUPERVISOR)
    assert duty(office)[-1] == ("clerk-1", "open", "", 7)


@postgresql_wide
def test_a_clerk_who_moves_twice_holds_one_window_at_each_moment(office: SampleOffice) -> None:
    office.door.perform(RegisterWindow(id="w3", name="3", categories="A", hall=HALL, site=SITE), SYSTEM)
    for left, taken in (("w1", "w3"), ("w3", "w1")):
        office.clock.advance(minutes=3)
        set_state(office, "closed", name=left)
        set_state(office, "open", name=taken)
    office.take_ticket()
    assert office.door.perform(CallNext(hall=HALL, window="w1"), "clerk-1").ticket
    with pytest.raises(Refused):
        office.door.perform(CallNext(hall=HALL, window="w3"), "clerk-1")
    assert duty(office, "w3") == [("clerk-1", "open", "", 3)]
    assert [period[3] for period in duty(office)][-1] is None
