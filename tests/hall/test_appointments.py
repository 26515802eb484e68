"""Appointments: registered without personal data, their codes give a ticket near their time, guessing is limited."""

from __future__ import annotations

import pytest

from clerk_app.composition.schedule import run_due_commands
from clerk_app.errors import Refused
from clerk_app.hall.appointments import BookedSlot, CancelAppointment, RegisterAppointments
from clerk_app.hall.tickets import PrepareTicket, RecordSlipPrint, TicketPrepared
from clerk_app.people import SYSTEM
from clerk_app.text.appointment_codes import digest_appointment_code
from tests.city_policy import publish_hall
from tests.engines import both_engines, postgresql_wide
from tests.office import SampleOffice, find_faults
from tests.sample_data import HALL

DAY = "2026-05-06"  # the office opens at 09:00


def digest(code: str) -> str:
    return digest_appointment_code(HALL, code)


def slot(
    code: str = "K7Q2", begin: str = "09:20", end: str = "09:40", day: str = DAY, category: str = "A"
) -> BookedSlot:
    return BookedSlot(day=day, begin=begin, end=end, category=category, code=digest(code))


def register(office: SampleOffice, *slots: BookedSlot) -> None:
    office.door.perform(RegisterAppointments(hall=HALL, source="portal", slots=slots), SYSTEM)


def present(office: SampleOffice, code: str = "K7Q2", *, printed: bool = True) -> TicketPrepared:
    """Take a ticket with a code at the kiosk."""
    command = PrepareTicket(hall=HALL, category="", appointment_code=digest(code))
    prepared = office.door.perform(command, "kiosk")
    office.door.perform(RecordSlipPrint(ticket=prepared.ticket, printed=printed), "kiosk")
    return prepared


def refusal(office: SampleOffice, code: str = "K7Q2") -> str:
    with pytest.raises(Refused) as refused:
        present(office, code)
    return str(refused.value)


@both_engines
def test_a_code_gives_a_ticket_that_counts_from_the_slot(office: SampleOffice) -> None:
    register(office, slot())
    number = present(office, "k7-q2").number  # as a person types it
    (ticket,) = office.select("tickets", number=number)
    (appointment,) = office.select("appointments")
    assert (ticket["category"], ticket["priority"], appointment["state"]) == ("A", "appointment", "arrived")
    assert ticket["rank"] == appointment["slot_from"] - 10 * 60_000_000  # the head start of the class
    assert find_faults(office.store) == []


@postgresql_wide
def test_the_code_is_stored_as_its_digest_only(office: SampleOffice) -> None:
    register(office, slot("SECRET1"))
    assert "SECRET1" not in repr(office.select("appointments")) + repr(office.entries())


@postgresql_wide
def test_who_comes_before_the_slot_waits_for_those_who_were_there_before_it(office: SampleOffice) -> None:
    register(office, slot(begin="09:25"))
    appointment = present(office).number
    ordinary = []
    for _minute in range(2):
        office.clock.advance(minutes=10)
        ordinary.append(office.take_ticket().rpartition("/")[2])
    called = []
    for _call in range(3):
        called.append(office.call_next())
        office.move_ticket("finish")
    assert called == [ordinary[0], appointment, ordinary[1]]


@postgresql_wide
def test_a_ticket_with_an_appointment_needs_no_quota(office: SampleOffice) -> None:
    publish_hall(office.office, {"letter": "A", "quota": 1})
    register(office, slot())
    office.take_ticket()
    assert present(office).number == "A002"


@postgresql_wide
def test_too_early_names_when_to_come_back(office: SampleOffice, english: None) -> None:
    register(office, slot(begin="14:00", end="14:20"))
    assert refusal(office) == (
        "This appointment is at 14:00. There is a ticket for it from 13:30 on: please come back then."
    )


@postgresql_wide
def test_another_day_is_named(office: SampleOffice, english: None) -> None:
    register(office, slot(day="2026-05-08"))
    assert refusal(office) == "This appointment is on 2026-05-08. Please come on that day."


@postgresql_wide
def test_too_late_names_the_other_way(office: SampleOffice, english: None) -> None:
    register(office, slot())
    office.clock.advance(hours=1)
    assert refusal(office) == (
        "This appointment was until 09:40. Please take a ticket without an appointment, or ask at the reception."
    )


@postgresql_wide
def test_a_code_gives_one_ticket(office: SampleOffice, english: None) -> None:
    register(office, slot())
    present(office)
    assert refusal(office) == (
        "The ticket A001 was taken with this code. Please ask at the reception if you do not have it."
    )


@postgresql_wide
def test_a_code_whose_slip_was_not_printed_can_be_presented_again(office: SampleOffice) -> None:
    register(office, slot())
    present(office, printed=False)
    assert present(office).number == "A002"


@postgresql_wide
def test_a_cancelled_appointment_gives_no_ticket(office: SampleOffice) -> None:
    register(office, slot())
    office.door.perform(CancelAppointment(hall=HALL, day=DAY, code=digest("K7Q2")), SYSTEM)
    with pytest.raises(Refused) as refused:
        present(office)
    assert refused.value.reason == "appointment_code"


@postgresql_wide
def test_guessing_of_codes_is_limited(office: SampleOffice) -> None:
    publish_hall(office.office, appointments={"wrong_codes_of_machine": 3})
    register(office, slot())
    reasons = []
    for code in ("1", "2", "3", "K7Q2"):
        with pytest.raises(Refused) as refused:
            present(office, code)
        reasons.append(refused.value.reason)
    assert reasons == ["appointment_code"] * 3 + ["too_many_tries"]
    office.clock.advance(hours=1, minutes=1)
    register(office, slot("LATER", begin="10:10", end="10:30"))
    assert present(office, "LATER")


@postgresql_wide
def test_an_appointment_for_which_nobody_came_is_missed_when_the_day_closes(office: SampleOffice) -> None:
    register(office, slot(), slot("NEXT", day="2026-05-08"))
    office.clock.advance(days=1)
    run_due_commands(office.office)
    assert [row["state"] for row in office.select("appointments", order=("day",))] == ["missed", "booked"]


@postgresql_wide
@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"category": "Z"}, "There is no ticket category Z."),
        ({"end": "09:20"}, "The appointment ends at 09:20, not after its begin."),
        ({"begin": "9 o'clock"}, "The date is given as 2026-05-01, the times as 09:30."),
        ({"day": "2026-05-05"}, "The day 2026-05-05 is over."),
    ],
)
def test_a_wrong_appointment_is_refused_with_all_others(
    office: SampleOffice, english: None, changes: dict[str, str], sentence: str
) -> None:
    with pytest.raises(Refused) as refused:
        register(office, slot("GOOD"), slot("BAD", **changes))
    assert str(refused.value) == sentence
    assert office.select("appointments") == []


@postgresql_wide
def test_two_appointments_of_a_day_have_different_codes(office: SampleOffice) -> None:
    register(office, slot())
    with pytest.raises(Refused):
        register(office, slot(begin="10:00", end="10:20"))
