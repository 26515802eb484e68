"""A receipt printer on a line: what is known about a job, with printers that answer, fail, drop and lie."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from clerk_app.errors import OutOfReach
from clerk_app.paper.printers.print_job import make_job
from clerk_app.paper.printers.printer import Printer, PrintJob, PrintOutcome
from clerk_app.paper.printers.printer_set import PrinterSet
from clerk_app.paper.printers.printer_settings import PrinterSettings
from tests.paper.samples import NUMBER, RECEIPT, SLIP
from tests.paper.tcp_printer import TcpPrinter, tcp_printer

pytestmark = pytest.mark.usefixtures("english")


@pytest.fixture
def paper_printer() -> Iterator[TcpPrinter]:
    with tcp_printer() as printer:
        yield printer


def open_set(folder: Path, printer: TcpPrinter, **settings: object) -> PrinterSet:
    values = {"patience_seconds": 0.5, **settings}
    return PrinterSet(folder, "spool", 80, [PrinterSettings(name="slip", device=printer.device, **values)])  # type: ignore[arg-type]


def open_printer(folder: Path, printer: TcpPrinter, **settings: object) -> Printer:
    return open_set(folder, printer, **settings).for_paper("receipt")


def receipt_job(printer: Printer, id: str = "p1") -> PrintJob:
    return make_job(printer, RECEIPT.to_page("zh_CN"), id=id, kind="receipt", number=NUMBER, at=SLIP.taken_at)


def test_a_confirmed_paper_is_printed_with_every_byte(tmp_path: Path, paper_printer: TcpPrinter) -> None:
    printer = open_printer(tmp_path, paper_printer)
    job = receipt_job(printer)
    assert printer.send(job) is PrintOutcome.PRINTED
    assert printer.problem is None
    assert bytes(paper_printer.printed) == job.data


def test_automatic_status_between_the_answers_is_no_answer(tmp_path: Path, paper_printer: TcpPrinter) -> None:
    paper_printer.mode = "chatty"
    printer = open_printer(tmp_path, paper_printer)
    assert printer.send(receipt_job(printer)) is PrintOutcome.PRINTED


def test_a_printer_without_job_numbers_confirms_by_its_status(tmp_path: Path, paper_printer: TcpPrinter) -> None:
    paper_printer.mode = "status only"
    printer = open_printer(tmp_path, paper_printer, answers="status")
    assert printer.send(receipt_job(printer)) is PrintOutcome.PRINTED


def test_a_slow_printer_confirms_when_it_has_printed(tmp_path: Path, paper_printer: TcpPrinter) -> None:
    paper_printer.seconds_per_piece = 0.01
    printer = open_printer(tmp_path, paper_printer, patience_seconds=5)
    assert printer.send(receipt_job(printer)) is PrintOutcome.PRINTED
    assert len(paper_printer.papers) == 1


@pytest.mark.parametrize(
    ("fault", "sentence"),
    [
        ({"has_paper": False}, "out of paper"),
        ({"cover_open": True}, "cover is open"),
        ({"is_online": False}, "is offline"),
        ({"has_error": True}, "cutter is blocked"),
        pytest.param({"mode": "mute"}, "does not answer", marks=pytest.mark.wide),  # it waits 2 s
        ({"mode": "garbage"}, "no receipt printer"),
        ({"mode": "echo"}, "no receipt printer|does not answer"),
    ],
)
def test_nothing_is_sent_to_a_printer_with_a_fault(
    tmp_path: Path, paper_printer: TcpPrinter, fault: dict[str, object], sentence: str
) -> None:
    for name, value in fault.items():
        setattr(paper_printer, name, value)
    printers = open_set(tmp_path, paper_printer)
    printer = printers.for_paper("receipt")
    with pytest.raises(OutOfReach, match=sentence):
        printer.send(receipt_job(printer))
    assert bytes(paper_printer.printed) == b""
    assert printers.find_outcome("p1") is None


def test_a_printer_that_is_switched_off_is_not_there(tmp_path: Path) -> None:
    with tcp_printer() as gone:
        printer = open_printer(tmp_path, gone)
    with pytest.raises(OutOfReach, match="not there"):
        printer.send(receipt_job(printer))
    assert "not there" in printer.read_state().problem


@pytest.mark.parametrize("mode", ["lies", "wrong number"])
def test_a_printer_that_does_not_confirm_the_job_never_printed_it(
    tmp_path: Path, paper_printer: TcpPrinter, mode: str
) -> None:
    paper_printer.mode = mode  # type: ignore[assignment]
    printer = open_printer(tmp_path, paper_printer)
    assert printer.send(receipt_job(printer)) is PrintOutcome.UNKNOWN
    assert "did not confirm" in str(printer.problem)


def test_a_printer_that_never_answers_is_always_asked_for(tmp_path: Path, paper_printer: TcpPrinter) -> None:
    paper_printer.mode = "mute"
    printer = open_printer(tmp_path, paper_printer, answers="none")
    assert printer.send(receipt_job(printer)) is PrintOutcome.UNKNOWN


def test_paper_that_ends_in_the_middle_is_unknown_and_named(tmp_path: Path, paper_printer: TcpPrinter) -> None:
    paper_printer.paper_ends_at = 700
    printer = open_printer(tmp_path, paper_printer, patience_seconds=5)
    assert printer.send(receipt_job(printer)) is PrintOutcome.UNKNOWN
    assert "out of paper" in str(printer.problem)


def test_paper_that_ends_with_the_last_byte_is_unknown(tmp_path: Path, paper_printer: TcpPrinter) -> None:
    printer = open_printer(tmp_path, paper_printer)
    job = receipt_job(printer)
    paper_printer.paper_ends_at = len(job.data)
    assert printer.send(job) is PrintOutcome.UNKNOWN


def test_a_printer_unplugged_in_the_middle_is_unknown_and_named(tmp_path: Path, paper_printer: TcpPrinter) -> None:
    paper_printer.drop_at = 700
    printer = open_printer(tmp_path, paper_printer)
    assert printer.send(receipt_job(printer)) is PrintOutcome.UNKNOWN
    assert "connection to the printer broke" in str(printer.problem)


def test_a_job_is_sent_once(tmp_path: Path, paper_printer: TcpPrinter) -> None:
    printers = open_set(tmp_path, paper_printer)
    printer = printers.for_paper("receipt")
    assert [printer.send(receipt_job(printer)) for _attempt in range(2)] == [PrintOutcome.PRINTED] * 2
    assert len(paper_printer.papers) == 1
    printers.remove_job("p1")
    assert printers.find_outcome("p1") is None


def test_low_paper_is_a_state_that_prints(tmp_path: Path, paper_printer: TcpPrinter) -> None:
    paper_printer.is_paper_low = True
    printer = open_printer(tmp_path, paper_printer)
    assert printer.read_state().paper == "low"
    assert printer.send(receipt_job(printer)) is PrintOutcome.PRINTED
