"""The cable is pulled in the middle of a paper: never counted as printed, never as not printed."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path

import pytest

from clerk_app.paper.page import PaperCut, PaperPage, TextLine
from clerk_app.paper.printers.escpos import encode_escpos
from clerk_app.paper.printers.printer import PrintJob, PrintOutcome
from clerk_app.paper.printers.printer_set import PrinterSet
from clerk_app.paper.printers.printer_settings import PrinterSettings
from tests.paper.samples import PAPERS
from tests.paper.tcp_printer import tcp_printer

SHORT = (TextLine("请到3号窗口", wide=True), TextLine("示例市政务服务中心"), PaperCut())


def outcome_of_a_pull(data: bytes, folder: Path, at: int) -> PrintOutcome:
    """Print `data` on a printer that is unplugged after so many bytes; return the outcome."""
    with tcp_printer(drop_at=at) as device:
        settings = PrinterSettings(name="p", device=device.device, patience_seconds=2)
        printer = PrinterSet(folder, "spool", 80, [settings]).for_paper("receipt")
        return printer.send(PrintJob(id=f"job-{at}", name="r", data=data))


def outcomes_of_pulls(folder: Path, data: bytes, step: int = 10) -> set[PrintOutcome]:
    """Return the outcomes of a paper whose cable is pulled at every byte that `step` divides."""
    with ThreadPoolExecutor(8) as threads:
        places = [folder / f"office-{at}" for at in range(1, len(data), step)]
        return set(threads.map(partial(outcome_of_a_pull, data), places, range(1, len(data), step)))


def test_a_paper_whose_cable_is_pulled_at_any_tenth_byte_is_unknown(tmp_path: Path) -> None:
    assert outcomes_of_pulls(tmp_path, encode_escpos(SHORT, 58)) == {PrintOutcome.UNKNOWN}


@pytest.mark.wide
@pytest.mark.parametrize("name", PAPERS)
def test_every_paper_whose_cable_is_pulled_at_any_tenth_byte_is_unknown(tmp_path: Path, name: str) -> None:
    page: PaperPage = PAPERS[name].to_page("zh_CN")
    assert outcomes_of_pulls(tmp_path, encode_escpos(page, 58)) == {PrintOutcome.UNKNOWN}
