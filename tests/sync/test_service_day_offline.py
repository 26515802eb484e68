"""A window that is offline while the service day is closed: what it did before still counts."""

from __future__ import annotations

import pytest

from clerk_app.composition.schedule import run_due_commands
from clerk_app.hall.calls import CallTicket
from clerk_app.hall.ticket_moves import MoveTicket
from clerk_app.hall.tickets import PrepareTicket
from clerk_app.hall.windows import SetWindowState
from tests.office import find_faults
from tests.sample_data import HALL
from tests.sync.city import City, SampleWindow


def close_day(city: City) -> None:
    """Let the center reach the next morning."""
    city.center.clock.set("2026-05-07 08:30")
    assert run_due_commands(city.center.office) == 2


def ticket_states(city: City) -> dict[str, str]:
    return {row["number"]: row["state"] for row in city.center.select("tickets")}


def test_visits_of_an_offline_window_count_although_the_day_was_closed_meanwhile(
    city: City, counter: SampleWindow
) -> None:
    called, shown, left, waiting = (city.center.take_ticket() for _ in range(4))
    city.exchange_all()
    counter.door.perform(CallTicket(ticket=called, window="w1"), "clerk-1")
    city.exchange_all()
    counter.transport.down = True
    counter.identify(counter.open_visit_at(), "mother", "clerk-1")
    counter.move_ticket("finish")
    counter.door.perform(CallTicket(ticket=shown, window="w1"), "clerk-1")
    counter.identify(counter.open_visit_at(), "mother", "clerk-1")
    counter.move_ticket("finish")
    counter.door.perform(CallTicket(ticket=left, window="w1"), "clerk-1")
    counter.move_ticket("hold")
    number = counter.accept_road()
    close_day(city)
    counter.transport.down = False
    city.exchange_all()
    assert [row["reason"] for row in counter.select("refusals")] == []
    assert {row["number"] for row in city.center.select("cases")} == {number}
    assert ticket_states(city) == {"A001": "finished", "A002": "finished", "A003": "not_served", "A004": "not_served"}
    assert waiting.endswith("A004")
    assert all(row["ended_at"] for row in city.center.select("visits"))
    assert city.differences() == []
    assert find_faults(city.center.store) == []


@pytest.mark.wide
def test_a_window_opens_again_in_the_morning_and_sees_only_the_queue_of_its_day(
    city: City, counter: SampleWindow
) -> None:
    city.center.take_ticket()
    city.exchange_all()
    close_day(city)
    fresh = city.center.take_ticket()
    city.exchange_all()
    with counter.store.read() as tx:
        assert [row["id"] for row in tx.query_all("hall.waiting_tickets", hall=HALL)] == [fresh]
    assert counter.select("windows", id="w1")[0]["state"] == "closed"
    counter.door.perform(SetWindowState(window="w1", state="open"), "clerk-1")
    city.exchange_all()
    assert counter.call_next() == "A001"
    assert fresh.endswith("2026-05-07/A001")
    assert city.differences() == []


@pytest.mark.wide
@pytest.mark.parametrize("states", [("open",), ("paused", "open"), ("closed", "open"), ("closed", "open", "closed")])
def test_a_window_opened_offline_before_the_day_was_closed_stays_closed(
    city: City, counter: SampleWindow, states: tuple[str, ...]
) -> None:
    city.exchange_all()
    counter.transport.down = True
    counter.serve()
    for state in states:
        counter.door.perform(SetWindowState(window="w1", state=state), "clerk-1")
    close_day(city)
    (before,) = city.center.select("windows", id="w1")
    counter.transport.down = False
    city.exchange_all()
    assert city.center.select("windows", id="w1") == [before]
    assert (before["state"], before["staff"], before["lease_until"]) == ("closed", None, None)
    assert [bool(row["ended_at"]) for row in city.center.select("visits")] == ["closed" in states]
    assert counter.select("windows", id="w1")[0]["state"] == "closed"
    assert counter.select("refusals") == []
    assert city.differences() == []
    assert find_faults(city.center.store) == []
    counter.door.perform(SetWindowState(window="w1", state="open"), "clerk-2")
    city.exchange_all()
    assert city.center.select("windows", id="w1")[0]["staff"] == "clerk-2"


@pytest.mark.wide
def test_a_lease_that_was_renewed_offline_lasts_from_the_renewal(city: City, counter: SampleWindow) -> None:
    counter.transport.down = True
    counter.door.perform(SetWindowState(window="w1", state="open"), "clerk-1")
    renewed_until = counter.select("windows", id="w1")[0]["lease_until"]
    city.center.clock.advance(minutes=120)
    counter.transport.down = False
    city.exchange_all()
    assert city.center.select("windows", id="w1")[0]["lease_until"] == renewed_until
    assert city.differences() == []


def test_the_wrong_clock_of_a_window_neither_closes_the_day_nor_dates_a_ticket(
    city: City, counter: SampleWindow
) -> None:
    city.center.take_ticket()
    counter.skew[0] = 400 * 86_400_000_000
    assert run_due_commands(counter.office) == 0
    prepared = counter.door.perform(PrepareTicket(hall=HALL, day="2027-06-10", category="A"), "kiosk")
    assert (prepared.ticket, prepared.ahead) == (f"{HALL}/2026-05-06/A002", 1)
    city.exchange_all()
    assert counter.call_next() == "A001"
    visit = counter.open_visit_at()
    counter.door.perform(MoveTicket(visit=visit, act="finish"), "clerk-1")
    city.exchange_all()
    assert city.differences() == []


@pytest.mark.wide
def test_a_visit_goes_on_although_the_lease_of_its_offline_window_ended_at_the_center(
    city: City, counter: SampleWindow
) -> None:
    city.center.take_ticket()
    city.exchange_all()
    counter.door.perform(SetWindowState(window="w1", state="open"), "clerk-1")
    assert counter.call_next() == "A001"
    city.exchange_all()
    counter.transport.down = True
    for _renewal in range(5):
        city.center.clock.advance(minutes=4)
        counter.door.perform(SetWindowState(window="w1", state="open"), "clerk-1")
        run_due_commands(city.center.office)
    assert ticket_states(city) == {"A001": "waiting"}
    counter.identify(counter.open_visit_at(), "mother", "clerk-1")
    counter.transport.down = False
    city.exchange_all()
    assert counter.select("windows", id="w1")[0]["state"] == "open"
    counter.move_ticket("finish")
    city.exchange_all()
    assert ticket_states(city) == {"A001": "finished"}
    assert counter.select("refusals") == []
    assert city.differences() == []
    assert find_faults(city.center.store) == []


@pytest.mark.wide
def test_the_next_ticket_is_called_after_the_unsent_acts_of_the_window(city: City, counter: SampleWindow) -> None:
    served, following = (city.center.take_ticket() for _ in range(2))
    counter.call_next()
    counter.move_ticket("hold")
    city.exchange_all()
    counter.door.perform(CallTicket(ticket=served, window="w1"), "clerk-1")
    counter.move_ticket("finish")
    counter.call_next()
    city.exchange_all()
    assert counter.select("refusals") == []
    assert city.center.select("tickets", id=served)[0]["state"] == "finished"
    assert city.center.select("tickets", id=following)[0]["state"] == "serving"
