"""What the users of NovoSGA, a queue system of Brazil, quarrel about in its issues: decided here."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest

from clerk_app.errors import Refused
from clerk_app.hall.calls import PickTicket
from clerk_app.hall.windows import RegisterWindow, SetWindowState
from clerk_app.people import SYSTEM
from clerk_app.people.staff import RegisterStaff
from tests.city_policy import publish_hall
from tests.engines import ENGINES, postgresql_wide
from tests.hall.measured import measure
from tests.office import SampleOffice, find_faults
from tests.sample_data import HALL, SITE, pin_hash


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


def call_all(office: SampleOffice) -> list[str]:
    """Call every ticket at one window; return the classes in the order of calling."""
    classes = {row["number"]: row["priority"] for row in office.select("tickets")}
    called = []
    while True:
        try:
            called.append(classes[office.call_next()])
        except Refused:
            return called
        office.move_ticket("finish")


@postgresql_wide
def test_priority_is_not_always_first(office: SampleOffice) -> None:
    """novosga #431: tickets with a head start that keep coming overtake a waiting one `overtaken_at_most` times."""
    publish_hall(office.office, overtaken_at_most=2)
    office.take_ticket()
    called = []
    for _arrival in range(4):
        office.take_ticket(priority="elderly")
        called.append(office.call_next())
        office.move_ticket("finish")
    assert called == ["A002", "A003", "A001", "A004"]


@postgresql_wide
def test_priority_is_not_always_last(office: SampleOffice) -> None:
    """novosga #281, #299: a ticket with a head start is called before those taken shortly before it."""
    for priority in ("ordinary", "ordinary", "ordinary", "disabled"):
        office.take_ticket(priority=priority)
    assert call_all(office)[0] == "disabled"


@postgresql_wide
def test_one_to_one_alternation_is_a_setting(office: SampleOffice) -> None:
    """novosga #335: `overtakes_in_a_row: 1` calls a preferred and an earlier ticket in turn."""
    publish_hall(office.office, overtakes_in_a_row=1, overtaken_at_most=100)
    for priority in ("ordinary", "ordinary", "ordinary", "elderly", "elderly", "elderly"):
        office.take_ticket(priority=priority)
    assert call_all(office) == ["elderly", "ordinary"] * 3


@postgresql_wide
def test_appointments_are_a_class_of_their_own(office: SampleOffice) -> None:
    """novosga #338: appointments have a head start of their own, between ordinary and elderly."""
    for priority in ("ordinary", "appointment", "elderly"):
        office.take_ticket(priority=priority)
    assert call_all(office) == ["elderly", "appointment", "ordinary"]


@pytest.mark.wide
@pytest.mark.parametrize("engine", ENGINES)
def test_no_number_is_issued_twice_under_load(office: SampleOffice) -> None:
    """novosga #290: 16 threads take tickets at once; each gets its own number, without a gap."""
    with ThreadPoolExecutor(16) as threads:
        tickets = list(threads.map(lambda at: office.take_ticket("AB"[at % 2]), range(160)))
    numbers = sorted(ticket.rpartition("/")[2] for ticket in tickets)
    assert numbers == sorted(f"{letter}{number:03d}" for letter in "AB" for number in range(1, 81))
    assert find_faults(office.store) == []


@pytest.mark.wide
@pytest.mark.parametrize("engine", ENGINES)
def test_windows_calling_at_once_keep_the_limit_of_overtaking(office: SampleOffice) -> None:
    """16 windows call at once while preferred tickets wait: nobody is called twice, none overtaken too often."""
    publish_hall(office.office, overtaken_at_most=3)
    windows = [f"w{number}" for number in range(11, 27)]
    for window in windows:
        clerk = f"clerk-{window[1:]}"
        office.door.perform(
            RegisterStaff(id=clerk, number=f"5{window[1:]}", name=clerk, role="clerk", pin_hash=pin_hash(), organ=SITE),
            SYSTEM,
        )
        register = RegisterWindow(id=window, name=window, categories="A", hall=HALL, site=SITE)
        office.door.perform(register, SYSTEM)
        office.door.perform(SetWindowState(window=window, state="open"), clerk)
    for number in range(96):
        office.take_ticket(priority="elderly" if number % 2 else "ordinary")
    start = threading.Barrier(len(windows))

    def call(window: str) -> list[str]:
        start.wait()
        called = []
        for _call in range(6):
            called.append(office.call_next(window))
            office.move_ticket("finish", window)
        return called

    with ThreadPoolExecutor(16) as threads:
        called = [number for numbers in threads.map(call, windows) for number in numbers]
    assert len(called) == len(set(called)) == 96
    rows = office.select("tickets", order=("first_called_at", "serial"))
    for row in rows:
        before = [other for other in rows if other["first_called_at"] < row["first_called_at"]]
        assert sum(other["serial"] > row["serial"] for other in before) <= 3, row["number"]
    assert find_faults(office.store) == []


def test_the_report_has_the_way_to_the_window_and_the_idle_time(office: SampleOffice) -> None:
    """novosga #314: a productivity report with way and idle time."""
    office.door.perform(SetWindowState(window="w1", state="closed"), "clerk-1")
    office.door.perform(SetWindowState(window="w1", state="open"), "clerk-1")
    office.clock.advance(minutes=6)
    office.take_ticket()
    office.call_next()
    office.clock.advance(minutes=2)
    office.identify(office.open_visit_at(), "mother", "clerk-1")
    office.clock.advance(minutes=3)
    office.move_ticket("finish")
    window = measure(office, "window")["w1"]
    open_before = 5  # minutes: from 08:55 on
    assert (round((window.way.mean or 0) / 60), round((window.idle or 0) / 60)) == (2, open_before + 6)


@postgresql_wide
def test_a_ticket_that_was_not_here_waits_at_the_end_in_spite_of_the_limit(office: SampleOffice) -> None:
    """Calls before a no-show do not count as overtaking: otherwise the ticket would be called again at once."""
    publish_hall(office.office, {"letter": "A", "calls_before_no_show": 1}, overtaken_at_most=1)
    for _ticket in range(4):
        office.take_ticket()
    assert office.call_next("w1") == "A001"
    assert office.call_next("w2") == "A002"
    office.move_ticket("no_show", "w1")
    called = []
    for _call in range(3):
        called.append(office.call_next("w1"))
        office.move_ticket("finish", "w1")
    assert called == ["A003", "A004", "A001"]
