"""Acts on waiting tickets: void within minutes of the issue, cancelled, moved to another queue, printed again."""

from __future__ import annotations

from typing import Any

import pytest

from clerk_app.errors import Refused
from clerk_app.hall.tickets import PrepareTicket, RecordSlipPrint
from clerk_app.hall.waiting_moves import MoveWaitingTicket, SetWaitingStations
from clerk_app.hall.waiting_tickets import CancelTicket, RecordSlipReprint
from clerk_app.ledger.commands import Command
from tests.engines import postgresql_wide
from tests.office import SampleOffice, find_faults
from tests.sample_data import HALL


def state_of(office: SampleOffice, ticket: str) -> str:
    return str(office.select("tickets", id=ticket)[0]["state"])


def refusal_of(office: SampleOffice, command: Command[Any]) -> str:
    with pytest.raises(Refused) as refused:
        office.door.perform(command, "clerk-1")
    return refused.value.reason


def test_a_ticket_is_void_within_minutes_of_its_issue_and_its_number_is_not_used_again(office: SampleOffice) -> None:
    ticket = office.take_ticket()
    office.door.perform(CancelTicket(ticket=ticket, why="void"), "clerk-1")
    assert state_of(office, ticket) == "void"
    assert office.take_ticket().endswith("/A002")
    assert office.call_next() == "A002"
    assert find_faults(office.store) == []


@postgresql_wide
def test_a_ticket_that_was_called_or_issued_long_ago_is_not_void(office: SampleOffice) -> None:
    called, old = office.take_ticket(), office.take_ticket()
    office.call_next()
    office.move_ticket("requeue")
    assert refusal_of(office, CancelTicket(ticket=called, why="void")) == "called"
    office.clock.advance(minutes=4)
    assert refusal_of(office, CancelTicket(ticket=old, why="void")) == "too_late"


@postgresql_wide
def test_a_waiting_ticket_whose_holder_leaves_ends_without_service_and_is_not_called(office: SampleOffice) -> None:
    ticket = office.take_ticket()
    office.clock.advance(minutes=30)
    office.door.perform(CancelTicket(ticket=ticket, why="left"), "clerk-1")
    assert state_of(office, ticket) == "unserved"
    assert refusal_of(office, CancelTicket(ticket=ticket, why="left")) == "not_waiting"
    with pytest.raises(Refused) as refused:
        office.call_next()
    assert refused.value.reason == "nobody"


@postgresql_wide
def test_a_waiting_ticket_moves_to_another_queue_with_its_number_and_its_time(office: SampleOffice) -> None:
    ticket, before = office.take_ticket("A"), office.select("tickets")[0]
    office.clock.advance(minutes=5)
    assert refusal_of(office, MoveWaitingTicket(ticket=ticket, category="A")) == "same_queue"
    assert refusal_of(office, MoveWaitingTicket(ticket=ticket, category="F")) == "unserved_category"
    office.door.perform(MoveWaitingTicket(ticket=ticket, category="B"), "clerk-1")
    after = office.select("tickets")[0]
    assert (after["category"], after["number"], after["rank"]) == ("B", "A001", before["rank"])
    assert after["waiting_since"] > before["waiting_since"]


@postgresql_wide
def test_a_slip_that_is_printed_again_is_the_same_ticket(office: SampleOffice) -> None:
    ticket, before = office.take_ticket(), office.select("tickets")
    assert office.door.perform(RecordSlipReprint(ticket=ticket), "clerk-1").number == "A001"
    assert office.select("tickets") == before
    office.call_next()
    assert refusal_of(office, RecordSlipReprint(ticket=ticket)) == "not_waiting"


@postgresql_wide
def test_a_clerk_issues_a_ticket_of_each_class(office: SampleOffice) -> None:
    for priority in ("ordinary", "prechecked", "return", "elderly", "disabled", "pregnant", "veteran"):
        made = office.door.perform(PrepareTicket(hall=HALL, category="A", priority=priority), "clerk-1")
        office.door.perform(RecordSlipPrint(ticket=made.ticket, printed=True), "clerk-1")
    assert {row["state"] for row in office.select("tickets")} == {"waiting"}


def test_a_supervisor_sets_the_further_windows_of_a_waiting_ticket(office: SampleOffice) -> None:
    ticket = office.take_ticket("A")
    office.door.perform(SetWaitingStations(ticket=ticket, categories=("B",)), "supervisor")
    office.call_next()
    assert office.move_ticket("finish") == "waiting"
    assert office.select("tickets", id=ticket)[0]["category"] == "B"
    with pytest.raises(Refused):
        office.door.perform(SetWaitingStations(ticket=ticket, categories=("F",)), "supervisor")
    assert find_faults(office.store) == []
