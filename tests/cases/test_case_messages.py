"""Messages on a case between window, organs and citizen: who may write and read, what others see, erasure."""

from __future__ import annotations

from typing import Any

import pytest

from clerk_app.cases.case_messages import (
    CaseMessageText,
    MarkCaseMessagesRead,
    SendCaseMessage,
    list_unread_messages,
)
from clerk_app.cases.case_record import read_case
from clerk_app.cases.delivery.closure import ArchiveCase
from clerk_app.cases.erasure import EraseCase
from clerk_app.cases.status_query import build_case_status
from clerk_app.errors import Refused
from clerk_app.ledger.numbers import format_case_number
from clerk_app.paper.printers.preview import preview_lines
from clerk_app.roles.case_letters import build_letter, list_letters
from clerk_app.roles.case_messages import CaseMessageDesk
from clerk_app.roles.kiosk.citizen_words import describe_to_citizen
from clerk_app.roles.printing import CasePrinter
from clerk_app.roles.reception.service import OfficeReception
from clerk_app.views.citizen_case import CaseStatusView
from clerk_app.views.reception import ReceptionView
from tests.engines import postgresql_wide
from tests.office import SampleOffice, find_faults

pytestmark = pytest.mark.usefixtures("english")

TEXT = "Please ring Mrs Wang before the visit."


def send(office: SampleOffice, number: str, actor: str, addressee: Any, text: str = TEXT, **more: Any) -> str:
    """Send a message; return its id."""
    command = SendCaseMessage(case=number, addressee=addressee, personal=CaseMessageText(text=text), **more)
    return office.door.perform(command, actor).message


@pytest.fixture
def number(office: SampleOffice) -> str:
    return office.accept_road()


def test_a_question_of_the_citizen_is_answered_by_the_organ(office: SampleOffice, number: str) -> None:
    send(office, number, "clerk-1", "organ", "When is the survey?", organ="police", from_citizen=True)
    with office.store.read() as tx:
        (row,) = list_unread_messages(tx, number, "organ", "police")
    assert (row["sender"], row["sent_by"], row["text"]) == ("citizen", "clerk-1", "When is the survey?")
    office.door.perform(MarkCaseMessagesRead(case=number, reader="organ"), "police-2")
    send(office, number, "police-1", "citizen", "On Monday.")
    office.door.perform(MarkCaseMessagesRead(case=number, reader="citizen"), "clerk-2")
    rows = office.select("case_messages", case_number=number, order=("sent_at",))
    assert [(row["sender"], row["sender_organ"], row["read_by"]) for row in rows] == [
        ("citizen", "", "police-2"),
        ("organ", "police", "clerk-2"),
    ]
    assert find_faults(office.store) == []


@postgresql_wide
@pytest.mark.parametrize(
    ("actor", "values", "sentence"),
    [
        ("health-1", {"addressee": "window"}, "another organ"),
        ("clerk-1", {"addressee": "organ", "organ": "health"}, "no task in the case"),
        ("clerk-1", {"addressee": "window"}, "somebody else"),
        ("police-1", {"addressee": "organ", "organ": "police"}, "somebody else"),
        ("police-1", {"addressee": "window", "from_citizen": True}, "typed in at a window"),
        ("clerk-1", {"addressee": "citizen", "text": "x" * 301}, "at most 300"),
        ("clerk-1", {"addressee": "citizen", "text": ""}, "no text"),
    ],
)
def test_only_who_handles_the_case_writes(
    office: SampleOffice, number: str, actor: str, values: dict[str, Any], sentence: str
) -> None:
    with pytest.raises(Refused, match=sentence):
        send(office, number, actor, **values)


def test_a_department_gets_messages_while_it_works_on_the_case(office: SampleOffice) -> None:
    number = office.accept_birth()
    send(office, number, "clerk-1", "organ", organ="health")
    for organ, actor in (("police", "clerk-1"), ("health", "police-1")):  # its matter waits for another one
        with pytest.raises(Refused, match="has not begun"):
            send(office, number, actor, "organ", organ=organ)
    for task in [row for row in office.tasks(number) if row["organ"] == "health"]:
        office.approve(number, task["matter"])
    with pytest.raises(Refused, match="has ended"):
        send(office, number, "clerk-1", "organ", organ="health")


