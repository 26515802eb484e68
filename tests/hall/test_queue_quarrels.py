"""What the users of NovoSGA, a queue system of Brazil, quarrel about in its issues: decided here."""

from __future__ import annotations

import pytest

from clerk_app.errors import Refused
from clerk_app.hall.calls import PickTicket
from clerk_app.hall.windows import RegisterWindow, SetWindowState
from clerk_app.people import SYSTEM
from tests.engines import postgresql_wide
from tests.office import SampleOffice, find_faults
from tests.sample_data import HALL, SITE


@postgresql_wide
def test_a_specific_ticket_is_called_and_the_others_keep_their_order(office: SampleOffice) -> None:
    """novosga #323: call a specific ticket."""
    tickets = [office.take_ticket() for _ticket in range(3)]
    office.door.perform(PickTicket(ticket=tickets[2], window="w1", reason="infant"), "clerk-1")
    assert office.call_next("w2") == "A001"
    office.move_ticket("finish", "w2")
    assert office.call_next("w2") == "A002"
    assert find_faults(office.store) == []


@postgresql_wide
def test_a_window_paused_with_a_reason_is_called_to_by_nobody_until_its_clerk_opens_it(office: SampleOffice) -> None:
    """novosga #315: automatic calls, and windows that are paused with a reason."""
    office.take_ticket()
    office.door.perform(SetWindowState(window="w1", state="paused", reason="training"), "clerk-1")
    with pytest.raises(Refused):
        office.call_next("w1")
    assert office.select("windows", id="w1")[0]["pause_reason"] == "training"
    assert office.select("tickets")[0]["state"] == "waiting"


@postgresql_wide
def test_one_clerk_never_works_at_two_windows_at_once(office: SampleOffice) -> None:
    """novosga #213: one member of staff in two services at the same time."""
    office.door.perform(RegisterWindow(id="w3", name="3", categories="B", hall=HALL, site=SITE), SYSTEM)
    with pytest.raises(Refused) as refused:
        office.door.perform(SetWindowState(window="w3", state="open"), "clerk-1")
    assert refused.value.reason == "two_windows"


@postgresql_wide
def test_two_windows_never_have_the_same_number(office: SampleOffice) -> None:
    """novosga #214: the same counter number twice."""
    with pytest.raises(Refused) as refused:
        office.door.perform(RegisterWindow(id="w3", name="2号窗口", categories="B", hall=HALL, site=SITE), SYSTEM)
    assert refused.value.reason == "name"
