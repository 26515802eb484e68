"""Calls: each ticket goes to exactly one window; a no-show is requeued once."""

from __future__ import annotations

import threading

import pytest

from clerk_app.catalogue.policy import DEFAULT_POLICY
from clerk_app.errors import Refused
from clerk_app.hall.calls import CallNext, CallTicket, ServeWalkIn
from clerk_app.hall.day_state import count_served
from clerk_app.hall.service_days import OpenServiceDay
from clerk_app.hall.ticket_moves import MoveTicket
from clerk_app.hall.tickets import PrepareTicket
from clerk_app.hall.windows import RegisterWindow, SetWindowState
from clerk_app.people import SCHEDULE, SYSTEM
from clerk_app.people.staff import RegisterStaff
from tests.city_policy import publish_policy
from tests.engines import both_engines, postgresql_wide
from tests.office import SampleOffice, clerk_of_window, find_faults
from tests.sample_data import HALL

MAX_CALLS = DEFAULT_POLICY.calls_before_no_show


def ticket_state(office: SampleOffice, number: str) -> str:
    return str(office.select("tickets", number=number)[0]["state"])


@both_engines
def test_two_windows_calling_concurrently_never_get_the_same_ticket(office: SampleOffice) -> None:
    numbers = {office.take_ticket().rpartition("/")[2] for _ in range(16)}
    called: dict[str, list[str]] = {"w1": [], "w2": []}
    ended: dict[str, str] = {}
    start = threading.Barrier(2)

    def call_all(window: str) -> None:
        start.wait()
        while True:
            try:
                called[window].append(office.call_next(window))
                office.move_ticket("finish", window)
            except Refused as refused:
                ended[window] = refused.reason
                return

    threads = [threading.Thread(target=call_all, args=(window,)) for window in called]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert ended == {"w1": "nobody", "w2": "nobody"}
    assert sorted(called["w1"] + called["w2"]) == sorted(numbers)
    assert {row["state"] for row in office.select("tickets")} == {"finished"}
    assert find_faults(office.store) == []


