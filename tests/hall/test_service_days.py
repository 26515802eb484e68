"""Service days: opened and closed by the authority, never by a date that another machine sends."""

from __future__ import annotations

import pytest

from clerk_app.composition.schedule import run_due_commands
from clerk_app.errors import Refused
from clerk_app.hall.calls import CallTicket, ServeWalkIn
from clerk_app.hall.service_days import CloseServiceDay, OpenServiceDay
from clerk_app.hall.ticket_moves import MoveTicket
from clerk_app.hall.tickets import PrepareTicket, RecordSlipPrint
from clerk_app.hall.visits import ConfirmPerson
from clerk_app.hall.windows import SetWindowState
from clerk_app.people import SCHEDULE
from db.engines import Row
from tests.city_policy import publish_policy
from tests.engines import postgresql_wide
from tests.office import SampleOffice, clerk_of_window, find_faults
from tests.sample_data import HALL, WINDOWS


def open_day(office: SampleOffice) -> str:
    """Return the local date of the open service day; empty while the hall is closed."""
    rows = office.select("service_days", hall=HALL, state="open")
    assert len(rows) <= 1
    return str(rows[0]["day"]) if rows else ""


def start_at(office: SampleOffice, local_time: str) -> None:
    """Set the clock, perform what is due, and open the windows."""
    office.clock.set(local_time)
    run_due_commands(office.office)
    for window in WINDOWS:
        office.door.perform(SetWindowState(window=window, state="open"), clerk_of_window(window))


def waiting_numbers(office: SampleOffice) -> list[str]:
    with office.store.read() as tx:
        return [row["number"] for row in tx.query_all("hall.waiting_tickets", hall=HALL)]


def ticket(office: SampleOffice, ticket_id: str) -> Row:
    return office.select("tickets", id=ticket_id)[0]


def close_day(office: SampleOffice, actor: str = "supervisor") -> None:
    office.door.perform(CloseServiceDay(hall=HALL, day=open_day(office)), actor)


@pytest.mark.parametrize("claimed", ["2031-01-01", "2020-01-01", "9999-12-31", "", "tomorrow"])
def test_the_date_of_a_kiosk_neither_moves_its_ticket_nor_hides_the_queue(office: SampleOffice, claimed: str) -> None:
    office.take_ticket()
    wrong = office.door.perform(PrepareTicket(hall=HALL, day=claimed, category="A"), "kiosk")
    assert wrong.ticket == f"{HALL}/2026-05-06/A002"
    office.door.perform(RecordSlipPrint(ticket=wrong.ticket, printed=False), "kiosk")
    office.take_ticket()
    assert waiting_numbers(office) == ["A001", "A003"]
    assert office.call_next() == "A001"


def test_a_ticket_of_another_date_that_is_stored_does_not_hide_the_queue(office: SampleOffice) -> None:
    office.take_ticket()
    with office.store.write() as tx:  # as a version before service days stored it
        tx.insert(
            "tickets", id="old", hall=HALL, day="2031-01-01", category="A", number="A900", priority="ordinary",
            state="void", rank=0, issued_at=0, calls=0, requeued=0,
        )  # fmt: skip
    assert waiting_numbers(office) == ["A001"]
    assert office.call_next() == "A001"


def test_a_printed_number_means_the_ticket_of_the_open_day_and_not_the_largest_date(office: SampleOffice) -> None:
    yesterday = office.take_ticket("B")
    start_at(office, "2026-05-07 08:30")
    today = office.take_ticket()
    with office.store.write() as tx:  # as a version before service days stored it
        tx.insert(
            "tickets", id="old", hall=HALL, day="2031-01-01", category="A", number="A001", priority="ordinary",
            state="waiting", rank=0, issued_at=0, calls=0, requeued=0,
        )  # fmt: skip
    with office.store.read() as tx:
        rows = [tx.query_one("hall.ticket_by_number", hall=HALL, number=number) for number in ("A001", "B001")]
    assert [row and row["id"] for row in rows] == [today, yesterday]


@pytest.mark.many_cases
@pytest.mark.parametrize(
    ("local_time", "day"),
    [
        ("2026-05-06 23:59", "2026-05-06"),
        ("2026-05-07 00:00", "2026-05-06"),
        ("2026-05-07 03:59", "2026-05-06"),
        ("2026-05-07 04:00", "2026-05-07"),
        ("2026-05-07 08:00", "2026-05-07"),
        ("2026-05-20 08:00", "2026-05-20"),
    ],
)
def test_the_day_ends_at_the_hour_of_the_policy_and_not_at_midnight(
    office: SampleOffice, local_time: str, day: str
) -> None:
    office.take_ticket()
    office.clock.set(local_time)
    run_due_commands(office.office)
    assert open_day(office) == day
    assert waiting_numbers(office) == (["A001"] if day == "2026-05-06" else [])
    assert run_due_commands(office.office) == 0


