"""The estimate of the wait is a range from the hall's own service times; with too few of them no time is given."""

from __future__ import annotations

import pytest

from benchmarks.estimates import SCENARIOS, measure
from clerk_app.hall.estimate_inputs import (
    LEAST_WIDENING,
    MOST_WIDENING,
    EstimatedTicket,
    measure_coverage,
    read_hall_state,
    tune_widening,
)
from clerk_app.hall.wait_estimate import HallState, Overtakers, ServingWindow, WaitRange, estimate_waits
from clerk_app.roles.kiosk.service import OfficeKiosk
from tests.engines import postgresql_wide
from tests.office import SampleOffice

MINUTE = 60
A = frozenset("A")


def state(queue: str, windows: int = 1, **more: object) -> HallState:
    times = {"A": tuple(float(minutes * MINUTE) for minutes in (2, 3, 4, 5, 6))}
    return HallState(tuple(queue), tuple(ServingWindow(A) for _number in range(windows)), times, **more)  # type: ignore[arg-type]


def test_the_same_seed_gives_the_same_range() -> None:
    assert estimate_waits(state("AAAA"), "A", 3) == estimate_waits(state("AAAA"), "A", 3)


def test_the_range_contains_the_mean_wait_of_the_queue() -> None:
    assert estimate_waits(state("A" * 10), "A", 1)["A"].contains(10 * 4 * MINUTE)


def test_a_second_window_shortens_the_wait() -> None:
    one, two = (estimate_waits(state("A" * 10, windows), "A", 1)["A"] for windows in (1, 2))
    assert two.high < one.low


def test_a_category_that_no_window_serves_has_no_estimate() -> None:
    assert not estimate_waits(state("B"), "B", 1)["B"]


def test_with_few_service_times_the_rate_of_the_calls_is_used() -> None:
    hall = HallState(("A", "A"), (ServingWindow(A),), {"A": (60.0,)}, {"A": 120.0})
    assert estimate_waits(hall, "A", 1)["A"].contains(3 * 120)


def test_without_service_times_and_calls_there_is_no_estimate() -> None:
    assert not estimate_waits(HallState(("A",), (ServingWindow(A),)), "A", 1)["A"]


def test_later_tickets_with_a_head_start_lengthen_the_wait() -> None:
    others = {"A": (Overtakers(rate=1 / 120, head_start=1200.0),)}
    assert estimate_waits(state("A" * 5, overtakers=others), "A", 1)["A"].high > (
        estimate_waits(state("A" * 5), "A", 1)["A"].high
    )


def test_a_ticket_for_another_window_alone_does_not_delay_a_new_one() -> None:
    free = estimate_waits(state("", 2), "A", 1)["A"]
    assert estimate_waits(state("A" * 8, 2, targets=(1,) * 8), "A", 1)["A"] == free


def test_a_ticket_for_a_window_alone_delays_those_that_wait_there() -> None:
    assert estimate_waits(state("A" * 8, targets=(0,) * 8), "A", 1) == estimate_waits(state("A" * 8), "A", 1)


def test_the_limit_of_overtaking_shortens_the_wait() -> None:
    others = {"A": (Overtakers(rate=1 / 400, head_start=3600.0),)}
    free, limited = (
        estimate_waits(state("A" * 5, overtakers=others, overtaken_at_most=most), "A", 1)["A"] for most in (None, 2)
    )
    assert limited.high < free.high


def test_a_head_start_passes_the_tickets_that_were_taken_since() -> None:
    hall = state("AAAA", ages=(1500.0, 1300.0, 60.0, 10.0))
    assert hall.ahead_of(20 * MINUTE).queue == ("A", "A")


def test_people_read_multiples_of_five_minutes() -> None:
    assert WaitRange(11 * MINUTE, 16 * MINUTE).to_minutes() == (10, 20)
    assert WaitRange(0, 30).to_minutes() == (0, 5)


def test_the_widening_makes_four_of_five_earlier_waits_fit() -> None:
    tickets = [EstimatedTicket("A", WaitRange(600, 1200), 900 + 10 * number) for number in range(50)]
    coverage = measure_coverage(tickets, tune_widening(tickets))
    assert 0.78 <= coverage.inside / coverage.count <= 0.84


def test_the_widening_is_bounded() -> None:
    far = [EstimatedTicket("A", WaitRange(600, 1200), 99_999)] * 50
    near = [EstimatedTicket("A", WaitRange(600, 1200), 900)] * 50
    assert (tune_widening(far), tune_widening(near)) == (MOST_WIDENING, LEAST_WIDENING)


@pytest.mark.wide
def test_on_simulated_days_most_waits_are_inside() -> None:
    result = measure("ordinary", SCENARIOS["ordinary"], 2, 60, 1)
    assert result.inside > 0.6


def test_a_ticket_of_the_kiosk_stores_the_range_that_its_slip_shows(office: SampleOffice) -> None:
    for _number in range(6):
        office.take_ticket()
        office.call_next()
        office.clock.advance(minutes=1)
        office.move_ticket("finish")
    for _number in range(3):
        office.take_ticket()
    office.clock.advance(minutes=1)
    kiosk = OfficeKiosk(office.office)
    shown = next(category for category in kiosk.read_view().categories if category.id == "A").wait
    issued = kiosk.take_ticket("A")
    row = office.select("tickets", number=issued.number)[0]
    assert issued.wait == shown == WaitRange(row["estimated_low"], row["estimated_high"]).to_minutes()
    assert row["estimated_high"] > 0


@postgresql_wide
def test_the_change_between_two_tickets_belongs_to_the_service_while_somebody_waits(office: SampleOffice) -> None:
    office.take_ticket()
    office.take_ticket()
    for _number in range(2):
        office.call_next()
        office.clock.advance(minutes=4)
        office.move_ticket("finish")
        office.clock.advance(minutes=1)
    with office.store.read() as tx:
        times = read_hall_state(tx, "hall", office.office.now).times["A"]
    assert [round(seconds / MINUTE) for seconds in times] == [5, 4]
