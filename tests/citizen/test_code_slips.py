"""Signed codes on paper at a kiosk: where the city asks for it, after a clerk has compared the person's document."""

from __future__ import annotations

import pytest

from clerk_app.cases.status_query import SecondFactor
from clerk_app.citizen.code_slips import (
    AnswerCodeSlip,
    CodeSlipIssued,
    IssueCodeSlip,
    ReadCodeSlipState,
    RequestCodeSlip,
    list_open_requests,
)
from clerk_app.errors import Refused
from clerk_app.roles.reception.service import OfficeReception
from tests.citizen.sessions import open_session
from tests.citizen.test_licence_copies import list_licences
from tests.city_policy import publish_policy
from tests.engines import both_engines
from tests.office import SampleOffice, find_faults
from tests.sample_data import HALL, MOTHER_NUMBER

pytestmark = pytest.mark.usefixtures("english")


class Request:
    """A request at the kiosk for a signed code of the mother's identity card."""

    def __init__(self, office: SampleOffice) -> None:
        publish_policy(office.office, citizen_papers={"confirm_codes": True})
        self._office = office
        self.session = open_session(office.door, "mother")
        self.licence = list_licences(office, self.session)["0101"]
        asked = office.door.perform(RequestCodeSlip(hall=HALL, session=self.session, licence=self.licence), "kiosk")
        self.id, self.number = asked.request, asked.number

    def answer(self, last: str = MOTHER_NUMBER[-4:], *, confirms: bool = True) -> str:
        command = AnswerCodeSlip(request=self.id, confirms=confirms, personal=SecondFactor(last=last))
        return self._office.door.perform(command, "clerk-1").state

    def read(self) -> str:
        return self._office.door.perform(ReadCodeSlipState(session=self.session, request=self.id), "kiosk").state

    def issue(self) -> CodeSlipIssued:
        command = IssueCodeSlip(session=self.session, licence=self.licence, request=self.id)
        return self._office.door.perform(command, "kiosk")


def test_without_the_policy_a_code_is_issued_at_once_for_a_day(office: SampleOffice) -> None:
    session = open_session(office.door, "mother")
    issued = office.door.perform(
        IssueCodeSlip(session=session, licence=list_licences(office, session)["0101"]), "kiosk"
    )
    hours = round((issued.expires_at - office.clock()) / 3_600_000_000)
    assert (hours, issued.confirmed_by) == (24, "")


@both_engines
def test_a_clerk_confirms_with_the_last_characters_of_the_document(office: SampleOffice) -> None:
    request = Request(office)
    with pytest.raises(Refused, match="has to confirm"):
        request.issue()
    with office.store.read() as tx:
        (row,) = list_open_requests(tx, HALL, office.clock())
    assert (row["number"], len(row["number"]), request.read()) == (request.number, 3, "waiting")
    with pytest.raises(Refused, match="other last characters"):
        request.answer("0000")
    assert request.answer() == "confirmed"
    assert request.read() == "confirmed"
    assert request.issue().confirmed_by == "clerk-1"
    assert find_faults(office.store) == []


def test_three_wrong_comparisons_end_a_request(office: SampleOffice) -> None:
    request = Request(office)
    for _attempt in range(3):
        with pytest.raises(Refused, match="other last characters"):
            request.answer("0000")
    with pytest.raises(Refused, match="too often"):
        request.answer()
    assert request.answer(confirms=False) == "declined"


def test_a_declined_request_gives_no_code(office: SampleOffice) -> None:
    request = Request(office)
    assert request.answer(confirms=False) == "declined"
    assert request.read() == "declined"
    with pytest.raises(Refused, match="has to confirm"):
        request.issue()


def test_a_request_that_nobody_answers_ends(office: SampleOffice) -> None:
    request = Request(office)
    for _minute in range(5):  # the kiosk asks meanwhile, which keeps the session open
        office.clock.advance(minutes=1)
        state = request.read()
    assert state == "ended"
    with pytest.raises(Refused, match="has ended"):
        request.answer()
    with office.store.read() as tx:
        assert list_open_requests(tx, HALL, office.clock()) == []


def test_a_request_ends_with_its_session(office: SampleOffice) -> None:
    request = Request(office)
    open_session(office.door, "father")
    with pytest.raises(Refused, match="This request has ended"):
        request.answer()
    with pytest.raises(Refused, match="session at this machine has ended"):
        request.issue()


def test_the_reception_lists_requests_without_a_name_and_answers_them(office: SampleOffice) -> None:
    request = Request(office)
    reception = OfficeReception(office.office, office.select("staff", id="clerk-1")[0])
    (known,) = reception.read_view().code_requests
    assert (known.id, known.number) == (request.id, request.number)
    with pytest.raises(Refused, match="other last characters"):
        reception.confirm_code(known.id, "0000")
    view = reception.confirm_code(known.id, MOTHER_NUMBER[-4:].lower())
    assert (view.code_requests, view.message) == ((), "Confirmed. The kiosk prints the code now.")
    assert request.issue().confirmed_by == "clerk-1"


def test_what_the_reception_declines_is_not_printed(office: SampleOffice) -> None:
    request = Request(office)
    reception = OfficeReception(office.office, office.select("staff", id="clerk-1")[0])
    assert reception.decline_code(request.id).code_requests == ()
    assert request.read() == "declined"
    with pytest.raises(Refused, match="has ended"):
        reception.confirm_code(request.id, MOTHER_NUMBER[-4:])
