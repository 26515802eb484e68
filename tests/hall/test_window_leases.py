"""The end of a window's lease: the window closes, and the ticket called there is called again, once."""

from __future__ import annotations

import pytest

from clerk_app.catalogue.policy import DEFAULT_POLICY
from clerk_app.composition.schedule import run_due_commands
from clerk_app.errors import Refused
from clerk_app.hall.calls import CallNext
from clerk_app.hall.ticket_moves import MoveTicket
from clerk_app.hall.windows import SetWindowState
from clerk_app.locales import set_language
from clerk_app.roles.counter.service import OfficeCounter
from db.engines import Row
from tests.office import SampleOffice, find_faults
from tests.sample_data import HALL


def let_lease_end(office: SampleOffice) -> None:
    """Let the lease of w1 end, while the clerk of w2 is at work; perform what is due then."""
    office.clock.advance(minutes=DEFAULT_POLICY.window_lease_minutes)
    office.door.perform(SetWindowState(window="w2", state="open"), "clerk-2")
    assert run_due_commands(office.office) == 1


def window(office: SampleOffice) -> Row:
    return office.select("windows", id="w1")[0]


def test_a_ticket_called_at_a_silent_window_is_the_next_to_be_called_and_only_once(office: SampleOffice) -> None:
    for _ticket in range(3):
        office.take_ticket()
    assert office.call_next("w1") == "A001"
    visit = office.open_visit_at("w1")
    let_lease_end(office)
    assert (window(office)["state"], window(office)["staff"]) == ("closed", None)
    assert run_due_commands(office.office) == 0
    assert office.call_next("w2") == "A001"
    assert office.select("visits", id=visit)[0]["ended_at"]
    assert run_due_commands(office.office) == 0
    office.move_ticket("finish", "w2")
    assert office.call_next("w2") == "A002"
    assert find_faults(office.store) == []


def test_a_window_whose_lease_is_renewed_stays_open(office: SampleOffice) -> None:
    for _renewal in range(5):
        office.clock.advance(minutes=DEFAULT_POLICY.window_lease_minutes - 1)
        for name, clerk in (("w1", "clerk-1"), ("w2", "clerk-2")):
            office.door.perform(SetWindowState(window=name, state="open"), clerk)
        assert run_due_commands(office.office) == 0


def test_a_clerk_who_comes_back_before_the_ticket_is_called_again_goes_on_with_the_visit(
    office: SampleOffice,
) -> None:
    office.take_ticket()
    office.call_next("w1")
    visit = office.open_visit_at("w1")
    let_lease_end(office)
    set_language("en")
    clerk = office.select("staff", id="clerk-1")[0]
    assert "The visit is still open." in OfficeCounter(office.office, clerk).read_view().closed
    office.door.perform(SetWindowState(window="w1", state="open"), "clerk-1")
    assert office.open_visit_at("w1") == visit
    assert (office.select("tickets")[0]["state"], office.select("tickets")[0]["window_id"]) == ("serving", "w1")
    with pytest.raises(Refused) as refused:
        office.call_next("w2", "clerk-2")  # nobody else calls the citizen
    assert refused.value.reason == "nobody"
    assert office.move_ticket("recall", "w1") == "serving"
    assert office.move_ticket("finish", "w1") == "finished"
    assert find_faults(office.store) == []


def test_another_clerk_at_the_silent_window_does_not_put_the_waiting_ticket_on_hold(office: SampleOffice) -> None:
    office.take_ticket()
    office.call_next("w1")
    let_lease_end(office)
    office.door.perform(SetWindowState(window="w2", state="closed"), "clerk-2")
    office.door.perform(SetWindowState(window="w1", state="open"), "clerk-2")
    called = office.door.perform(CallNext(hall=HALL, window="w1"), "clerk-2")
    assert office.select("tickets", id=called.ticket)[0]["number"] == "A001"
    office.door.perform(MoveTicket(visit=called.visit, act="finish"), "clerk-2")
    assert find_faults(office.store) == []
