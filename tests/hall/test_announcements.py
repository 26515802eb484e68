"""Announcements: which calls the boards of a hall show, and for how long they are kept."""

from __future__ import annotations

from clerk_app.composition.schedule import run_due_commands
from clerk_app.hall.calls import CallTicket, ServeWalkIn
from tests.engines import postgresql_wide
from tests.office import SampleOffice, find_faults


def announced(office: SampleOffice) -> list[tuple[str, str, str]]:
    """Return number, window and kind of each announcement, in the order of the calls."""
    rows = sorted(office.select("announcements"), key=lambda row: (row["at"], row["id"]))
    return [(row["number"], row["window_id"], row["kind"]) for row in rows]


@postgresql_wide
def test_each_call_and_each_recall_of_a_ticket_is_announced(office: SampleOffice) -> None:
    office.take_ticket()
    office.call_next()
    office.clock.advance(seconds=20)
    office.move_ticket("recall")
    assert announced(office) == [("A001", "w1", "call"), ("A001", "w1", "recall")]
    assert find_faults(office.store) == []


@postgresql_wide
def test_a_citizen_who_stands_at_the_window_is_not_announced(office: SampleOffice) -> None:
    ticket = office.take_ticket()
    office.door.perform(CallTicket(ticket=ticket, window="w1"), "clerk-1")
    office.door.perform(ServeWalkIn(window="w2"), "clerk-2")
    assert announced(office) == []


@postgresql_wide
def test_a_ticket_on_hold_is_announced_when_it_is_called_again(office: SampleOffice) -> None:
    ticket = office.take_ticket()
    office.call_next()
    office.move_ticket("hold")
    office.clock.advance(seconds=60)
    office.door.perform(CallTicket(ticket=ticket, window="w2"), "clerk-2")
    assert announced(office) == [("A001", "w1", "call"), ("A001", "w2", "call")]


def test_announcements_of_a_service_day_are_removed_when_the_next_one_opens(office: SampleOffice) -> None:
    office.take_ticket()
    office.call_next()
    office.clock.set("2026-05-07 08:30")
    run_due_commands(office.office)
    assert announced(office) == []
    assert find_faults(office.store) == []
