"""Tickets: none without a printed slip, no number twice, called in the order of arrival and head start."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from clerk_app.composition.schedule import run_due_commands
from clerk_app.errors import Refused
from clerk_app.hall.ticket_numbers import MAX_TICKET_SERIAL
from clerk_app.hall.tickets import PrepareTicket, RecordSlipPrint
from db.engines import Row
from tests.city_policy import publish_hall, publish_without_hall
from tests.clock import local_date
from tests.engines import both_engines, postgresql_wide
from tests.office import SampleOffice
from tests.sample_data import HALL, sample_city

CITY_HALL = sample_city().hall
assert CITY_HALL is not None
HEAD_START_MINUTES: dict[str, int] = {known.id: known.head_start_minutes for known in CITY_HALL.classes}


def waiting_numbers(office: SampleOffice) -> list[str]:
    with office.store.read() as tx:
        return [row["number"] for row in tx.query_all("hall.waiting_tickets", hall=HALL)]


def read_ticket(office: SampleOffice, number: str) -> Row:
    return office.select("tickets", number=number)[-1]


def prepare_ticket(office: SampleOffice, category: str = "A") -> str:
    command = PrepareTicket(hall=HALL, category=category)
    return office.door.perform(command, "kiosk").ticket


@both_engines
def test_a_ticket_is_queued_only_after_its_slip_was_printed(office: SampleOffice) -> None:
    ticket_id = prepare_ticket(office)
    assert waiting_numbers(office) == []
    with pytest.raises(Refused) as refused:
        office.call_next()
    assert refused.value.reason == "nobody"
    office.door.perform(RecordSlipPrint(ticket=ticket_id, printed=True), "kiosk")
    assert waiting_numbers(office) == ["A001"]


def test_a_failed_slip_voids_its_ticket_and_number(
    office: SampleOffice,
) -> None:
    office.take_ticket(printed=False)
    assert waiting_numbers(office) == []
    office.take_ticket()
    assert waiting_numbers(office) == ["A002"]
    assert read_ticket(office, "A001")["state"] == "void"


def test_a_ticket_whose_kiosk_failed_while_printing_is_not_called(office: SampleOffice) -> None:
    prepare_ticket(office)  # no result of the printing is recorded
    office.take_ticket()
    assert office.call_next() == "A002"


def test_the_printing_of_a_slip_is_recorded_once(office: SampleOffice) -> None:
    ticket_id = office.take_ticket()
    for printed in (True, False):
        with pytest.raises(Refused):
            office.door.perform(RecordSlipPrint(ticket=ticket_id, printed=printed), "kiosk")
    assert waiting_numbers(office) == ["A001"]


def test_each_category_has_its_own_numbers_each_day(office: SampleOffice) -> None:
    assert [office.take_ticket(category).rpartition("/")[2] for category in "AABA"] == ["A001", "A002", "B001", "A003"]
    office.clock.advance(days=1)
    run_due_commands(office.office)
    assert office.take_ticket().rpartition("/")[2] == "A001"


def test_a_ticket_beyond_the_last_number_of_a_day_is_refused(office: SampleOffice) -> None:
    today = local_date(office.clock.now)
    with office.store.write() as tx:
        tx.insert(
            "tickets", id="full", hall=HALL, day=today, category="A", number=f"A{MAX_TICKET_SERIAL}",
            priority="ordinary", state="finished", rank=0, issued_at=0, calls=0, requeued=0,
        )  # fmt: skip
    with pytest.raises(Refused) as refused:
        prepare_ticket(office)
    assert refused.value.reason == "quota"
    assert prepare_ticket(office, "B")


def test_an_unknown_class_is_refused(office: SampleOffice) -> None:
    with pytest.raises(Refused):
        office.take_ticket(priority="friend of the boss")


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    arrivals=st.lists(
        st.tuples(st.sampled_from(sorted(HEAD_START_MINUTES)), st.integers(0, 30)), min_size=1, max_size=8
    ),
)
def test_tickets_are_called_in_the_order_of_arrival_less_head_start(
    office_template: Path, tmp_path_factory: pytest.TempPathFactory, arrivals: list[tuple[str, int]]
) -> None:
    office = SampleOffice.open_copy(office_template, tmp_path_factory.mktemp("hall") / "office")
    ranks: dict[str, int] = {}
    for priority, minutes in arrivals:
        office.clock.advance(minutes=minutes)
        number = office.take_ticket(priority=priority).rpartition("/")[2]
        issued_at = read_ticket(office, number)["issued_at"]
        ranks[number] = issued_at - HEAD_START_MINUTES[priority] * 60_000_000
    called = []
    for _ in arrivals:
        called.append(office.call_next())
        office.move_ticket("finish")
    assert len(set(called)) == len(arrivals)
    for earlier, later in pairwise(called):
        assert ranks[earlier] - ranks[later] < 1_000, called  # the clock ticks between commands
    office.close()


@postgresql_wide
def test_a_city_without_hall_configuration_has_the_head_starts_of_its_policy(office: SampleOffice) -> None:
    publish_without_hall(office.office, head_start_minutes={"return": 0, "elderly": 60})
    for priority, minutes in (("return", 0), ("elderly", 60), ("appointment", 10)):
        row = read_ticket(office, office.take_ticket(priority=priority).rpartition("/")[2])
        assert row["issued_at"] - row["rank"] == minutes * 60_000_000


def refusal(office: SampleOffice, category: str = "A", priority: str = "ordinary") -> str:
    """Return the English sentence with which a ticket is refused."""
    with pytest.raises(Refused) as refused:
        office.take_ticket(category, priority)
    return str(refused.value)


@postgresql_wide
def test_a_number_has_the_prefix_and_the_digits_of_its_category(office: SampleOffice, english: None) -> None:
    publish_hall(office.office, {"letter": "A", "prefix": "PA", "first": 200, "last": 2999})
    assert [office.take_ticket().rpartition("/")[2] for _ in range(2)] == ["PA0200", "PA0201"]


@postgresql_wide
def test_two_categories_share_a_prefix_with_ranges_of_their_own(office: SampleOffice) -> None:
    publish_hall(
        office.office,
        {"letter": "A", "first": 1, "last": 499},
        {"letter": "B", "prefix": "A", "first": 500, "last": 999},
    )
    assert [office.take_ticket(letter).rpartition("/")[2] for letter in "ABAB"] == ["A001", "A500", "A002", "A501"]


@postgresql_wide
def test_a_category_that_the_city_does_not_have_is_refused(office: SampleOffice, english: None) -> None:
    assert refusal(office, "Z") == (
        "There is no such category of tickets. Please choose another, or ask at the reception."
    )


@postgresql_wide
def test_a_class_that_a_category_does_not_have_is_refused(office: SampleOffice, english: None) -> None:
    publish_hall(office.office, {"letter": "A", "classes": ["ordinary"]})
    assert refusal(office, priority="elderly") == (
        "Kind A has no tickets of this class. Please take an ordinary ticket, or ask at the reception."
    )


@postgresql_wide
def test_the_quota_of_a_day_does_not_count_a_void_ticket(office: SampleOffice, english: None) -> None:
    publish_hall(office.office, {"letter": "A", "quota": 2})
    for printed in (True, False, True):
        office.take_ticket(printed=printed)
    assert refusal(office) == (
        "Today's 2 tickets for Kind A are given out. Please come another day, or ask at the reception."
    )


@postgresql_wide
def test_outside_of_a_time_band_the_next_one_is_named(office: SampleOffice, english: None) -> None:
    bands = [{"from": "08:30", "to": "09:30"}, {"from": "13:00", "to": "16:00"}]
    publish_hall(office.office, {"letter": "A", "bands": bands})
    assert office.take_ticket()
    office.clock.advance(hours=1)
    assert refusal(office) == "There are tickets for Kind A again from 13:00 on today."
    office.clock.advance(hours=8)
    assert refusal(office) == (
        "There are no more tickets for Kind A today. On the next opening day they are given out from 08:30 on."
    )


def test_a_full_time_band_names_the_next_one(office: SampleOffice, english: None) -> None:
    bands = [{"from": "08:30", "to": "12:00", "quota": 1}, {"from": "13:00", "to": "16:00"}]
    publish_hall(office.office, {"letter": "A", "bands": bands})
    office.take_ticket()
    assert refusal(office) == "There are tickets for Kind A again from 13:00 on today."
    office.clock.advance(hours=5)
    assert office.take_ticket()


@postgresql_wide
def test_a_ticket_keeps_the_estimate_that_its_slip_states(office: SampleOffice) -> None:
    command = PrepareTicket(hall=HALL, category="A", estimated_low=300, estimated_high=900)
    number = office.door.perform(command, "kiosk").number
    row = read_ticket(office, number)
    assert (row["estimated_low"], row["estimated_high"]) == (300, 900)


@postgresql_wide
@pytest.mark.parametrize(("low", "high"), [(900, 300), (-1, 10), (0, 10**7)])
def test_an_impossible_estimate_is_refused(office: SampleOffice, low: int, high: int) -> None:
    command = PrepareTicket(hall=HALL, category="A", estimated_low=low, estimated_high=high)
    with pytest.raises(Refused):
        office.door.perform(command, "kiosk")


@postgresql_wide
def test_a_category_has_its_own_number_of_calls_before_a_no_show(office: SampleOffice) -> None:
    publish_hall(office.office, {"letter": "A", "calls_before_no_show": 1, "requeues_after_no_show": 0})
    office.take_ticket()
    office.call_next()
    assert office.move_ticket("no_show") == "no_show"
