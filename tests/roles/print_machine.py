"""A printer for tests, whose paper comes out or not, whatever it reports; and a loss of power while it prints."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Literal

from clerk_app.errors import OutOfReach
from clerk_app.paper.page import PaperWidth
from clerk_app.paper.printers.printer import Media, Printer, PrinterState, PrintJob, PrintOutcome
from clerk_app.paper.printers.printer_set import PrinterSet

Behaviour = Literal["printed", "written", "mute", "mute and empty", "failed", "cut before", "cut after"]


class PowerLossError(Exception):
    """The power was lost: the program writes nothing more."""


@dataclass
class TrayPrinter:
    """Implements Printer; `tray` has the data of the papers that came out, by the id of their job."""

    lose_power: Callable[[], None]
    behaviour: Behaviour = "printed"
    tray: dict[str, bytes] = field(default_factory=dict)
    name: str = "receipts"
    device: str = "tcp://test:9100"
    media: Media = "roll"
    paper_mm: PaperWidth = 80
    problem: OutOfReach | None = None

    def read_state(self) -> PrinterState:
        return PrinterState(online=True)

    def check_ready(self) -> None: ...

    def send(self, job: PrintJob) -> PrintOutcome:
        assert job.id not in self.tray, "a job is sent once"
        if self.behaviour == "failed":
            raise OutOfReach("The printer is not there. Check that it is connected and switched on.")
        if self.behaviour in ("cut before", "cut after"):
            if self.behaviour == "cut after":
                self.tray[job.id] = job.data
            self.lose_power()
            raise PowerLossError
        if self.behaviour != "mute and empty":
            self.tray[job.id] = job.data
        known = {"printed": PrintOutcome.PRINTED, "written": PrintOutcome.WRITTEN}
        return known.get(self.behaviour, PrintOutcome.UNKNOWN)


class TrayPrinters(PrinterSet):
    """One printer for every kind of paper, whose jobs have no records: what happened to a job is not known."""

    printer: Printer

    def for_paper(self, kind: str) -> Printer:
        return self.printer

    def find_outcome(self, job_id: str) -> PrintOutcome | None:
        return PrintOutcome.UNKNOWN
