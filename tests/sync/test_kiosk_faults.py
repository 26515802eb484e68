"""Faults of kiosks that hall systems report: printer, line, clock, and one citizen who takes all tickets."""

from __future__ import annotations

import pytest

from clerk_app.errors import OutOfReach, Refused
from clerk_app.roles.kiosk.service import OfficeKiosk
from tests.office import find_faults
from tests.sync.city import City, SampleWindow

pytestmark = pytest.mark.usefixtures("english")


@pytest.fixture
def machine(city: City, counter: SampleWindow) -> SampleWindow:
    """Return an enrolled kiosk that has been in contact with its center."""
    kiosk = city.join("k1", kind="kiosk")
    city.exchange_all()
    return kiosk


def ticket_states(city: City) -> list[tuple[str, str]]:
    return [(row["number"], row["state"]) for row in city.center.select("tickets", order=("serial",))]


def test_a_kiosk_gives_tickets_again_after_its_printer_has_failed(city: City, machine: SampleWindow) -> None:
    """ZMSKVR-1132: recurring kiosk failures; nothing is restarted, and no number waits without a slip."""
    kiosk, spool = OfficeKiosk(machine.office), machine.office.folder / "spool"
    spool.rmdir()
    for _attempt in range(2):
        with pytest.raises(OutOfReach, match="cannot print a ticket right now"):
            kiosk.take_ticket("A")
    spool.mkdir()
    assert kiosk.take_ticket("A").number == "A001"
    city.exchange_all()
    assert ticket_states(city) == [("A001", "waiting")]


@pytest.mark.wide
def test_a_kiosk_gives_tickets_again_after_its_center_was_away(city: City, machine: SampleWindow) -> None:
    """ZMSKVR-1132: the front page refers to the windows while the center is away, and not longer."""
    kiosk = OfficeKiosk(machine.office)
    machine.transport.down = True
    with pytest.raises(OutOfReach, match="Please go to a window or to the reception"):
        kiosk.take_ticket("A")
    machine.transport.down = False
    assert kiosk.take_ticket("A").number == "A001"
    city.exchange_all()
    assert ticket_states(city) == [("A001", "waiting")]
    assert city.differences() == []


@pytest.mark.wide
def test_a_family_takes_three_tickets_and_four_in_six_seconds_are_refused_with_the_wait(
    city: City, machine: SampleWindow
) -> None:
    """One citizen took four tickets in six seconds."""
    kiosk = OfficeKiosk(machine.office)
    for _person in range(3):
        kiosk.take_ticket("A")
        city.center.clock.advance(seconds=2)
    with pytest.raises(Refused, match="Please wait 4 seconds before the next one"):
        kiosk.take_ticket("A")
    city.center.clock.advance(seconds=4)
    assert kiosk.take_ticket("A").number == "A004"
    assert find_faults(city.center.store) == []  # a rebuild counts the same


@pytest.mark.wide
def test_another_kiosk_is_not_kept_waiting(city: City, machine: SampleWindow) -> None:
    for _person in range(3):
        OfficeKiosk(machine.office).take_ticket("A")
    assert OfficeKiosk(city.join("k2", kind="kiosk").office).take_ticket("A").number == "A004"


@pytest.mark.wide
def test_a_kiosk_with_a_dead_clock_gives_tickets_of_the_day_with_the_right_time(
    city: City, machine: SampleWindow
) -> None:
    """Its clock begins in 1970 after each power cut; a contact with the center is enough."""
    machine.skew[0] = -city.center.clock.now
    machine.client.flush()
    slip = OfficeKiosk(machine.office).take_ticket("A")
    (ticket,) = city.center.select("tickets")
    assert ticket["day"] == "2026-05-06"
    assert f"{slip.taken_at:%Y-%m-%d %H:%M}" == "2026-05-06 09:00"
    (paper,) = machine.office.printers.spool.list_papers()
    assert b"2026-05-06 09:00" in paper.read_bytes()
