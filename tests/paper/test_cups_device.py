"""Print queues of a real CUPS: a PDF printer, a raw queue to a printer on the network, nobody at the other end."""

from __future__ import annotations

import io
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from PIL import Image

from clerk_app.errors import OutOfReach
from clerk_app.paper.printers.printer import Printer, PrintJob, PrintOutcome
from clerk_app.paper.printers.printer_set import PrinterSet
from clerk_app.paper.printers.printer_settings import PrinterSettings
from tests.paper.cups_server import PDF_DRIVER, add_queue, cups_server, has_cups
from tests.paper.tcp_printer import tcp_printer

pytestmark = [
    pytest.mark.wide,
    pytest.mark.usefixtures("english", "server"),
    pytest.mark.skipif(not has_cups(), reason="no CUPS: apt-get install cups printer-driver-cups-pdf"),
]


@pytest.fixture(scope="module")
def address() -> Iterator[str]:
    with cups_server() as address:
        yield address


@pytest.fixture
def server(address: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CUPS_SERVER", address)


def open_queue(folder: Path, queue: str, media: str = "roll") -> Printer:
    settings = PrinterSettings(name="p", device=f"cups:{queue}", media=media, patience_seconds=10)  # type: ignore[arg-type]
    return PrinterSet(folder, "spool", 80, [settings]).for_paper("receipt")


def make_pdf() -> bytes:
    written = io.BytesIO()
    Image.new("1", (620, 877), 1).save(written, "PDF", resolution=75)
    return written.getvalue()


def test_an_a4_paper_comes_out_as_a_pdf_and_is_not_called_printed(tmp_path: Path) -> None:
    add_queue("pdf", "cups-pdf:/", "-P", str(PDF_DRIVER))
    title = f"clerk-test-{tmp_path.name}"
    printer = open_queue(tmp_path, "pdf", "a4")
    assert printer.read_state().error is None
    assert printer.send(PrintJob(id="p1", name=title, data=make_pdf(), media="a4")) is PrintOutcome.UNKNOWN
    assert printer.problem is None
    (paper,) = (Path.home() / "PDF").glob(f"{title}*.pdf")
    assert paper.read_bytes().startswith(b"%PDF")
    paper.unlink()


def test_a_receipt_passes_a_raw_queue_unchanged(tmp_path: Path) -> None:
    data = b"\x1b@" + bytes(range(0x20, 0x7F)) + b"\n\x1dV\x00"
    with tcp_printer() as device:
        add_queue("raw", f"socket://127.0.0.1:{device.port}")
        assert open_queue(tmp_path, "raw").send(PrintJob(id="p1", name="r", data=data)) is PrintOutcome.UNKNOWN
        assert bytes(device.printed) == data


def test_a_paper_for_a_printer_that_is_not_there_is_taken_back(tmp_path: Path) -> None:
    with tcp_printer() as gone:
        add_queue("gone", f"socket://127.0.0.1:{gone.port}")
    printer = open_queue(tmp_path, "gone")
    assert printer.send(PrintJob(id="p1", name="r", data=b"x\n")) is PrintOutcome.UNKNOWN
    assert "taken back" in str(printer.problem)
    waiting = subprocess.run(["lpstat", "-o", "gone"], capture_output=True, timeout=20, check=False)
    assert waiting.stdout == b""


@pytest.mark.parametrize("command", ["cupsdisable", "cupsreject"])
def test_nothing_is_sent_to_a_stopped_queue(tmp_path: Path, command: str) -> None:
    add_queue("stopped", "socket://127.0.0.1:9")
    subprocess.run([command, "stopped"], check=True, timeout=20)
    with pytest.raises(OutOfReach, match="is stopped"):
        open_queue(tmp_path, "stopped").send(PrintJob(id="p1", name="r", data=b"x\n"))


def test_an_unknown_queue_and_a_server_that_does_not_run_are_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert "has no print queue nosuch" in open_queue(tmp_path, "nosuch").read_state().problem
    monkeypatch.setenv("CUPS_SERVER", "127.0.0.1:1")
    assert "CUPS" in open_queue(tmp_path, "nosuch").read_state().problem
