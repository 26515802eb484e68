"""The reception of an office: tickets of every class in two phases, reprints, undo, and where a ticket is."""

from __future__ import annotations

import pytest

from clerk_app.errors import OutOfReach, Refused
from clerk_app.hall.appointments import BookedSlot, RegisterAppointments
from clerk_app.hall.service_days import CloseServiceDay
from clerk_app.hall.windows import SetWindowState
from clerk_app.roles.reception.service import OfficeReception
from clerk_app.text.appointment_codes import digest_appointment_code
from clerk_app.views.reception import ReceptionView, TicketAnswer
from tests.city_policy import publish_hall
from tests.engines import sqlite_only
from tests.office import SampleOffice
from tests.sample_data import HALL

pytestmark = [sqlite_only, pytest.mark.usefixtures("english")]


@pytest.fixture
def reception(office: SampleOffice) -> OfficeReception:
    return open_reception(office)


def open_reception(office: SampleOffice) -> OfficeReception:
    return OfficeReception(office.office, office.select("staff", id="clerk-1")[0])


def spooled(office: SampleOffice) -> list[str]:
    return [path.name.partition("-")[2] for path in office.office.printers.spool.list_papers()]


def test_each_class_has_a_key_and_its_ticket_is_printed(office: SampleOffice, reception: OfficeReception) -> None:
    classes = reception.read_view().classes
    assert [known.key for known in classes] == [str(key) for key in range(1, len(classes) + 1)]
    for known in classes:
        reception.issue("A", known.id)
    assert {row["priority"] for row in office.select("tickets")} == {known.id for known in classes}
    assert {row["state"] for row in office.select("tickets")} == {"waiting"}
    assert len(spooled(office)) == len(classes)


def test_a_green_lane_class_names_what_is_shown_at_the_window(reception: OfficeReception) -> None:
    proofs = {known.id: known.proof for known in reception.read_view().classes if known.is_green_lane}
    assert proofs["disabled"] == "disability certificate"
    assert set(proofs) == {"elderly", "disabled", "pregnant", "veteran"}


def test_a_printer_that_is_off_leaves_no_ticket_and_is_named(office: SampleOffice, reception: OfficeReception) -> None:
    (office.office.folder / "spool").rmdir()
    assert "The printer is not there" in reception.read_view().trouble
    with pytest.raises(OutOfReach, match="The printer is not there"):
        reception.issue("A", "ordinary")
    assert office.select("tickets") == []


def test_a_closed_hall_is_named_before_a_key_is_pressed(office: SampleOffice, reception: OfficeReception) -> None:
    office.door.perform(CloseServiceDay(hall=HALL, day="2026-05-06"), "supervisor")
    assert reception.read_view().trouble == "The hall is closed: no tickets are given out now."


def test_a_group_gets_tickets_that_follow_each_other_and_one_undo_makes_them_void(
    office: SampleOffice, reception: OfficeReception
) -> None:
    assert reception.issue("A", "ordinary", 3).message.startswith("Issued: A001, A002, A003.")
    offer = reception.read_undo()
    assert offer is not None
    assert "A001, A002, A003" in offer.question
    reception.undo(offer.id)
    assert {row["state"] for row in office.select("tickets")} == {"void"}


def test_a_ticket_that_was_called_is_not_undone(office: SampleOffice, reception: OfficeReception) -> None:
    reception.issue("A", "ordinary")
    office.call_next()
    offer = reception.read_undo()
    assert offer is not None
    assert offer.reason == "Called or ended already, so not void: A001."


def test_a_reprint_is_marked_and_of_the_same_ticket(office: SampleOffice, reception: OfficeReception) -> None:
    ticket = reception.issue("A", "ordinary").issued[0].id
    for _time in range(2):
        reception.reprint(ticket)
    assert spooled(office) == ["ticket-A001.bin", "ticket-A001-1.bin", "ticket-A001-2.bin"]
    last = office.office.printers.spool.list_papers()[-1].read_bytes()
    assert "重打 REPRINT 2".encode("gb18030") in last
    assert [row["number"] for row in office.select("tickets")] == ["A001"]


def test_the_tickets_issued_here_are_listed_after_a_restart(office: SampleOffice, reception: OfficeReception) -> None:
    reception.issue("A", "ordinary", 2)
    assert [row.number for row in open_reception(office).read_view().issued] == ["A002", "A001"]


def test_the_holder_of_a_ticket_learns_its_place_and_the_reason(
    office: SampleOffice, reception: OfficeReception
) -> None:
    reception.issue("A", "ordinary", 2)
    reception.issue("A", "elderly")
    answer = reception.find_ticket(" a002 ")
    assert answer.sentences[0] == "2 are called before it at the windows of its category."
    assert "Why there: In the order of arrival." in answer.sentences
    office.call_next()
    assert reception.find_ticket("A003").sentences[0].startswith("It was called: please go to ")
    with pytest.raises(Refused, match="There is no ticket B777 in this hall"):
        reception.find_ticket("B777")


def test_each_waiting_ticket_has_a_place_of_its_own_where_the_limit_of_overtaking_changes_the_order(
    office: SampleOffice, reception: OfficeReception
) -> None:
    publish_hall(office.office, overtaken_at_most=2)
    office.door.perform(SetWindowState(window="w2", state="closed"), "clerk-2")
    issued = [reception.issue("A", "ordinary" if taken == 0 else "elderly") for taken in range(6)]
    called = sorted((row.state, row.number) for row in issued[-1].issued)
    numbers = ("A002", "A003", "A001", "A004", "A005", "A006")
    assert called == [(f"waits, {place} before it", number) for place, number in enumerate(numbers)]


def test_a_ticket_moves_to_another_category_and_back(office: SampleOffice, reception: OfficeReception) -> None:
    ticket = reception.issue("A", "ordinary").issued[0].id
    reception.move(ticket, "B")
    assert office.select("tickets")[0]["category"] == "B"
    offer = reception.read_undo()
    assert offer is not None
    reception.undo(offer.id)
    assert office.select("tickets")[0]["category"] == "A"


def test_a_holder_who_leaves_is_not_waited_for(office: SampleOffice, reception: OfficeReception) -> None:
    ticket = reception.issue("A", "ordinary").issued[0].id
    assert reception.record_left(ticket).message == "A001 does not wait any more."
    assert reception.read_view().status.waiting == 0


def test_the_code_of_an_appointment_gives_its_ticket_and_a_slip_is_found_by_its_code(
    office: SampleOffice, reception: OfficeReception
) -> None:
    slot = BookedSlot(
        day="2026-05-06", begin="09:00", end="09:15", category="B", code=digest_appointment_code(HALL, "8374-2210")
    )
    office.door.perform(RegisterAppointments(hall=HALL, source="portal", slots=(slot,)), "admin")
    assert [(row.time, row.is_expected) for row in reception.read_view().appointments] == [("09:00-09:15", True)]
    issued = reception.take_code("8374-2210")
    assert isinstance(issued, ReceptionView)
    assert (issued.issued[0].number, issued.issued[0].class_name) == ("B001", "appointment")
    assert issued.appointments[0].ticket == "B001"
    found = reception.take_code("B001")
    assert isinstance(found, TicketAnswer)
    assert found.number == "B001"
