"""Interface of a printer: its state, a job, and the outcome of a job.

Sent is not printed: only a printer that confirms a job has printed it. A folder and a print queue confirm nothing.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Literal, Protocol
from zlib import crc32

from clerk_app.errors import OutOfReach
from clerk_app.paper.page import PaperWidth

Media = Literal["roll", "a4"]
PaperLevel = Literal["enough", "low", "out", "unknown"]


class PrintOutcome(StrEnum):
    """What is known about a job after it was sent. The values are stored."""

    PRINTED = "printed"  # the printer confirmed it
    WRITTEN = "written"  # written to a folder; whether a printer takes it is unknown
    UNKNOWN = "unknown"  # sent, but not confirmed: a person has to look
    NOT_PRINTED = "not_printed"  # certainly nothing came out


@dataclass(frozen=True, slots=True)
class PrinterState:
    """State of a printer at one moment. `error` is why it cannot print now; None if it can."""

    online: bool
    paper: PaperLevel = "unknown"
    cover_open: bool = False
    error: OutOfReach | None = None

    @property
    def problem(self) -> str:
        """Why the printer cannot print now, as a sentence in the current language; empty if it can."""
        return str(self.error) if self.error is not None else ""


@dataclass(frozen=True, slots=True)
class PrintJob:
    """An encoded paper to be printed once.

    `id` identifies the print at this machine: each print and each reprint has its own. `name` is a file name as
    `spool.format_paper_name` makes it; `data` is ESC/POS for the media "roll", a PDF file for "a4".
    """

    id: str
    name: str
    data: bytes
    media: Media = "roll"

    @property
    def job_number(self) -> int:
        """Number of 32 bits with which a printer confirms the job."""
        return crc32(self.id.encode())


class Printer(Protocol):
    """A printer of this machine."""

    @property
    def name(self) -> str:
        """Name in the settings."""
        ...

    @property
    def device(self) -> str:
        """Device in the settings, such as `tcp://10.0.0.7:9100`."""
        ...

    @property
    def media(self) -> Media:
        """What the printer prints on, and so the encoding of its jobs."""
        ...

    @property
    def paper_mm(self) -> PaperWidth:
        """Width of the roll in millimetres; without meaning for A4."""
        ...

    @property
    def problem(self) -> OutOfReach | None:
        """Why the last `send` was not confirmed by the printer; None if it was, or if nothing is known to be wrong."""
        ...

    def read_state(self) -> PrinterState:
        """Ask the printer for its state; takes up to a few seconds. Never raises: a missing printer is a state."""
        ...

    def check_ready(self) -> None:
        """Raise OutOfReach, with what to do, if the printer cannot print now."""
        ...

    def send(self, job: PrintJob) -> PrintOutcome:
        """Print a job and return what is known about it: PRINTED, WRITTEN or UNKNOWN.

        Raises OutOfReach, with what to do, if certainly nothing was printed (NOT_PRINTED).
        """
        ...
