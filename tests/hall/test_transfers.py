"""Transfers: a ticket waits in another queue, for a window or a person, comes back, or visits several windows."""

from __future__ import annotations

import pytest

from clerk_app.errors import Refused
from clerk_app.hall.calls import PickTicket
from clerk_app.hall.transfers import SetStations, TakeTicketBack, TicketRoute, TransferTicket, read_route
from clerk_app.hall.window_settings import SetWindowCategories
from clerk_app.hall.windows import SetWindowState
from db.engines import Row
from tests.city_policy import publish_policy
from tests.engines import postgresql_wide
from tests.office import SampleOffice, clerk_of_window, find_faults


def transfer(office: SampleOffice, **target: object) -> None:
    """Transfer the ticket at the window w1."""
    office.door.perform(TransferTicket(visit=office.open_visit_at("w1"), **target), "clerk-1")  # type: ignore[arg-type]


def serve_only(office: SampleOffice, **categories: str) -> None:
    """Let each window serve these categories, such as w1="A"."""
    for window, letters in categories.items():
        command = SetWindowCategories(window=window, categories=tuple(letters))
        office.door.perform(command, clerk_of_window(window))


def ticket_of(office: SampleOffice, number: str) -> Row:
    return office.select("tickets", number=number)[0]


def reason_of(office: SampleOffice, window: str) -> str:
    with pytest.raises(Refused) as refused:
        office.call_next(window)
    return refused.value.reason


@pytest.fixture
def pair(office: SampleOffice) -> SampleOffice:
    """The window w1 serves A, w2 serves B."""
    serve_only(office, w1="A", w2="B")
    return office


@postgresql_wide
def test_a_ticket_moved_to_a_queue_keeps_its_place_by_time_of_issue(pair: SampleOffice) -> None:
    pair.take_ticket("A")
    pair.clock.advance(minutes=1)
    pair.take_ticket("B")
    pair.call_next("w1")
    transfer(pair, category="B")
    assert pair.call_next("w2") == "A001"
    assert [row["ended_at"] is None for row in pair.select("visits", order=("started_at",))] == [False, True]
    assert find_faults(pair.store) == []


@postgresql_wide
def test_a_ticket_for_a_window_is_called_only_there(office: SampleOffice) -> None:
    office.take_ticket("A")
    office.call_next("w1")
    transfer(office, window="w2")
    assert reason_of(office, "w1") == "nobody"
    assert office.call_next("w2") == "A001"


@postgresql_wide
def test_a_ticket_for_a_window_waits_for_its_pause_and_returns_to_its_queue_when_it_closes(
    office: SampleOffice,
) -> None:
    office.take_ticket("A")
    office.call_next("w1")
    transfer(office, window="w2")
    office.door.perform(SetWindowState(window="w2", state="paused", reason="meal"), "clerk-2")
    assert reason_of(office, "w1") == "nobody"
    office.door.perform(SetWindowState(window="w2", state="closed"), "clerk-2")
    assert office.call_next("w1") == "A001"


@postgresql_wide
def test_a_ticket_for_a_person_follows_the_person_to_another_window(pair: SampleOffice) -> None:
    pair.take_ticket("A")
    pair.call_next("w1")
    transfer(pair, staff="clerk-2")
    assert reason_of(pair, "w1") == "nobody"
    pair.door.perform(SetWindowState(window="w1", state="closed"), "clerk-1")
    pair.door.perform(SetWindowState(window="w2", state="closed"), "clerk-2")
    pair.door.perform(SetWindowState(window="w1", state="open"), "clerk-2")
    pair.door.perform(SetWindowState(window="w2", state="open"), "clerk-1")
    with pytest.raises(Refused):
        pair.call_next("w2", "clerk-1")
    assert pair.call_next("w1", "clerk-2") == "A001"


@postgresql_wide
def test_a_ticket_for_a_person_who_goes_home_returns_to_its_queue(office: SampleOffice) -> None:
    office.take_ticket("A")
    office.call_next("w1")
    transfer(office, staff="clerk-2")
    office.door.perform(SetWindowState(window="w2", state="closed"), "clerk-2")
    assert office.call_next("w1") == "A001"


def test_a_ticket_comes_back_to_the_first_window_before_those_issued_later(pair: SampleOffice) -> None:
    pair.take_ticket("A")
    pair.call_next("w1")
    transfer(pair, category="B", comes_back=True)
    pair.clock.advance(minutes=1)
    pair.take_ticket("A")
    assert pair.call_next("w2") == "A001"
    assert pair.move_ticket("finish", "w2") == "waiting"
    assert reason_of(pair, "w2") == "nobody"
    assert pair.call_next("w1") == "A001"
    assert pair.move_ticket("finish", "w1") == "finished"
    assert pair.call_next("w1") == "A002"
    assert find_faults(pair.store) == []


