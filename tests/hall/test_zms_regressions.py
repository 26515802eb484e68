"""Mistakes of ZMS, the hall system of Berlin and Munich, that its changelog of twenty years names."""

from __future__ import annotations

import threading

import pytest

from clerk_app.catalogue.policy import DEFAULT_POLICY
from clerk_app.composition.schedule import run_due_commands
from clerk_app.errors import Refused
from clerk_app.hall.calls import CallTicket, PickTicket
from clerk_app.hall.service_days import CloseServiceDay
from clerk_app.hall.tickets import RecordSlipPrint
from clerk_app.hall.visits import ConfirmPerson
from clerk_app.hall.window_release import ReleaseWindow
from clerk_app.hall.windows import SetWindowState
from clerk_app.people import SYSTEM
from clerk_app.roles.counter.service import OfficeCounter
from tests.city_policy import publish_hall
from tests.engines import postgresql_wide
from tests.hall.measured import measure
from tests.office import SampleOffice, find_faults
from tests.sample_data import HALL


def test_two_clerks_never_call_the_same_customer(office: SampleOffice) -> None:
    """ZMSKVR-1138: one presses next, the other chooses the same ticket, in the same moment."""
    ticket = office.take_ticket()
    outcomes: dict[str, str] = {}
    start = threading.Barrier(2)

    def attempt(window: str) -> None:
        start.wait()
        try:
            if window == "w1":
                outcomes[window] = office.call_next(window)
            else:
                office.door.perform(PickTicket(ticket=ticket, window=window, reason="frail"), "clerk-2")
                outcomes[window] = "A001"
        except Refused as refused:
            outcomes[window] = refused.reason

    threads = [threading.Thread(target=attempt, args=(window,)) for window in ("w1", "w2")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert sorted(outcomes.values()) in (["A001", "nobody"], ["A001", "not_waiting"])
    assert len(office.select("visits")) == 1
    assert find_faults(office.store) == []


@postgresql_wide
def test_a_window_that_finishes_calls_nobody_by_itself(office: SampleOffice) -> None:
    """ZMSKVR-346: the next customer was called although nobody had asked for it."""
    for _ticket in range(2):
        office.take_ticket()
    office.call_next()
    office.move_ticket("finish")
    assert [row["state"] for row in office.select("tickets", order=("id",))] == ["finished", "waiting"]


@postgresql_wide
def test_a_parked_ticket_is_not_called_by_next(office: SampleOffice) -> None:
    """ZMS-3258: a parked customer was called again by the key for the next one."""
    office.take_ticket()
    office.call_next()
    office.move_ticket("hold")
    for window in ("w1", "w2"):
        with pytest.raises(Refused) as refused:
            office.call_next(window)
        assert refused.value.reason == "nobody"


@postgresql_wide
def test_a_missed_ticket_is_requeued_as_often_as_the_policy_states_and_not_called_after_that(
    office: SampleOffice,
) -> None:
    """ZMS-3267, ZMS-2411: missed customers were called again and again."""
    office.take_ticket()
    states = []
    for _round in range(1 + DEFAULT_POLICY.requeues_after_no_show):
        office.call_next()
        for _call in range(DEFAULT_POLICY.calls_before_no_show - 1):
            office.move_ticket("recall")
        states.append(office.move_ticket("no_show"))
    assert states == ["waiting", "no_show"]
    with pytest.raises(Refused) as refused:
        office.call_next()
    assert refused.value.reason == "nobody"


@postgresql_wide
def test_the_details_of_a_called_customer_stay_until_the_visit_ends(office: SampleOffice) -> None:
    """ZMSKVR-222: the details of the customer vanished from the screen after a call."""
    for _ticket in range(2):
        office.take_ticket()
    office.call_next()
    visit = office.open_visit_at()
    office.identify(visit, "mother", "clerk-1")
    office.door.perform(ConfirmPerson(visit=visit), "clerk-1")
    counter = OfficeCounter(office.office, office.select("staff", id="clerk-1")[0])
    office.move_ticket("recall")
    office.call_next("w2")
    office.door.perform(SetWindowState(window="w1", state="paused", reason="meal"), "clerk-1")
    view = counter.read_view()
    assert view.serving is not None
    assert view.serving.number == "A001"
    assert view.applicant is not None
    assert (view.applicant.name, view.applicant.confirmed) == ("王芳", True)


@pytest.mark.many_cases
@postgresql_wide
@pytest.mark.parametrize("end", ["sign_out", "release", "supervisor", "lease", "colleague", "day"])
def test_no_ticket_stays_in_processing_when_its_window_ends(office: SampleOffice, end: str) -> None:
    """ZMSKVR-1102: customers were stuck as being processed at a window where nobody worked any more."""
    office.take_ticket()
    office.call_next()
    if end == "lease":
        office.clock.advance(minutes=DEFAULT_POLICY.window_lease_minutes + 1)
        run_due_commands(office.office)
    elif end == "release":
        office.door.perform(ReleaseWindow(window="w1", staff="clerk-1"), SYSTEM)
    elif end == "day":
        office.door.perform(CloseServiceDay(hall=HALL, day="2026-05-06"), "supervisor")
    elif end == "colleague":
        office.door.perform(SetWindowState(window="w2", state="closed"), "clerk-2")
        office.door.perform(SetWindowState(window="w1", state="open"), "clerk-2")
    else:
        actor = "supervisor" if end == "supervisor" else "clerk-1"
        office.door.perform(SetWindowState(window="w1", state="closed"), actor)
    expected = {"day": "not_served", "colleague": "held"}.get(end, "waiting")
    assert [row["state"] for row in office.select("tickets")] == [expected]
    assert find_faults(office.store) == []


@postgresql_wide
def test_a_ticket_is_not_printed_twice(office: SampleOffice) -> None:
    """ZMSKVR-1363: the second report of a printed slip is refused, and the queue has the ticket once."""
    ticket = office.take_ticket()
    with pytest.raises(Refused):
        office.door.perform(RecordSlipPrint(ticket=ticket, printed=True), "kiosk")
    assert [row["state"] for row in office.select("tickets")] == ["waiting"]


@postgresql_wide
def test_numbers_have_letters_and_digits(office: SampleOffice) -> None:
    """ZMSKVR-311: the city chooses letters and digits of the numbers of each category."""
    publish_hall(office.office, {"letter": "A", "prefix": "GA", "first": 1, "last": 9999})
    assert office.take_ticket().rpartition("/")[2] == "GA0001"


@postgresql_wide
def test_a_walk_in_can_have_priority(office: SampleOffice) -> None:
    """ZMSKVR-573: a citizen without an appointment gets a ticket of a class that ranks earlier."""
    for priority in ("ordinary", "ordinary", "pregnant"):
        office.take_ticket(priority=priority)
    assert office.call_next() == "A003"


@postgresql_wide
def test_the_wait_is_that_in_the_queue_and_not_the_time_on_hold(office: SampleOffice) -> None:
    """ZMSKVR-431: the waiting statistics counted what was not a wait."""
    ticket = office.take_ticket()
    office.clock.advance(minutes=3)
    office.call_next()
    office.move_ticket("hold")
    office.clock.advance(minutes=9)
    office.door.perform(CallTicket(ticket=ticket, window="w2"), "clerk-2")
    wait = measure(office)[""].wait
    assert (wait.count, round((wait.mean or 0) / 60)) == (1, 3)


@postgresql_wide
def test_a_requeued_ticket_has_two_waits_of_which_none_is_counted_twice(office: SampleOffice) -> None:
    """ZMSKVR-757: the waiting statistics were wrong after a ticket was called again."""
    office.take_ticket()
    office.clock.advance(minutes=4)
    office.call_next()
    office.move_ticket("requeue")
    visits = [row["waited"] for row in office.select("visits")]
    office.clock.advance(minutes=2)
    office.call_next("w2")
    row = measure(office)[""]
    assert (round(visits[0] / 60_000_000), row.wait.count, row.visits) == (4, 2, 2)
    assert max(row.wait.mean or 0, row.wait.p90 or 0) <= 6.1 * 60