@postgresql_wide
def test_a_message_is_read_by_its_addressee(office: SampleOffice, number: str) -> None:
    send(office, number, "police-1", "window")
    with pytest.raises(Refused, match="somebody else"):
        office.door.perform(MarkCaseMessagesRead(case=number, reader="window"), "police-1")
    assert office.door.perform(MarkCaseMessagesRead(case=number, reader="citizen"), "clerk-1").messages == ()
    assert len(office.door.perform(MarkCaseMessagesRead(case=number, reader="window"), "clerk-1").messages) == 1


@pytest.mark.wide
@postgresql_wide
def test_the_text_is_erased_with_the_case(office: SampleOffice, number: str) -> None:
    send(office, number, "police-1", "citizen")
    office.approve_all(number)
    office.issue(number)
    office.hand_over(number, "示范建设公司")
    office.door.perform(ArchiveCase(case=number), "clerk-1")
    with pytest.raises(Refused, match="archived"):
        send(office, number, "clerk-1", "citizen")
    office.door.perform(EraseCase(case=number, reason="asked for"), "admin")
    assert [row["text"] for row in office.select("case_messages")] == [None]
    assert not [row for row in office.entries() if TEXT.encode() in (row["personal"] or b"")]
    assert find_faults(office.store) == []


def test_the_state_of_a_case_counts_the_messages_that_the_citizen_was_not_shown(
    office: SampleOffice, number: str
) -> None:
    send(office, number, "police-1", "citizen", "On Monday.")
    with office.store.read() as tx:
        status = build_case_status(tx, read_case(tx, number), office.clock())
        (listed,) = tx.query_all("cases.unread_at_window", window=office.select("cases")[0]["window_id"], most=9)
    assert status.messages == listed["messages"] == 1
    view = CaseStatusView(number, "Road", status.state, "2026-12-01", (), (), "")
    steps = describe_to_citizen(view, status, now=office.clock(), phone="").next_steps
    assert steps[0].startswith("A message for you waits")
    assert "Monday" not in " ".join(steps)
    assert "nothing" not in " ".join(steps)
    office.door.perform(MarkCaseMessagesRead(case=number, reader="citizen"), "clerk-2")
    with office.store.read() as tx:
        assert build_case_status(tx, read_case(tx, number), office.clock()).messages == 0


def test_a_message_on_paper_counts_as_delivered_when_its_print_is_confirmed(office: SampleOffice, number: str) -> None:
    clerk = office.select("staff", id="clerk-1")[0]
    message = send(office, number, "police-1", "citizen", "Monday, 9:00, at the crossing.")
    with office.store.read() as tx:
        letter = next(row for row in list_letters(tx, read_case(tx, number)) if row["kind"] == "message")
        sheet = build_letter(office.office, tx, read_case(tx, number), letter, in_full=True)
    assert letter["id"] == f"{number}-message{message.removeprefix(number)}"
    for language, sender in (("en", "Written by"), ("zh_CN", "留言人")):
        lines = " ".join(preview_lines(sheet.to_page(language), 80))
        assert "Monday, 9:00, at the crossing." in lines
        assert sender in lines
    printer = CasePrinter(office.office, "clerk-1", clerk["number"])
    (office.office.folder / "spool").rename(office.office.folder / "away")
    assert not printer.print_notice(letter["id"]).printed
    (row,) = office.select("case_messages", id=message)
    assert row["read_at"] is None
    (office.office.folder / "away").rename(office.office.folder / "spool")
    assert printer.print_notice(letter["id"]).printed
    (row,) = office.select("case_messages", id=message)
    assert (row["read_by"], row["read_at"] is not None) == ("clerk-1", True)
    (made,) = [row for row in office.select("prints", paper=letter["id"]) if row["outcome"] != "not_printed"]
    assert made["kind"] == "message"
    for desk in (CaseMessageDesk(office.office, "clerk-1"), CaseMessageDesk(office.office, "police-1", "police")):
        assert desk.read(number).rows[0].is_delivered
    assert find_faults(office.store) == []


def test_the_reception_learns_from_a_receipt_whether_a_message_waits_and_nothing_else(
    office: SampleOffice, number: str
) -> None:
    reception = OfficeReception(office.office, office.select("staff", id="clerk-2")[0])
    view = reception.take_code(number)
    assert isinstance(view, ReceptionView)
    assert view.message == f"Case {number}: no message waits."
    send(office, number, "police-1", "citizen", "On Monday.")
    view = reception.take_code(number)
    assert isinstance(view, ReceptionView)
    assert "a message for the citizen waits" in view.message
    assert "Monday" not in view.message
    with pytest.raises(Refused, match="no case"):
        reception.take_code(format_case_number(2026, 999_999))
