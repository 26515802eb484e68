"""A printer whose jobs are recorded: one at a time, and known after a power loss."""

from __future__ import annotations

from clerk_app.errors import OutOfReach
from clerk_app.paper.page import PaperWidth
from clerk_app.paper.printers.print_device import PrintDevice
from clerk_app.paper.printers.print_queue import PrintQueue
from clerk_app.paper.printers.printer import Media, PrinterState, PrintJob, PrintOutcome
from clerk_app.paper.printers.printer_settings import PrinterSettings


class QueuedPrinter:
    """Implements Printer with a device and the queue of the machine."""

    def __init__(self, settings: PrinterSettings, device: PrintDevice, queue: PrintQueue) -> None:
        self.name = settings.name
        self.device = settings.device
        self.media: Media = settings.media
        self.paper_mm: PaperWidth = settings.paper_mm
        self.problem: OutOfReach | None = None
        self._device = device
        self._queue = queue

    def read_state(self) -> PrinterState:
        """Ask the device for its state, while no job is being sent to it."""
        try:
            with self._queue.hold_printer(self.name):
                return self._device.read_state()
        except OutOfReach as error:
            return PrinterState(online=False, error=error)

    def check_ready(self) -> None:
        """Raise OutOfReach if the printer cannot print now."""
        state = self.read_state()
        if state.error is not None:
            raise state.error

    def send(self, job: PrintJob) -> PrintOutcome:
        """Print the job when the printer is free. Raises OutOfReach if certainly nothing was printed.

        A job whose id was sent before is not sent again: its outcome is returned.
        """
        self.problem = None
        with self._queue.hold_printer(self.name):
            earlier = self._queue.find_job(job.id)
            if earlier is not None:
                self.problem = earlier.problem
                return earlier.known_outcome
            try:
                sent = self._device.print_job(job, lambda: self._queue.begin(job, self.name))
            except OutOfReach as error:
                self.problem = error
                self._queue.remove(job.id)
                raise
            self._queue.end(job, sent)
        self.problem = sent.problem
        return sent.outcome
