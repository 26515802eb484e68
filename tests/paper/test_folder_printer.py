"""A folder as a printer."""

from __future__ import annotations

from pathlib import Path

from clerk_app.paper.printers.folder_printer import FolderPrinter
from clerk_app.paper.printers.print_job import make_job
from clerk_app.paper.printers.printer import PrintOutcome
from tests.paper.samples import NUMBER, RECEIPT, SLIP


def test_a_paper_in_a_folder_is_written_not_printed(tmp_path: Path) -> None:
    printer = FolderPrinter("folder", tmp_path)
    job = make_job(printer, RECEIPT.to_page("en"), id="p1", kind="receipt", number=NUMBER, at=SLIP.taken_at)
    assert printer.send(job) is PrintOutcome.WRITTEN
    assert [path.read_bytes() for path in printer.spool.list_papers()] == [job.data]


def test_a_missing_folder_is_the_state_of_a_missing_printer(tmp_path: Path) -> None:
    state = FolderPrinter("folder", tmp_path / "gone").read_state()
    assert not state.online
    assert state.error is not None
