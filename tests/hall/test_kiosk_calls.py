"""A citizen at a kiosk calls a member of staff; reception and supervisor see the call until one of them answers it."""

from __future__ import annotations

import pytest

from clerk_app.errors import Refused
from clerk_app.hall.kiosk_calls import OPEN_SECONDS, AnswerKioskCall, CallStaff
from clerk_app.roles.kiosk.service import OfficeKiosk
from clerk_app.roles.reception.service import OfficeReception
from clerk_app.roles.supervisor.service import OfficeSupervisor
from tests.engines import postgresql_wide
from tests.office import SampleOffice, find_faults
from tests.sample_data import HALL

pytestmark = [postgresql_wide, pytest.mark.usefixtures("english")]


@pytest.fixture
def reception(office: SampleOffice) -> OfficeReception:
    return OfficeReception(office.office, office.select("staff", id="clerk-1")[0])


@pytest.fixture
def supervisor(office: SampleOffice) -> OfficeSupervisor:
    return OfficeSupervisor(office.office, office.select("staff", id="supervisor")[0])


def test_reception_and_supervisor_see_a_call_until_somebody_answers_it(
    office: SampleOffice, reception: OfficeReception, supervisor: OfficeSupervisor
) -> None:
    assert OfficeKiosk(office.office).call_staff()
    (call,) = reception.read_view().calls
    assert call.sentence.startswith("Help is wanted at kiosk ")
    assert [(shown.sentence, shown.is_kiosk) for shown in supervisor.read_view().emergencies] == [(call.sentence, True)]
    view = reception.answer_call(call.id)
    assert view.calls == ()
    assert supervisor.read_view().emergencies == ()
    (row,) = office.select("kiosk_calls")
    assert (row["seen_by"], row["seen_at"] is not None) == ("clerk-1", True)
    assert find_faults(office.store) == []


def test_a_supervisor_answers_a_call_with_the_key_for_windows(
    office: SampleOffice, supervisor: OfficeSupervisor
) -> None:
    OfficeKiosk(office.office).call_staff()
    (call,) = supervisor.read_emergencies()
    assert "Please go there." in supervisor.answer_emergency(call.id).message
    with pytest.raises(Refused, match="Somebody has answered this call already"):
        office.door.perform(AnswerKioskCall(call=call.id), "supervisor")


def test_a_second_call_of_a_kiosk_is_the_same_until_it_is_answered(office: SampleOffice) -> None:
    kiosk = OfficeKiosk(office.office)
    assert [kiosk.call_staff(), kiosk.call_staff()] == [True, False]
    (row,) = office.select("kiosk_calls")
    office.door.perform(AnswerKioskCall(call=row["id"]), "supervisor")
    assert kiosk.call_staff()


def test_a_call_that_nobody_answers_is_no_longer_shown_after_a_quarter_of_an_hour(
    office: SampleOffice, reception: OfficeReception
) -> None:
    office.door.perform(CallStaff(hall=HALL), "kiosk")
    office.clock.advance(seconds=OPEN_SECONDS + 1)
    assert reception.read_view().calls == ()
    assert OfficeKiosk(office.office).call_staff()