@postgresql_wide
def test_the_city_policy_sets_the_hour(office: SampleOffice) -> None:
    publish_policy(office.office, service_day_begins_hour=0)
    start_at(office, "2026-05-07 05:00")
    start_at(office, "2026-05-08 00:00")
    assert open_day(office) == "2026-05-08"


@postgresql_wide
def test_the_end_of_the_day_ends_tickets_visits_and_windows(office: SampleOffice) -> None:
    waiting, served, held = office.take_ticket(), office.take_ticket("B"), office.take_ticket("B")
    office.door.perform(CallTicket(ticket=held, window="w1"), "clerk-1")
    office.move_ticket("hold")
    office.door.perform(CallTicket(ticket=served, window="w1"), "clerk-1")
    office.identify(office.open_visit_at("w1"), "mother", "clerk-1")
    office.door.perform(ConfirmPerson(visit=office.open_visit_at("w1")), "clerk-1")
    called = office.take_ticket()
    office.door.perform(CallTicket(ticket=called, window="w2"), "clerk-2")
    office.identify(office.open_visit_at("w2"), "father", "clerk-2")  # nobody compared the face: nothing was done
    office.clock.set("2026-05-07 04:00")
    run_due_commands(office.office)
    states = {name: ticket(office, name)["state"] for name in (waiting, served, held, called)}
    assert states == {waiting: "not_served", served: "finished", held: "not_served", called: "not_served"}
    assert all(row["ended_at"] for row in office.select("visits"))
    assert {(row["state"], row["staff"]) for row in office.select("windows")} == {("closed", None)}
    assert [row["actor"] for row in office.entries()][-2:] == [SCHEDULE, SCHEDULE]
    assert find_faults(office.store) == []


@postgresql_wide
def test_yesterdays_waiting_are_neither_called_nor_counted_in_the_morning(office: SampleOffice) -> None:
    for _ in range(4):
        office.take_ticket()
    start_at(office, "2026-05-07 08:30")
    with pytest.raises(Refused) as refused:
        office.call_next()
    assert refused.value.reason == "nobody"
    first = office.door.perform(PrepareTicket(hall=HALL, category="A"), "kiosk")
    assert (first.number, first.ahead, first.serial) == ("A001", 0, 1)


@postgresql_wide
def test_a_slip_counts_those_whom_the_windows_of_its_category_call_before(office: SampleOffice) -> None:
    for category, priority in (("A", "ordinary"), ("A", "ordinary"), ("B", "ordinary"), ("A", "elderly")):
        office.take_ticket(category, priority)
    elderly = office.door.perform(PrepareTicket(hall=HALL, category="A", priority="elderly"), "kiosk")
    assert elderly.ahead == 1
    assert office.door.perform(PrepareTicket(hall=HALL, category="A"), "kiosk").ahead == 4


@postgresql_wide
def test_a_closed_hall_gives_out_no_tickets_until_it_is_opened_again(office: SampleOffice) -> None:
    office.take_ticket()
    close_day(office)
    with pytest.raises(Refused) as refused:
        office.take_ticket()
    assert refused.value.reason == "hall_closed"
    office.clock.advance(hours=1)
    run_due_commands(office.office)
    assert open_day(office) == ""  # the schedule does not undo what the supervisor did
    office.door.perform(OpenServiceDay(hall=HALL), "supervisor")
    assert office.take_ticket().endswith("2026-05-06/A002")
    assert waiting_numbers(office) == ["A002"]


@postgresql_wide
def test_a_day_that_a_supervisor_closed_is_followed_by_the_next_one(office: SampleOffice) -> None:
    close_day(office)
    start_at(office, "2026-05-07 08:00")
    assert open_day(office) == "2026-05-07"


@postgresql_wide
def test_a_person_served_after_the_closing_is_not_at_the_window_in_the_morning(office: SampleOffice) -> None:
    close_day(office)
    office.clock.set("2026-05-06 17:30")
    office.door.perform(SetWindowState(window="w1", state="open"), "clerk-1")
    office.door.perform(ServeWalkIn(window="w1"), "clerk-1")
    office.door.perform(OpenServiceDay(hall=HALL), "supervisor")  # the same day goes on, and so does the visit
    office.identify(office.open_visit_at("w1"), "mother", "clerk-1")
    close_day(office)
    office.door.perform(SetWindowState(window="w1", state="open"), "clerk-1")
    visit = office.door.perform(ServeWalkIn(window="w1"), "clerk-1").visit
    start_at(office, "2026-05-07 08:00")
    assert office.select("visits", id=visit)[0]["ended_at"] is not None
    assert find_faults(office.store) == []


