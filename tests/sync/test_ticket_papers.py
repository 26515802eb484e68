"""Papers that the reception scans for a ticket: who sees them until when, how they travel, and their erasure."""

from __future__ import annotations

from hashlib import sha256
from pathlib import Path

import pytest

from clerk_app.composition.schedule import run_due_commands
from clerk_app.composition.taken_files import KEPT_UNUSED
from clerk_app.errors import BadData, ClerkError, OutOfReach, Refused
from clerk_app.hall.calls import CallTicket
from clerk_app.hall.service_days import CloseServiceDay
from clerk_app.hall.ticket_papers import (
    MAX_PAPERS,
    EraseTicketPapers,
    OpenTicketPaper,
    RemoveTicketPaper,
    TakeTicketPapers,
    TicketPaper,
)
from clerk_app.hall.transfers import TransferTicket
from clerk_app.hall.waiting_tickets import CancelTicket
from clerk_app.ledger.access import MACHINE_REFUSAL
from clerk_app.people import SCHEDULE
from clerk_app.roles.sign_in import verify_here
from tests.engines import postgresql_wide
from tests.office import SampleOffice, find_faults
from tests.sample_data import HALL, PIN
from tests.sample_node import RunningCenter
from tests.sample_scans import build_jpeg
from tests.sync.city import City, SampleWindow
from tests.sync.test_attachments import close_windows, ignore_progress, open_window

SCAN = build_jpeg()
DIGEST = sha256(SCAN).hexdigest()
PAPER = TicketPaper(content=DIGEST, media_type="image/jpeg", pages=1, size=len(SCAN))


def take(office: SampleOffice, ticket: str, *papers: TicketPaper, by: str = "clerk-1") -> tuple[str, ...]:
    return office.door.perform(TakeTicketPapers(ticket=ticket, papers=papers or (PAPER,)), by).papers


def reason_of(office: SampleOffice, *arguments: object, by: str = "clerk-1") -> str:
    with pytest.raises(ClerkError) as caught:
        office.door.perform(arguments[0], by)  # type: ignore[arg-type]
    return caught.value.reason if isinstance(caught.value, Refused) else type(caught.value).__name__


def numbers(office: SampleOffice) -> list[tuple[int, str]]:
    """Number and digest of each paper in a store."""
    return [(row["number"], row["content"]) for row in office.select("ticket_papers", order=("number",))]


@pytest.mark.wide
@postgresql_wide
def test_papers_are_numbered_within_their_ticket_and_only_while_it_waits(office: SampleOffice) -> None:
    ticket = office.take_ticket()
    (first,) = take(office, ticket)
    (second,) = take(office, ticket)
    office.door.perform(RemoveTicketPaper(paper=first), "clerk-1")
    take(office, ticket)
    assert [number for number, _content in numbers(office)] == [2, 3]
    office.call_next()
    assert reason_of(office, TakeTicketPapers(ticket=ticket, papers=(PAPER,))) == "not_waiting"
    assert reason_of(office, RemoveTicketPaper(paper=second)) == "not_waiting"
    assert reason_of(office, EraseTicketPapers(ticket=ticket), by=SCHEDULE) == "ticket_state"
    assert find_faults(office.store) == []


@pytest.mark.many_cases
@pytest.mark.parametrize(
    "changed",
    [{"content": "../x"}, {"media_type": "text/html"}, {"pages": 2}, {"pages": 0}, {"size": 0}, {"source": "x"}],
)
def test_what_no_reception_writes_is_refused(office: SampleOffice, changed: dict[str, object]) -> None:
    values = {"content": DIGEST, "media_type": "image/jpeg", "pages": 1, "size": 9} | changed
    paper = TicketPaper(**values)  # type: ignore[arg-type]
    assert reason_of(office, TakeTicketPapers(ticket=office.take_ticket(), papers=(paper,))) == BadData.__name__


@pytest.mark.wide
def test_a_ticket_takes_a_limited_number_of_papers(office: SampleOffice) -> None:
    ticket = office.take_ticket()
    take(office, ticket, *[PAPER] * MAX_PAPERS)
    assert reason_of(office, TakeTicketPapers(ticket=ticket, papers=(PAPER,))) == "too_many_papers"


def test_opening_a_paper_is_recorded_and_only_for_the_ticket_that_is_served(office: SampleOffice) -> None:
    ticket, other = office.take_ticket(), office.take_ticket()
    (paper,), (foreign,) = take(office, ticket), take(office, other)
    office.call_next()
    visit = office.open_visit_at("w1")
    office.door.perform(OpenTicketPaper(visit=visit, paper=paper), "clerk-1")
    assert reason_of(office, OpenTicketPaper(visit=visit, paper=foreign)) == "no_paper"
    assert reason_of(office, OpenTicketPaper(visit=visit, paper=paper), by="clerk-2") == "visit"
    assert [row["kind"] for row in office.select("ledger_entries", stream=f"visit/{visit}")][-1] == "OpenTicketPaper"