def test_a_ticket_that_comes_back_is_called_before_tickets_with_a_head_start(pair: SampleOffice) -> None:
    pair.take_ticket("A")
    pair.call_next("w1")
    transfer(pair, category="B", comes_back=True)
    pair.clock.advance(minutes=1)
    pair.take_ticket("A", "disabled")
    pair.call_next("w2")
    pair.move_ticket("finish", "w2")
    assert pair.call_next("w1") == "A001"
    after_no_show = [pair.move_ticket(act) for act in ("recall", "recall", "no_show")][-1]
    assert after_no_show == "waiting"  # at the end of the queue
    assert [pair.call_next("w1"), pair.move_ticket("finish", "w1")] == ["A002", "finished"]
    assert [pair.call_next("w1"), pair.move_ticket("finish", "w1")] == ["A001", "finished"]
    assert find_faults(pair.store) == []


@postgresql_wide
def test_a_ticket_that_comes_back_to_a_closed_window_waits_in_its_first_queue(pair: SampleOffice) -> None:
    pair.take_ticket("A")
    pair.call_next("w1")
    transfer(pair, category="B", comes_back=True)
    pair.call_next("w2")
    pair.door.perform(SetWindowState(window="w1", state="closed"), "clerk-1")
    pair.move_ticket("finish", "w2")
    assert ticket_of(pair, "A001")["category"] == "A"
    serve_only(pair, w2="AB")
    assert pair.call_next("w2") == "A001"


@postgresql_wide
def test_one_ticket_visits_several_windows_and_ends_at_the_last(pair: SampleOffice) -> None:
    pair.take_ticket("A")
    pair.call_next("w1")
    pair.door.perform(SetStations(visit=pair.open_visit_at("w1"), categories=("B", "A")), "clerk-1")
    states = [pair.move_ticket("finish", "w1")]
    for window in ("w2", "w1"):
        assert pair.call_next(window) == "A001"
        states.append(pair.move_ticket("finish", window))
    assert states == ["waiting", "waiting", "finished"]
    assert ticket_of(pair, "A001")["requeued"] == 0


@postgresql_wide
@pytest.mark.parametrize(
    ("target", "reason"),
    [
        ({"category": "A"}, "same_queue"),
        ({"category": "F"}, "unserved_category"),
        ({"window": "w1"}, "same_window"),
        ({"staff": "clerk-1"}, "same_window"),
        ({"window": "w2"}, "window_closed"),
        ({"staff": "clerk-2"}, "off_duty"),
        ({"window": "w2", "staff": "clerk-2"}, "target"),
        ({}, "target"),
    ],
)
def test_a_transfer_to_where_nobody_would_call_the_ticket_is_refused(
    pair: SampleOffice, target: dict[str, object], reason: str
) -> None:
    pair.take_ticket("A")
    pair.call_next("w1")
    pair.door.perform(SetWindowState(window="w2", state="closed"), "clerk-2")
    with pytest.raises(Refused) as refused:
        transfer(pair, **target)
    assert refused.value.reason == reason
    assert ticket_of(pair, "A001")["state"] == "serving"


@postgresql_wide
def test_a_transfer_is_taken_back_with_the_former_route_while_the_ticket_waits(pair: SampleOffice) -> None:
    ticket = pair.take_ticket("A")
    pair.call_next("w1")
    former = read_route(ticket_of(pair, "A001"))
    transfer(pair, category="B")
    pair.door.perform(TakeTicketBack(ticket=ticket, window="w1", route=former), "clerk-1")
    row = ticket_of(pair, "A001")
    assert (row["state"], row["category"], row["window_id"]) == ("serving", "A", "w1")
    assert pair.move_ticket("finish", "w1") == "finished"
    assert find_faults(pair.store) == []


@postgresql_wide
def test_a_ticket_that_was_called_elsewhere_since_is_not_taken_back(pair: SampleOffice) -> None:
    ticket = pair.take_ticket("A")
    pair.call_next("w1")
    transfer(pair, category="B")
    pair.call_next("w2")
    with pytest.raises(Refused) as refused:
        pair.door.perform(TakeTicketBack(ticket=ticket, window="w1", route=TicketRoute(category="A")), "clerk-1")
    assert refused.value.reason == "not_waiting"


@postgresql_wide
def test_a_certain_ticket_is_called_with_a_reason_of_the_list_if_the_policy_allows_it(office: SampleOffice) -> None:
    _first, second = office.take_ticket(), office.take_ticket()
    for reason, expected in (("because", "reason_code"), ("", "reason_code")):
        with pytest.raises(Refused) as refused:
            office.door.perform(PickTicket(ticket=second, window="w1", reason=reason), "clerk-1")
        assert refused.value.reason == expected
    office.door.perform(PickTicket(ticket=second, window="w1", reason="frail"), "clerk-1")
    assert ticket_of(office, "A002")["state"] == "serving"
    assert b'"reason":"frail"' in office.entries()[-1]["command"]
    publish_policy(office.office, clerks_pick_tickets=False)
    with pytest.raises(Refused) as not_allowed:
        office.door.perform(PickTicket(ticket=_first, window="w2", reason="frail"), "clerk-2")
    assert not_allowed.value.reason == "policy"