@postgresql_wide
def test_a_repeated_closing_does_not_close_the_next_day(office: SampleOffice) -> None:
    start_at(office, "2026-05-07 08:00")
    with pytest.raises(Refused) as refused:
        office.door.perform(CloseServiceDay(hall=HALL, day="2026-05-06"), "supervisor")
    assert refused.value.reason == "day_closed"
    with pytest.raises(Refused) as early:
        office.door.perform(CloseServiceDay(hall=HALL, day="2026-05-07"), SCHEDULE)
    assert early.value.reason == "day_not_over"
    with pytest.raises(Refused) as twice:
        office.door.perform(OpenServiceDay(hall=HALL), "supervisor")
    assert twice.value.reason == "day_open"


@postgresql_wide
@pytest.mark.parametrize("actor", ["clerk-1", "kiosk", "system"])
def test_only_supervisors_administrators_and_the_schedule_close_a_day(office: SampleOffice, actor: str) -> None:
    with pytest.raises(Refused):
        close_day(office, actor)
    assert open_day(office) == "2026-05-06"


@postgresql_wide
def test_a_ticket_of_a_closed_day_is_served_as_a_walk_in_that_keeps_its_number(office: SampleOffice) -> None:
    old = office.take_ticket()
    start_at(office, "2026-05-07 08:30")
    office.take_ticket()
    office.door.perform(CallTicket(ticket=old, window="w1"), "clerk-1")
    visit = office.select("visits", id=office.open_visit_at())[0]
    assert visit["ticket"] == old
    for act in ("hold", "recall", "no_show"):
        with pytest.raises(Refused) as refused:
            office.door.perform(MoveTicket(visit=visit["id"], act=act), "clerk-1")
        assert refused.value.reason == "no_ticket"
    office.move_ticket("finish")
    assert ticket(office, old)["state"] == "not_served"  # the report of yesterday stays as it is
    office.door.perform(CallTicket(ticket=old, window="w1"), "clerk-1")
    office.move_ticket("unserved")  # the visit ends although nothing was done
    assert waiting_numbers(office) == ["A001"]
    assert office.call_next() == "A001"
    assert find_faults(office.store) == []


@postgresql_wide
def test_a_slip_that_is_printed_after_the_closing_is_not_waiting_in_the_next_day(office: SampleOffice) -> None:
    prepared = office.door.perform(PrepareTicket(hall=HALL, category="A"), "kiosk")
    office.clock.set("2026-05-07 04:00")
    run_due_commands(office.office)
    office.door.perform(RecordSlipPrint(ticket=prepared.ticket, printed=True), "kiosk")
    assert ticket(office, prepared.ticket)["state"] == "not_served"
    assert waiting_numbers(office) == []


@postgresql_wide
def test_tickets_keep_their_order_when_the_clock_of_the_authority_is_set_back(office: SampleOffice) -> None:
    office.take_ticket()
    office.take_ticket()
    office.clock.advance(hours=-5)
    office.take_ticket()
    office.take_ticket(priority="elderly")
    assert waiting_numbers(office) == ["A004", "A001", "A002", "A003"]
    office.call_next()
    office.move_ticket("finish")
    office.call_next()
    for _ in range(2):
        office.move_ticket("recall")
    assert office.move_ticket("no_show") == "waiting"  # A001 waits again, behind all others
    assert waiting_numbers(office) == ["A002", "A003", "A001"]


@postgresql_wide
def test_the_queue_survives_a_wrong_year_of_the_authority_that_is_corrected_later(office: SampleOffice) -> None:
    start_at(office, "2036-05-06 09:00")
    assert open_day(office) == "2036-05-06"
    office.take_ticket()
    office.clock.set("2026-05-06 09:30")
    run_due_commands(office.office)
    assert waiting_numbers(office) == ["A001"]
    assert run_due_commands(office.office) == 0
    start_at(office, "2026-05-07 08:00")
    assert open_day(office) == "2026-05-07"
    assert waiting_numbers(office) == []
    assert find_faults(office.store) == []


@postgresql_wide
def test_an_old_entry_that_names_only_a_date_still_applies(office: SampleOffice) -> None:
    """Entries of versions before service days have no `day` and no `serial` in their decision."""
    from clerk_app.hall.tickets import RULES, TicketPrepared
    from clerk_app.ledger.commands import Actor, Entry, Moment

    rule = next(rule for rule in RULES if rule.command is PrepareTicket)
    moment = Moment(node="c1", incarnation=1, number=1, actor=Actor("kiosk"), said_at=5, corrected_at=5, decided_at=5)
    command = PrepareTicket(hall=HALL, day="2026-05-05", category="A")
    decision = TicketPrepared(ticket=f"{HALL}/2026-05-05/A007", number="A007", rank=5)
    assert rule.stream(command, decision) == f"hall/{HALL}/2026-05-05"
    with office.store.write() as tx:
        rule.apply(tx, Entry(moment, command, decision))
    row = ticket(office, f"{HALL}/2026-05-05/A007")
    assert (row["day"], row["serial"]) == ("2026-05-05", 0)
