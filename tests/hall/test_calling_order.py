"""How many are called before a ticket: the kiosk, the slip and the windows follow the same order of calling."""

from __future__ import annotations

import pytest

from clerk_app.hall.fair_order import CallingWindow, FairnessLimits, FairQueue, WaitingTicket, count_before
from clerk_app.hall.windows import RegisterWindow, SetWindowState
from clerk_app.people import SYSTEM
from clerk_app.roles.kiosk.service import OfficeKiosk
from tests.office import SampleOffice
from tests.sample_data import HALL, SITE


@pytest.mark.parametrize(
    ("waiting", "category", "windows", "before"),
    [
        ("", "A", "AB", 0),
        ("AAA", "A", "A", 3),
        ("BBB", "A", "AB", 3),  # one window serves both: it calls them first
        ("BBB", "A", "B", 0),  # no window serves the category yet
        ("ABA", "A", "B", 2),
        ("BBBB", "A", "A AB", 0),  # a window that serves nobody else is free
        ("ABBB", "A", "A AB", 2),
        ("AABB", "A", "AB AB", 4),
        ("CCCC", "A", "AB C", 0),
        ("BBBB", "A", "AB B", 2),  # another window takes every second one away
    ],
)
def test_only_tickets_that_windows_of_the_category_call_are_before_it(
    waiting: str, category: str, windows: str, before: int
) -> None:
    tickets = [WaitingTicket(f"t{at}", letter, at, at, at, at) for at, letter in enumerate(waiting)]
    new = WaitingTicket("new", category, 9, 9, 9, 9)
    queue = FairQueue([*tickets, new], [], FairnessLimits(5))
    served = [CallingWindow(f"w{at}", "", frozenset(letters)) for at, letters in enumerate(windows.split())]
    assert count_before(queue, tickets, new, served) == before


def test_the_slip_counts_those_who_are_called_before_it(office: SampleOffice) -> None:
    kiosk = OfficeKiosk(office.office)
    office.door.perform(SetWindowState(window="w2", state="closed"), "clerk-2")
    for category in "BAB":
        office.take_ticket(category)
    (shown,) = (row.ahead for row in kiosk.read_view().categories if row.id == "A")
    slip = kiosk.take_ticket("A")
    called = []
    while (number := office.call_next("w1")) != slip.number:
        called.append(number)
        office.move_ticket("finish", "w1")
    assert slip.ahead == shown == len(called) == 3


def test_a_window_that_serves_only_others_is_not_counted(office: SampleOffice) -> None:
    office.door.perform(RegisterWindow(id="w9", name="9", categories="C", hall=HALL, site=SITE), SYSTEM)
    office.door.perform(SetWindowState(window="w9", state="open"), "supervisor")
    for _ticket in range(3):
        office.take_ticket("C")
    kiosk = OfficeKiosk(office.office)
    assert kiosk.take_ticket("A").ahead == 0