def test_one_window_calling_twice_gets_one_ticket(office: SampleOffice) -> None:
    office.take_ticket()
    office.take_ticket()
    answers: list[str] = []

    def call() -> None:
        try:
            answers.append(office.call_next())
        except Refused as refused:
            answers.append(refused.reason)

    threads = [threading.Thread(target=call) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert sorted(answers) == ["A001", "busy"]


def test_a_called_ticket_is_serving_with_a_visit_at_its_window(office: SampleOffice) -> None:
    office.take_ticket()
    office.call_next()
    row = office.select("tickets")[0]
    assert (row["state"], row["window_id"], row["calls"]) == ("serving", "w1", 1)
    visit = office.select("visits", id=office.open_visit_at())[0]
    assert (visit["ticket"], visit["staff"], visit["ended_at"]) == (row["id"], "clerk-1", None)
    assert office.move_ticket("finish") == "finished"
    assert office.select("visits", id=visit["id"])[0]["ended_at"]


@both_engines
def test_a_no_show_after_all_calls_is_requeued_once_and_then_ends(office: SampleOffice) -> None:
    office.take_ticket()
    office.take_ticket()
    office.call_next()
    with pytest.raises(Refused) as early:
        office.move_ticket("no_show")
    assert (early.value.reason, early.value.facts["more"]) == ("call_again", MAX_CALLS - 1)
    assert [office.move_ticket("recall") for _ in range(MAX_CALLS - 1)] == ["serving"] * (MAX_CALLS - 1)
    office.clock.advance(minutes=1)
    assert office.move_ticket("no_show") == "waiting"  # requeued at the end
    assert office.call_next() == "A002"
    office.move_ticket("finish")
    assert office.call_next() == "A001"
    for _ in range(MAX_CALLS - 1):
        office.move_ticket("recall")
    assert office.move_ticket("no_show") == "no_show"
    with pytest.raises(Refused):
        office.call_next()


def test_the_city_policy_sets_the_calls_and_requeues_of_a_no_show(office: SampleOffice) -> None:
    publish_policy(office.office, calls_before_no_show=1, requeues_after_no_show=2)
    office.take_ticket()
    states = []
    for _ in range(3):
        office.call_next()
        states.append(office.move_ticket("no_show"))
    assert states == ["waiting", "waiting", "no_show"]
    assert office.select("tickets", number="A001")[0]["requeued"] == 2
    assert find_faults(office.store) == []


@postgresql_wide
def test_a_printed_ticket_handed_over_is_served_after_a_no_show(office: SampleOffice) -> None:
    ticket = office.take_ticket()
    for _ in range(2):
        office.call_next()
        for _ in range(MAX_CALLS - 1):
            office.move_ticket("recall")
        office.move_ticket("no_show")
    assert ticket_state(office, "A001") == "no_show"
    office.door.perform(CallTicket(ticket=ticket, window="w2"), "clerk-2")
    assert ticket_state(office, "A001") == "serving"
    office.move_ticket("finish", "w2")


@postgresql_wide
@pytest.mark.parametrize("act", ["finish", "unserved"])
def test_a_ticket_that_was_ended_comes_back_in_a_new_visit_that_asks_for_the_person_again(
    office: SampleOffice, act: str
) -> None:
    ticket = office.take_ticket()
    office.call_next()
    ended = office.open_visit_at()
    office.identify(ended, "mother", "clerk-1")
    office.move_ticket(act)
    office.door.perform(CallTicket(ticket=ticket, window="w1"), "clerk-1")
    visit = office.select("visits", id=office.open_visit_at())[0]
    assert (visit["id"] != ended, visit["ticket"], visit["check_result"]) == (True, ticket, "")
    assert ticket_state(office, "A001") == "serving"
    assert find_faults(office.store) == []


@postgresql_wide
def test_a_slip_is_served_although_its_printing_was_not_recorded(office: SampleOffice) -> None:
    command = PrepareTicket(hall=HALL, category="A")
    ticket = office.door.perform(command, "kiosk").ticket
    office.door.perform(CallTicket(ticket=ticket, window="w1"), "clerk-1")
    assert ticket_state(office, "A001") == "serving"


@postgresql_wide
def test_a_ticket_being_served_elsewhere_is_taken_over_only_on_purpose(office: SampleOffice) -> None:
    ticket = office.take_ticket()
    office.door.perform(SetWindowState(window="w1", state="open"), "clerk-1")  # renews the lease
    office.call_next("w1")
    first = office.open_visit_at("w1")
    with pytest.raises(Refused) as refused:
        office.door.perform(CallTicket(ticket=ticket, window="w2"), "clerk-2")
    assert (refused.value.reason, refused.value.facts["window"]) == ("served_elsewhere", "1号窗口")
    office.door.perform(CallTicket(ticket=ticket, window="w2", take_over=True), "clerk-2")
    assert office.select("visits", id=first)[0]["ended_at"]
    assert office.select("visits", id=office.open_visit_at("w2"))[0]["ticket"] == ticket
    assert find_faults(office.store) == []


@postgresql_wide
def test_a_ticket_called_at_a_window_whose_lease_ended_is_served_wherever_it_is_shown(office: SampleOffice) -> None:
    ticket = office.take_ticket()
    office.call_next("w1")
    office.clock.advance(minutes=DEFAULT_POLICY.window_lease_minutes)
    office.door.perform(CallTicket(ticket=ticket, window="w2"), "clerk-2")
    assert office.select("tickets", id=ticket)[0]["window_id"] == "w2"


@postgresql_wide
def test_a_ticket_for_which_nothing_was_done_ends_without_service_and_is_not_counted_as_served(
    office: SampleOffice,
) -> None:
    ticket = office.take_ticket()
    office.call_next()
    assert office.move_ticket("unserved") == "unserved"
    row = office.select("tickets", id=ticket)[0]
    assert row["finished_at"]
    with office.store.read() as tx:
        (counts,) = count_served(tx, HALL)
    assert (counts["served"], counts["unserved"]) == (0, 1)


@postgresql_wide
def test_a_ticket_called_by_mistake_goes_back_to_its_place(office: SampleOffice) -> None:
    office.take_ticket()
    office.take_ticket()
    office.call_next()
    assert office.move_ticket("requeue") == "waiting"
    assert office.select("tickets", number="A001")[0]["requeued"] == 0
    assert office.call_next() == "A001"
    assert find_faults(office.store) == []


@postgresql_wide
def test_a_void_ticket_is_not_served(office: SampleOffice) -> None:
    ticket = office.take_ticket(printed=False)
    with pytest.raises(Refused):
        office.door.perform(CallTicket(ticket=ticket, window="w1"), "clerk-1")


@both_engines
def test_a_held_ticket_reopens_its_visit_with_the_person(office: SampleOffice) -> None:
    ticket = office.take_ticket()
    office.call_next()
    visit = office.open_visit_at()
    office.identify(visit, "mother", "clerk-1")
    assert office.move_ticket("hold") == "held"
    office.take_ticket()
    assert office.call_next() == "A002"
    office.move_ticket("finish")
    office.door.perform(CallTicket(ticket=ticket, window="w1"), "clerk-1")
    assert office.open_visit_at() == visit
    assert office.select("visits", id=visit)[0]["person"] == "mother"
    assert office.move_ticket("finish") == "finished"


def test_a_window_serves_only_its_categories(office: SampleOffice) -> None:
    office.door.perform(RegisterWindow(id="w3", name="3号窗口", categories="B"), SYSTEM)
    office.door.perform(SetWindowState(window="w1", state="closed"), "clerk-1")
    office.door.perform(SetWindowState(window="w3", state="open"), "clerk-1")
    office.take_ticket("A")
    office.take_ticket("B")
    called = office.door.perform(CallNext(hall=HALL, window="w3"), "clerk-1")
    assert str(called.ticket).endswith("B001")


def test_a_window_received_from_a_center_of_schema_0002_serves_its_categories(office: SampleOffice) -> None:
    with office.store.write() as tx:
        tx.update("windows", {"id": "w1"}, categories="CB")
    office.take_ticket("A")
    office.take_ticket("B")
    assert office.call_next() == "B001"


def test_a_walk_in_is_served_and_finished(office: SampleOffice) -> None:
    visit = office.door.perform(ServeWalkIn(window="w1"), "clerk-1").visit
    with pytest.raises(Refused) as refused:
        office.move_ticket("recall")
    assert refused.value.reason == "no_ticket"
    office.move_ticket("finish")
    assert office.select("visits", id=visit)[0]["ended_at"]


def test_a_window_serves_one_citizen_at_a_time(office: SampleOffice) -> None:
    office.take_ticket()
    office.serve()
    with pytest.raises(Refused) as busy:
        office.call_next()
    assert busy.value.reason == "busy"


def test_only_the_clerk_of_an_open_window_calls(office: SampleOffice) -> None:
    office.take_ticket()
    for window, clerk in (("w1", "clerk-2"), ("nowhere", "clerk-1")):
        with pytest.raises(Refused) as refused:
            office.call_next(window, clerk)
        assert refused.value.reason == "window"
    office.door.perform(SetWindowState(window="w1", state="paused"), "clerk-1")
    with pytest.raises(Refused):
        office.call_next()


def test_a_clerk_opens_one_window_at_a_time(office: SampleOffice) -> None:
    office.door.perform(SetWindowState(window="w2", state="closed"), "clerk-2")
    office.door.perform(SetWindowState(window="w1", state="open"), "clerk-1")  # renews the lease
    with pytest.raises(Refused) as refused:
        office.door.perform(SetWindowState(window="w2", state="open"), "clerk-1")
    assert (refused.value.reason, refused.value.facts["other"]) == ("two_windows", "1号窗口")
    assert refused.value.facts["minutes"] == DEFAULT_POLICY.window_lease_minutes
    office.door.perform(SetWindowState(window="w1", state="closed"), "clerk-1")
    office.door.perform(SetWindowState(window="w2", state="open"), "clerk-1")


def test_a_clerk_closes_no_window_that_a_colleague_holds(office: SampleOffice) -> None:
    office.door.perform(SetWindowState(window="w1", state="open"), "clerk-1")  # renews the lease
    office.take_ticket()
    office.call_next("w1")
    with pytest.raises(Refused) as refused:
        office.door.perform(SetWindowState(window="w1", state="closed"), "clerk-2")
    assert (refused.value.reason, refused.value.facts["window"]) == ("other_clerk", "1号窗口")
    assert ticket_state(office, "A001") == "serving"
    office.clock.advance(minutes=DEFAULT_POLICY.window_lease_minutes)
    office.door.perform(SetWindowState(window="w1", state="closed"), "clerk-2")
    assert ticket_state(office, "A001") == "waiting"


def test_a_closed_window_gives_its_ticket_back_and_every_window_is_offered_what_it_held(office: SampleOffice) -> None:
    held = office.take_ticket()
    office.call_next()
    office.move_ticket("hold")
    office.take_ticket()
    office.take_ticket()
    office.call_next()
    office.door.perform(SetWindowState(window="w1", state="closed"), "clerk-1")
    window = office.select("windows", id="w1")[0]
    assert (window["state"], window["staff"], window["lease_until"]) == ("closed", None, None)
    assert office.select("visits", ended_at=None) == []
    with office.store.read() as tx:
        assert [row["id"] for row in tx.query_all("hall.held_tickets", hall=HALL, window="w2")] == [held]
    assert office.call_next("w2") == "A002"
    assert find_faults(office.store) == []


def test_a_clerk_leaves_a_window_whose_lease_ended_by_opening_another(office: SampleOffice) -> None:
    office.door.perform(SetWindowState(window="w2", state="closed"), "clerk-2")
    office.take_ticket()
    office.call_next("w1")
    office.clock.advance(minutes=DEFAULT_POLICY.window_lease_minutes)
    office.door.perform(SetWindowState(window="w2", state="open"), "clerk-1")
    assert office.select("windows", id="w1")[0]["state"] == "closed"
    assert office.call_next("w2", "clerk-1") == "A001"
    assert find_faults(office.store) == []


def test_the_program_at_a_window_renews_its_lease_and_the_window_stays_open_since_its_opening(
    office: SampleOffice,
) -> None:
    before = office.select("windows", id="w1")[0]
    office.clock.advance(minutes=10)
    office.door.perform(SetWindowState(window="w1", state="open"), "clerk-1")
    after = office.select("windows", id="w1")[0]
    assert after["since"] == before["since"]
    assert after["lease_until"] - before["lease_until"] >= 10 * 60_000_000


def test_a_supervisor_releases_the_window_of_a_lost_machine(office: SampleOffice) -> None:
    office.take_ticket()
    office.call_next("w1")
    office.door.perform(SetWindowState(window="w2", state="closed"), "clerk-2")
    office.door.perform(SetWindowState(window="w1", state="closed"), "supervisor")
    office.door.perform(SetWindowState(window="w2", state="open"), "clerk-1")
    assert office.call_next("w2", "clerk-1") == "A001"


def test_a_visit_left_open_by_another_clerk_does_not_block_the_window(office: SampleOffice) -> None:
    ticket = office.take_ticket()
    office.call_next()
    office.door.perform(SetWindowState(window="w2", state="closed"), "clerk-2")
    office.door.perform(SetWindowState(window="w1", state="open"), "clerk-2")  # clerk-1 went home
    assert ticket_state(office, "A001") == "held"
    office.door.perform(CallTicket(ticket=ticket, window="w1"), "clerk-2")
    assert office.select("visits")[0]["staff"] == "clerk-2"


def test_a_window_is_registered_once_and_unknown_windows_and_states_are_refused(office: SampleOffice) -> None:
    with pytest.raises(Refused) as refused:
        office.door.perform(RegisterWindow(id="w1", name="again", categories="A"), SYSTEM)
    assert refused.value.reason == "exists"
    with pytest.raises(Refused):
        office.door.perform(SetWindowState(window="nowhere", state="open"), "clerk-1")
    with pytest.raises(Refused):
        office.door.perform(SetWindowState(window="w1", state="on fire"), "clerk-1")


def test_an_unknown_act_and_the_visit_of_another_clerk_are_refused(office: SampleOffice) -> None:
    office.take_ticket()
    office.call_next()
    visit = office.open_visit_at()
    for act, clerk in (("dance", "clerk-1"), ("finish", "clerk-2")):
        with pytest.raises(Refused):
            office.door.perform(MoveTicket(visit=visit, act=act), clerk)
    assert ticket_state(office, "A001") == "serving"
    assert clerk_of_window("w1") == "clerk-1"


def test_a_window_is_changed_by_its_own_site_and_calls_tickets_of_its_own_hall(office: SampleOffice) -> None:
    office.door.perform(
        RegisterStaff(id="clerk-x", number="x", name="x", role="clerk", pin_hash="", organ="health"), "admin"
    )
    for state in ("open", "paused", "closed"):
        with pytest.raises(Refused) as refused:
            office.door.perform(SetWindowState(window="w1", state=state), "clerk-x")
        assert refused.value.reason == "other_site"
    office.door.perform(SetWindowState(window="w1", state="open"), "clerk-1")
    office.door.perform(OpenServiceDay(hall="hall-2"), SCHEDULE)
    ticket = office.door.perform(PrepareTicket(hall="hall-2", category="A"), "admin").ticket
    for command in (CallNext(hall="hall-2", window="w1"), CallTicket(ticket=ticket, window="w1")):
        with pytest.raises(Refused) as refused:
            office.door.perform(command, "clerk-1")
        assert refused.value.reason == "other_hall"
