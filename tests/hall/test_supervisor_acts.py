"""Acts of a supervisor on waiting tickets and windows: moves, priority, messages, and calls for help."""

from __future__ import annotations

from typing import Any

import pytest

from clerk_app.composition.retention import erase_expired
from clerk_app.errors import BadData, Refused
from clerk_app.hall.emergency_calls import AnswerEmergency, EndEmergency, RaiseEmergency, list_open_calls
from clerk_app.hall.staff_messages import MarkMessageRead, MessageText, SendMessage, list_unread_messages
from clerk_app.hall.ticket_priority import PrioritiseTicket, RemovePriority, read_priority_reason
from clerk_app.hall.waiting_moves import MoveWaitingTicket
from clerk_app.hall.windows import SetWindowState
from clerk_app.ledger.commands import Command
from clerk_app.people.staff import RegisterStaff
from db.engines import Row
from tests.engines import postgresql_wide
from tests.office import SampleOffice, find_faults
from tests.sample_data import HALL

pytestmark = postgresql_wide


def send(office: SampleOffice, text: str, window: str = "w1") -> str:
    """Send a message to a window; return its id."""
    command = SendMessage(window=window, personal=MessageText(text=text))
    return office.door.perform(command, "supervisor").message


def unread(office: SampleOffice, window: str = "w1", staff: str = "clerk-1") -> list[str]:
    with office.store.read() as tx:
        return [row["text"] for row in list_unread_messages(tx, window, staff)]


def open_calls(office: SampleOffice) -> list[Row]:
    with office.store.read() as tx:
        return list_open_calls(tx, HALL)


def test_a_ticket_with_priority_is_called_before_those_that_were_taken_earlier(office: SampleOffice) -> None:
    first, _second, third = (office.take_ticket() for _ in range(3))
    office.door.perform(PrioritiseTicket(ticket=third, reason="frail"), "supervisor")
    assert office.call_next() == "A003"
    with office.store.read() as tx:
        assert [read_priority_reason(tx, ticket) for ticket in (third, first)] == ["frail", ""]
    assert find_faults(office.store) == []


def test_a_ticket_whose_priority_is_taken_back_has_its_former_place(office: SampleOffice) -> None:
    *_earlier, last = (office.take_ticket() for _ in range(3))
    before = office.select("tickets", id=last)[0]["rank"]
    office.door.perform(PrioritiseTicket(ticket=last, reason="frail"), "supervisor")
    office.door.perform(RemovePriority(ticket=last), "supervisor")
    assert office.select("tickets", id=last)[0]["rank"] == before
    assert office.call_next() == "A001"


def test_priority_does_not_break_the_limit_of_overtaking(office: SampleOffice) -> None:
    first, *later = (office.take_ticket() for _ in range(8))
    for ticket in later:
        office.door.perform(PrioritiseTicket(ticket=ticket, reason="frail"), "supervisor")
    called = []
    for _ in range(8):
        called.append(office.call_next())
        office.move_ticket("finish")
    assert called.index(first.rpartition("/")[2]) == 5  # the default limit


def test_a_waiting_ticket_is_moved_to_another_category_or_to_a_window(office: SampleOffice) -> None:
    first, second = office.take_ticket("A"), office.take_ticket("A")
    office.door.perform(MoveWaitingTicket(ticket=first, category="B"), "supervisor")
    office.door.perform(MoveWaitingTicket(ticket=second, window="w2"), "supervisor")
    rows = [office.select("tickets", id=ticket)[0] for ticket in (first, second)]
    assert [(row["category"], row["target_window"]) for row in rows] == [("B", ""), ("A", "w2")]
    with pytest.raises(Refused):
        office.door.perform(MoveWaitingTicket(ticket=first, category="B"), "supervisor")
    assert find_faults(office.store) == []


def test_a_message_is_unread_at_its_window_until_the_clerk_has_read_it(office: SampleOffice) -> None:
    message = send(office, "请支援3号窗口")
    assert (unread(office), unread(office, "w2", "clerk-2")) == (["请支援3号窗口"], [])
    with pytest.raises(Refused):
        office.door.perform(MarkMessageRead(message=message), "clerk-2")
    office.door.perform(MarkMessageRead(message=message), "clerk-1")
    assert unread(office) == []


@pytest.mark.parametrize("text", ["", "  ", "x" * 201, "a\x1bb"])
def test_a_message_that_is_empty_too_long_or_not_clean_is_refused(office: SampleOffice, text: str) -> None:
    with pytest.raises((Refused, BadData)):
        send(office, text)


def test_the_text_of_a_message_is_erased_after_a_day_also_in_the_log(office: SampleOffice) -> None:
    send(office, "call Mr Li back")
    office.clock.advance(hours=25)
    erase_expired(office.office)
    assert office.select("staff_messages")[0]["text"] is None
    assert [row["personal"] for row in office.select("ledger_entries", kind="SendMessage")] == [None]
    assert find_faults(office.store) == []


def test_a_call_for_help_is_open_until_a_supervisor_ends_it(office: SampleOffice) -> None:
    call = office.door.perform(RaiseEmergency(window="w1"), "clerk-1").call
    again = office.door.perform(RaiseEmergency(window="w1"), "clerk-1")
    assert (again.call, again.is_new) == (call, False)
    assert [(row["window_id"], row["seen_at"]) for row in open_calls(office)] == [("w1", None)]
    office.door.perform(AnswerEmergency(call=call), "supervisor")
    assert [row["seen_by"] for row in open_calls(office)] == ["supervisor"]
    office.door.perform(EndEmergency(call=call), "supervisor")
    assert open_calls(office) == []
    assert find_faults(office.store) == []


def test_a_supervisor_of_another_service_centre_changes_neither_waiting_tickets_nor_calls_for_help(
    office: SampleOffice,
) -> None:
    stranger = RegisterStaff(id="stranger", number="x", name="x", role="supervisor", pin_hash="", organ="health")
    office.door.perform(stranger, "admin")
    ticket = office.take_ticket()
    call = office.door.perform(RaiseEmergency(window="w1"), "clerk-1").call
    commands: tuple[Command[Any], ...] = (
        PrioritiseTicket(ticket=ticket, reason="frail"),
        RemovePriority(ticket=ticket),
        MoveWaitingTicket(ticket=ticket, category="B"),
        AnswerEmergency(call=call),
        EndEmergency(call=call),
    )
    reasons = []
    for command in commands:
        with pytest.raises(Refused) as refused:
            office.door.perform(command, "stranger")
        reasons.append(refused.value.reason)
    assert reasons == ["other_site"] * 5


def test_calls_for_help_that_nobody_has_seen_come_first(office: SampleOffice) -> None:
    seen = office.door.perform(RaiseEmergency(window="w1"), "clerk-1").call
    office.door.perform(AnswerEmergency(call=seen), "supervisor")
    office.clock.advance(seconds=5)
    office.door.perform(RaiseEmergency(window="w2"), "clerk-2")
    assert [row["window_id"] for row in open_calls(office)] == ["w2", "w1"]


def test_a_message_to_a_closed_window_is_refused(office: SampleOffice) -> None:
    office.door.perform(SetWindowState(window="w1", state="closed"), "supervisor")
    with pytest.raises(Refused):
        send(office, "hello")
