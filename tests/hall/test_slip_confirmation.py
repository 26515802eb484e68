"""Slips of tickets on a receipt printer: confirmed, asked about at a reception, and kept at a kiosk."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import msgspec
import pytest

from clerk_app.composition.office import Office
from clerk_app.errors import OutOfReach
from clerk_app.hall.tickets import PrepareTicket
from clerk_app.paper.printers.printer_settings import PrinterSettings
from clerk_app.roles.kiosk.service import OfficeKiosk
from clerk_app.roles.reception.service import OfficeReception
from tests.engines import sqlite_only
from tests.office import SampleOffice
from tests.paper.tcp_printer import TcpPrinter, tcp_printer
from tests.sample_data import HALL

pytestmark = [sqlite_only, pytest.mark.usefixtures("english")]


@pytest.fixture
def device() -> Iterator[TcpPrinter]:
    with tcp_printer() as device:
        yield device


@pytest.fixture
def machine(office: SampleOffice, device: TcpPrinter) -> Office:
    """The office with a receipt printer for its tickets."""
    slip = PrinterSettings(name="slip", device=device.device, papers=("ticket",), patience_seconds=1)
    settings = msgspec.structs.replace(office.office.settings, printers=(slip,))
    return replace(office.office, settings=settings)


@pytest.fixture
def reception(office: SampleOffice, machine: Office) -> OfficeReception:
    return OfficeReception(machine, office.select("staff", id="clerk-1")[0])


def states(office: SampleOffice) -> list[tuple[str, str]]:
    return [(row["number"], row["state"]) for row in office.select("tickets", order=("serial",))]


def test_a_confirmed_slip_waits_and_nobody_is_asked(
    office: SampleOffice, reception: OfficeReception, device: TcpPrinter
) -> None:
    view = reception.issue("A", "ordinary", 2)
    assert (view.unconfirmed, states(office)) == ((), [("A001", "waiting"), ("A002", "waiting")])
    assert len(device.papers) == 2


@pytest.mark.many_cases
@pytest.mark.parametrize(("came_out", "state"), [(True, "waiting"), (False, "void")])
def test_a_reception_is_asked_about_a_slip_that_was_not_confirmed(
    office: SampleOffice, reception: OfficeReception, device: TcpPrinter, came_out: bool, state: str
) -> None:
    device.mode = "lies"
    (ticket,) = reception.issue("A", "ordinary").unconfirmed
    answer = reception.describe_ticket(ticket)
    assert answer.acts == ("printed", "not_printed")
    assert "did it come out?" in answer.sentences[0]
    assert states(office) == [("A001", "printing")]
    reception.record_slip(ticket, printed=came_out)
    assert states(office) == [("A001", state)]


def test_a_reprint_says_what_the_printer_confirmed(reception: OfficeReception, device: TcpPrinter) -> None:
    ticket = reception.issue("A", "ordinary").issued[0].id
    assert "Printed: the printer confirmed it." in reception.reprint(ticket).message
    device.mode = "lies"
    assert "please check that it came out" in reception.reprint(ticket).message


def test_a_kiosk_keeps_the_place_of_a_ticket_of_whose_slip_nobody_knows(
    office: SampleOffice, machine: Office, device: TcpPrinter
) -> None:
    device.drop_at = 500
    ticket = OfficeKiosk(machine).take_ticket("A")
    assert (ticket.number, ticket.is_unknown) == ("A001", True)
    assert states(office) == [("A001", "waiting")]


def test_a_kiosk_without_paper_gives_no_ticket(office: SampleOffice, machine: Office, device: TcpPrinter) -> None:
    device.has_paper = False
    with pytest.raises(OutOfReach, match="cannot print a ticket right now"):
        OfficeKiosk(machine).take_ticket("A")
    assert states(office) == []


def leave_job(folder: Path, ticket: str) -> None:
    """Leave the record of a slip, as a program does that is killed while it sends it."""
    code = (
        "from pathlib import Path\n"
        "from clerk_app.paper.printers.print_queue import PrintQueue\n"
        "from clerk_app.paper.printers.printer import PrintJob\n"
        f"queue = PrintQueue(Path({str(folder / 'printing')!r}))\n"
        "with queue.hold_printer('slip'):\n"
        f"    queue.begin(PrintJob(id='slip/{ticket}', name='r', data=b''), 'slip')\n"
    )
    subprocess.run([sys.executable, "-c", code], cwd=Path(__file__).parents[2], check=True, timeout=60)


def test_a_kiosk_killed_while_it_prints_neither_loses_nor_doubles_the_ticket(
    office: SampleOffice, machine: Office
) -> None:
    prepared = office.door.perform(PrepareTicket(hall=HALL, category="A"), "kiosk")
    leave_job(machine.folder, prepared.ticket)
    for _start in range(2):
        OfficeKiosk(machine)
    assert states(office) == [("A001", "waiting")]
    assert machine.printers.list_jobs() == []


def test_a_reception_killed_while_it_prints_is_asked(office: SampleOffice, machine: Office) -> None:
    prepared = office.door.perform(PrepareTicket(hall=HALL, category="A"), "clerk-1")
    leave_job(machine.folder, prepared.ticket)
    reception = OfficeReception(machine, office.select("staff", id="clerk-1")[0])
    assert states(office) == [("A001", "printing")]
    reception.record_slip(prepared.ticket, printed=True)
    assert states(office) == [("A001", "waiting")]
    assert machine.printers.list_jobs() == []
