"""What is recorded of a visit for the measures of the day: wait, arrival at the window, and how it ended."""

from __future__ import annotations

import pytest

from clerk_app.hall.calls import ServeWalkIn
from clerk_app.hall.visits import RefuseCode
from tests.engines import postgresql_wide
from tests.office import SampleOffice

MINUTE = 60_000_000  # microseconds


def test_the_first_act_of_a_visit_is_the_arrival_of_its_person(office: SampleOffice) -> None:
    office.take_ticket()
    office.clock.advance(minutes=5)
    office.call_next()
    visit = office.open_visit_at()
    called = office.select("visits", id=visit)[0]
    office.clock.advance(minutes=1)
    office.door.perform(RefuseCode(visit=visit, format="x", reason="unreadable"), "clerk-1")
    office.clock.advance(minutes=1)
    office.identify(visit, "mother", "clerk-1")
    row = office.select("visits", id=visit)[0]
    assert (called["arrived_at"], called["waited"] // MINUTE, called["category"]) == (None, 5, "A")
    assert (row["arrived_at"] - row["started_at"]) // MINUTE == 1


@postgresql_wide
def test_a_person_without_a_ticket_is_at_the_window_when_the_visit_starts(office: SampleOffice) -> None:
    visit = office.door.perform(ServeWalkIn(window="w1"), "clerk-1").visit
    row = office.select("visits", id=visit)[0]
    assert (row["arrived_at"], row["waited"]) == (row["started_at"], 0)


@postgresql_wide
@pytest.mark.parametrize(
    ("act", "state"),
    [("finish", "finished"), ("unserved", "unserved"), ("hold", "held"), ("requeue", "requeued")],
)
def test_a_visit_states_how_it_ended(office: SampleOffice, act: str, state: str) -> None:
    office.take_ticket()
    office.call_next()
    visit = office.open_visit_at()
    office.move_ticket(act)
    assert office.select("visits", id=visit)[0]["end_state"] == state
