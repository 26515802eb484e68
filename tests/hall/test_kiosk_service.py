"""The kiosk of an office: tickets of the open day, and the state of a case in words for a citizen."""

from __future__ import annotations

import pytest

from clerk_app.composition.schedule import run_due_commands
from clerk_app.errors import OutOfReach, Refused
from clerk_app.hall.appointments import BookedSlot, RegisterAppointments
from clerk_app.hall.service_days import CloseServiceDay
from clerk_app.people import SYSTEM
from clerk_app.roles.kiosk.service import OfficeKiosk
from clerk_app.roles.reception.service import OfficeReception
from clerk_app.text.appointment_codes import digest_appointment_code
from clerk_app.views.citizen_case import CaseStatusView
from tests.city_policy import publish_hall
from tests.engines import sqlite_only
from tests.office import SampleOffice
from tests.sample_data import HALL, MOTHER_NUMBER

pytestmark = [sqlite_only, pytest.mark.usefixtures("english")]


@pytest.fixture
def kiosk(office: SampleOffice) -> OfficeKiosk:
    return OfficeKiosk(office.office)


def look_up(kiosk: OfficeKiosk, number: str) -> CaseStatusView:
    return kiosk.find_case_status(number, MOTHER_NUMBER[-4:])


def test_the_first_slip_of_a_day_counts_nobody_of_yesterday(office: SampleOffice, kiosk: OfficeKiosk) -> None:
    for _ in range(4):
        office.take_ticket()
    assert kiosk.take_ticket("A").ahead == 4
    office.clock.set("2026-05-07 08:00")
    run_due_commands(office.office)
    assert {category.ahead for category in kiosk.read_view().categories} == {0}
    slip = kiosk.take_ticket("A")
    assert (slip.number, slip.ahead) == ("A001", 0)


def test_a_closed_hall_gives_out_no_tickets_and_says_so(office: SampleOffice, kiosk: OfficeKiosk) -> None:
    assert kiosk.read_view().is_open
    office.door.perform(CloseServiceDay(hall=HALL, day="2026-05-06"), "supervisor")
    assert not kiosk.read_view().is_open
    with pytest.raises(Refused, match="The hall is closed now"):
        kiosk.take_ticket("A")
    assert office.select("tickets") == []


def test_a_printer_that_fails_is_explained_to_the_citizen_and_not_to_the_staff(
    office: SampleOffice, kiosk: OfficeKiosk
) -> None:
    (office.office.folder / "spool").rmdir()
    with pytest.raises(OutOfReach, match="you will be served without a ticket") as error:
        kiosk.take_ticket("A")
    assert "folder" not in str(error.value)
    assert office.select("tickets") == []


def test_a_wrong_digit_is_named_before_the_second_factor(office: SampleOffice, kiosk: OfficeKiosk) -> None:
    number = office.accept_birth()
    kiosk.check_case_number(number)
    wrong = number[:-1] + str((int(number[-1]) + 1) % 10)
    with pytest.raises(Refused, match="One of the 12 digits is wrong"):
        kiosk.check_case_number(wrong)
    with pytest.raises(Refused, match="do not belong together"):
        kiosk.find_case_status(number, "0000")


def test_each_state_of_a_case_says_what_to_do_and_what_happens_next(office: SampleOffice, kiosk: OfficeKiosk) -> None:
    number = office.accept_birth()
    view = look_up(kiosk, number)
    assert view.state == "Your application was accepted and is being handled."
    assert view.next_steps[0] == "There is nothing that you have to do now."
    assert view.promised in view.next_steps[1]
    assert {row.state for row in view.matters} <= {"begins later", "being handled", "not needed"}
    office.return_task(number, view.matters[0].id, "birth-certificate")
    view = look_up(kiosk, number)
    assert view.requested_materials
    assert view.next_steps[0] == "Bring the papers named below to any window, with your receipt."
    assert view.matters[0].state == "waits for your papers"


def test_a_case_that_is_late_and_one_that_is_decided_say_so(office: SampleOffice, kiosk: OfficeKiosk) -> None:
    late, decided = office.accept_birth(), office.accept_birth(window="w2")
    office.approve_all(decided)
    view = look_up(kiosk, decided)
    assert view.state in ("All decisions have been made.", "Your results are ready.")
    assert view.promised == ""
    office.clock.advance(days=200)
    assert look_up(kiosk, late).next_steps[0] == "The promised day has passed. Please ask at a window why."


def test_categories_and_their_names_are_those_of_the_catalogue(office: SampleOffice, kiosk: OfficeKiosk) -> None:
    publish_hall(office.office, {"letter": "A", "classes": ["ordinary", "disabled"]}, {"letter": "K"})
    view = kiosk.read_view()
    assert [(category.id, category.name) for category in view.categories] == [("A", "Kind A"), ("K", "Kind K")]
    assert "elderly" not in view.categories[0].classes
    slip = kiosk.take_ticket("A", "disabled")
    assert (slip.category, slip.proof) == ("Kind A", "disability certificate")


def test_a_class_without_a_category_is_not_offered(office: SampleOffice, kiosk: OfficeKiosk) -> None:
    publish_hall(office.office, {"letter": "A", "classes": ["ordinary", "disabled"]})
    assert [known.id for known in kiosk.read_view().green_lane] == ["disabled"]


def test_the_code_of_an_appointment_gives_its_ticket(office: SampleOffice, kiosk: OfficeKiosk) -> None:
    code = digest_appointment_code(HALL, "K7Q2")
    slot = BookedSlot(day="2026-05-06", begin="09:10", end="09:30", category="B", code=code)
    office.door.perform(RegisterAppointments(hall=HALL, source="portal", slots=(slot,)), SYSTEM)
    assert kiosk.read_view().has_appointments
    assert kiosk.take_ticket_by_code(" k7q2 ").number == "B001"
    with pytest.raises(Refused, match="No appointment has this code"):
        kiosk.take_ticket_by_code("K7Q3")


def test_one_count_is_on_button_slip_list_and_answer(office: SampleOffice, kiosk: OfficeKiosk) -> None:
    """A window serves several categories: those of another category are called before it, too."""
    for category in ("A", "C", "A", "C"):
        office.take_ticket(category)
    announced = next(category.ahead for category in kiosk.read_view().categories if category.id == "C")
    slip = kiosk.take_ticket("C")
    reception = OfficeReception(office.office, office.select("staff", id="clerk-1")[0])
    answer = reception.find_ticket(slip.number).sentences[0]
    assert answer == f"{announced} are called before it at the windows of its category."
    assert slip.ahead == announced
