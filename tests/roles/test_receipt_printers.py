"""Scenario 7 with a receipt printer: what comes out, what is recorded, and which question the clerk gets."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace

import msgspec
import pytest

from clerk_app.composition.office import Office
from clerk_app.paper.printers.printer_settings import PrinterSettings
from clerk_app.roles.workstation import open_workstation
from clerk_app.views.counter import CounterService
from clerk_app.views.shared import Paper
from tests.paper.escpos_reader import read_escpos
from tests.paper.tcp_printer import TcpPrinter, tcp_printer
from tests.roles.conftest import NoCamera
from tests.roles.workflows import accept_birth
from tests.sample_data import CITY_PIN

Code = Callable[[str], str]


@pytest.fixture
def device() -> Iterator[TcpPrinter]:
    with tcp_printer() as device:
        yield device


@pytest.fixture
def window(office: Office, device: TcpPrinter) -> Office:
    """The office of the window, with a receipt printer for all papers."""
    printer = PrinterSettings(name="receipts", device=device.device, patience_seconds=1)
    return replace(office, settings=msgspec.structs.replace(office.settings, printers=(printer,)))


def sign_in(window: Office) -> CounterService:
    service = open_workstation(window, NoCamera()).sign_in("1001", CITY_PIN).counter
    assert service is not None
    return service


def receipt_of(counter: CounterService) -> Paper:
    paper = counter.read_view().receipt
    assert paper is not None
    return paper


def outcomes(window: Office) -> list[str]:
    with window.store.read() as tx:
        return [row["outcome"] for row in tx.select("prints", order=("begun_at", "id"))]


def test_a_receipt_comes_out_once_with_its_number_and_counts_as_printed(
    window: Office, device: TcpPrinter, code: Code
) -> None:
    counter = sign_in(window)
    number = accept_birth(counter, code("mother"))
    (paper,) = device.papers
    assert read_escpos(paper).codes() == {("Code128", number), ("QRCode", number)}
    assert receipt_of(counter).printed
    assert outcomes(window) == ["printed"]
    assert window.printers.list_jobs() == []


def test_a_cable_pulled_in_the_middle_is_asked_about_and_nothing_is_printed_by_itself(
    window: Office, device: TcpPrinter, code: Code
) -> None:
    device.drop_at = 2000
    counter = sign_in(window)
    accept_birth(counter, code("mother"))
    paper = receipt_of(counter)
    assert (paper.printed, paper.is_unknown) == (False, True)
    device.drop_at = None
    sign_in(window)  # after a restart
    assert len(device.printed) == 2000
    assert outcomes(window) == ["unknown"]


@pytest.mark.wide
def test_paper_that_is_out_leaves_the_receipt_to_be_printed(window: Office, device: TcpPrinter, code: Code) -> None:
    device.has_paper = False
    counter = sign_in(window)
    number = accept_birth(counter, code("mother"))
    assert "out of paper" in receipt_of(counter).error
    device.has_paper = True
    counter.reprint_paper(f"{number}-receipt")
    assert (len(device.papers), receipt_of(counter).printed) == (1, True)