@pytest.mark.many_cases
@pytest.mark.parametrize("end", ["finish", "cancel", "close"])
def test_papers_and_their_files_are_erased_when_the_ticket_has_ended(office: SampleOffice, end: str) -> None:
    ticket = office.take_ticket()
    office.office.attachments.add(SCAN)
    take(office, ticket)
    if end == "cancel":
        office.door.perform(CancelTicket(ticket=ticket, why="left"), "clerk-1")
    elif end == "close":
        office.door.perform(CloseServiceDay(hall=HALL, day="2026-05-06"), "supervisor")
    else:
        office.call_next()
        run_due_commands(office.office)
        assert numbers(office) == [(1, DIGEST)]
        office.move_ticket("finish")
    run_due_commands(office.office)
    assert numbers(office) == []
    assert not office.office.attachments.is_kept(DIGEST)
    assert find_faults(office.store) == []


@pytest.mark.wide
def test_a_file_that_a_case_has_too_is_kept(office: SampleOffice) -> None:
    ticket = office.take_ticket()
    office.office.attachments.add(SCAN)
    take(office, ticket)
    number = office.accept_birth()
    with office.store.write() as tx:
        tx.update("materials", {"case_number": number}, content=DIGEST)
    office.door.perform(CancelTicket(ticket=ticket, why="left"), "clerk-1")
    run_due_commands(office.office)
    assert numbers(office) == []
    assert office.office.attachments.is_kept(DIGEST)


@pytest.fixture
def hall(city: City) -> dict[str, SampleWindow]:
    """Two receptions, two windows and a board of the hall."""
    kinds = {"r1": "reception", "r2": "reception", "w1": "counter", "w2": "counter", "b1": "board"}
    return {node: city.join(node, kind=kind, window=node if kind == "counter" else "") for node, kind in kinds.items()}


def seen_by(city: City, hall: dict[str, SampleWindow]) -> set[str]:
    """The machines that hold the papers."""
    city.exchange_all()
    assert city.differences() == []
    return {node for node, machine in hall.items() if numbers(machine)}


def test_the_receptions_see_the_papers_until_the_call_and_then_the_window(
    city: City, hall: dict[str, SampleWindow]
) -> None:
    ticket = city.center.take_ticket()
    city.exchange_all()
    take(hall["r1"], ticket)
    assert seen_by(city, hall) == {"r1", "r2"}
    city.center.call_next("w1")
    assert seen_by(city, hall) == {"r1", "w1"}  # r1 has not sent the file yet
    with city.center.store.write() as tx:
        tx.insert("contents", digest=DIGEST, media_type="image/jpeg", size=len(SCAN), added_at=1)
    city.center.move_ticket("hold", "w1")
    assert seen_by(city, hall) == {"w1"}
    visit = city.center.door.perform(CallTicket(ticket=ticket, window="w1"), "clerk-1").visit
    city.center.door.perform(TransferTicket(visit=visit, window="w2"), "clerk-1")
    assert seen_by(city, hall) == set()  # it waits again, and was called before
    city.center.call_next("w2")
    assert seen_by(city, hall) == {"w2"}
    city.center.move_ticket("finish", "w2")
    run_due_commands(city.center.office)
    assert seen_by(city, hall) == set()
    assert city.center.select("contents") == []


@pytest.mark.wide
def test_a_counter_and_a_board_scan_nothing_and_without_the_center_nothing_is_taken(
    city: City, hall: dict[str, SampleWindow]
) -> None:
    ticket = city.center.take_ticket()
    city.exchange_all()
    assert reason_of(hall["w1"], TakeTicketPapers(ticket=ticket, papers=(PAPER,))) == MACHINE_REFUSAL
    hall["r1"].transport.down = True
    with pytest.raises(OutOfReach):
        take(hall["r1"], ticket)
    assert numbers(city.center) == []


@pytest.mark.wide
def test_the_file_of_a_paper_travels_to_the_window_that_calls_also_after_the_call(
    served: RunningCenter, office: SampleOffice, tmp_path: Path
) -> None:
    reception, line = open_window(served, tmp_path / "r", kind="reception", window="")
    verify_here(reception.office, "1000", PIN, "")
    counter, window_line = open_window(served, tmp_path / "w1", window="w1")
    other, other_line = open_window(served, tmp_path / "w2", window="w2")
    ticket = office.take_ticket()
    line.sync_now(ignore_progress)
    reception.office.taken_files.add(SCAN)
    reception.office.taken_files.mark_given([DIGEST])
    take(reception, ticket)
    office.call_next("w1")  # before the reception has sent the file
    for each in (window_line, other_line):
        each.sync_now(ignore_progress)
    with pytest.raises(OutOfReach):
        window_line.fetch(DIGEST)
    line.sync_now(ignore_progress)
    assert window_line.fetch(DIGEST) == SCAN
    with pytest.raises(Refused):
        other_line.fetch(DIGEST)
    office.move_ticket("finish")
    run_due_commands(office.office)
    for each in (line, window_line):
        each.sync_now(ignore_progress)
    assert [numbers(machine) for machine in (reception, counter)] == [[], []]
    assert not office.office.attachments.is_kept(DIGEST)
    assert not counter.office.attachments.is_kept(DIGEST)
    reception.office.taken_files.remove_unused(reception.store, reception.office.now, is_window=True)
    later = reception.office.now + KEPT_UNUSED + 1
    reception.office.taken_files.remove_unused(reception.store, later, is_window=True)
    assert not reception.office.attachments.is_kept(DIGEST)
    close_windows((reception, line), (counter, window_line), (other, other_line))
