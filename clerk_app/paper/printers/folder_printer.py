"""A folder as a printer: papers are written to it as files, and a print service or a person takes them."""

from __future__ import annotations

from pathlib import Path

from clerk_app.errors import OutOfReach
from clerk_app.paper.page import PaperWidth
from clerk_app.paper.printers.printer import Media, PrinterState, PrintJob, PrintOutcome
from clerk_app.paper.printers.spool import SpoolPrinter


class FolderPrinter:
    """Implements Printer with a spool folder. A job is WRITTEN; a folder never confirms that paper came out."""

    problem: OutOfReach | None = None

    def __init__(self, name: str, folder: Path, *, media: Media = "roll", paper_mm: PaperWidth = 80) -> None:
        self.name = name
        self.device = f"folder:{folder.name}"
        self.media: Media = media
        self.paper_mm: PaperWidth = paper_mm
        self.spool = SpoolPrinter(folder)

    def read_state(self) -> PrinterState:
        """Return whether the folder can be written to. Paper and cover of what takes the files are unknown."""
        try:
            self.spool.check_ready()
        except OutOfReach as error:
            return PrinterState(online=False, error=error)
        return PrinterState(online=True)

    def check_ready(self) -> None:
        """Raise OutOfReach if the folder cannot be written to."""
        self.spool.check_ready()

    def send(self, job: PrintJob) -> PrintOutcome:
        """Write the job as a file of its name. Raises OutOfReach; then no part of it is in the folder."""
        self.spool.print_paper(job.name, job.data)
        return PrintOutcome.WRITTEN
