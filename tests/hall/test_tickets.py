"""Tickets: no slip, no ticket; a number is never used again; who comes first is called first."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from clerk_app.errors import Refused
from clerk_app.hall.tickets import HEAD_START_MINUTES, MAX_TICKET_SERIAL, PrepareTicket, RecordSlipPrint
from db.engines import Row
from tests.clock import local_date
from tests.office import SampleOffice
from tests.sample_data import HALL


def waiting_numbers(office: SampleOffice) -> list[str]:
    with office.store.read() as look:
        return [row["number"] for row in look.query_all("hall.waiting_tickets", hall=HALL)]


def read_ticket(office: SampleOffice, number: str) -> Row:
    return office.select("tickets", number=number)[-1]


def prepare_ticket(office: SampleOffice, category: str = "A") -> str:
    command = PrepareTicket(hall=HALL, day=local_date(office.clock.now), category=category)
    return office.door.perform(command, "kiosk").ticket


def test_without_its_slip_a_ticket_is_not_in_the_queue(office: SampleOffice) -> None:
    made = prepare_ticket(office)
    assert waiting_numbers(office) == []
    with pytest.raises(Refused) as nobody:
        office.call_next()
    assert nobody.value.reason == "nobody"
    office.door.perform(RecordSlipPrint(ticket=made, printed=True), "kiosk")
    assert waiting_numbers(office) == ["A001"]


def test_a_slip_that_did_not_come_out_leaves_no_phantom_and_its_number_is_never_used_again(
    office: SampleOffice,
) -> None:
    office.take_ticket(printed=False)
    assert waiting_numbers(office) == []
    office.take_ticket()
    assert waiting_numbers(office) == ["A002"]
    assert read_ticket(office, "A001")["state"] == "void"


def test_a_kiosk_that_died_while_printing_leaves_no_phantom(office: SampleOffice) -> None:
    prepare_ticket(office)  # and then the plug was pulled
    office.take_ticket()
    assert office.call_next() == "A002"


def test_a_slip_ends_once(office: SampleOffice) -> None:
    made = office.take_ticket()
    for printed in (True, False):
        with pytest.raises(Refused):
            office.door.perform(RecordSlipPrint(ticket=made, printed=printed), "kiosk")
    assert waiting_numbers(office) == ["A001"]


def test_each_category_counts_for_itself_and_anew_each_day(office: SampleOffice) -> None:
    assert [office.take_ticket(category).rpartition("/")[2] for category in "AABA"] == ["A001", "A002", "B001", "A003"]
    office.clock.advance(days=1)
    assert office.take_ticket().rpartition("/")[2] == "A001"


def test_who_waited_yesterday_does_not_stand_in_todays_queue(office: SampleOffice) -> None:
    yesterday = office.take_ticket()
    office.clock.advance(days=1)
    office.take_ticket("B")
    assert waiting_numbers(office) == ["B001"]
    assert office.call_next() == "B001"
    assert office.select("tickets", id=yesterday)[0]["state"] == "waiting"


def test_when_all_numbers_of_a_day_are_given_out_it_is_said(office: SampleOffice) -> None:
    today = local_date(office.clock.now)
    with office.store.write() as tx:
        tx.insert(
            "tickets", id="full", hall=HALL, day=today, category="A", number=f"A{MAX_TICKET_SERIAL}", priority="ordinary",
            state="finished", rank=0, issued_at=0, calls=0, requeued=0,
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
    comers=st.lists(st.tuples(st.sampled_from(sorted(HEAD_START_MINUTES)), st.integers(0, 30)), min_size=1, max_size=8),
)
def test_each_class_counts_as_having_come_earlier_and_nobody_else_passes(
    office_template: object, tmp_path_factory: pytest.TempPathFactory, comers: list[tuple[str, int]]
) -> None:
    office = SampleOffice.open_copy(office_template, tmp_path_factory.mktemp("hall") / "office")  # type: ignore[arg-type]
    counts: list[tuple[int, str]] = []
    for priority, minutes in comers:
        office.clock.advance(minutes=minutes)
        number = office.take_ticket(priority=priority).rpartition("/")[2]
        came = read_ticket(office, number)["issued_at"]
        counts.append((came - HEAD_START_MINUTES[priority] * 60_000_000, number))
    called = []
    for _ in comers:
        called.append(office.call_next())
        office.move_ticket("finish")
    assert len(set(called)) == len(comers)
    slips = {number: count for count, number in counts}
    for earlier, later in pairwise(called):
        assert slips[earlier] - slips[later] < 1_000, called  # the clock ticks between commands
    office.close()
