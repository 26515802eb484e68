"""Interface of what prints a job: a receipt printer on a line, or a print queue of the system."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal, Protocol

from clerk_app.errors import OutOfReach
from clerk_app.paper.printers.printer import PrinterState, PrintJob, PrintOutcome


@dataclass(frozen=True, slots=True)
class SentJob:
    """Result of a job of which something may have come out. `problem` is why it was not confirmed."""

    outcome: PrintOutcome
    problem: OutOfReach | None = None
    confirmed_by: Literal["", "job", "status"] = ""


class PrintDevice(Protocol):
    """A device that prints one job at a time."""

    def read_state(self) -> PrinterState:
        """Return the state of the printer. Never raises."""
        ...

    def print_job(self, job: PrintJob, begin: Callable[[], None]) -> SentJob:
        """Print a job. `begin` is called when the printer is ready, before the first byte of the job is sent.

        Raises OutOfReach if certainly nothing was printed, and what `begin` raises.
        """
        ...
