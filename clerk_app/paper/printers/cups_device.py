"""A print queue of CUPS, by its commands `lp`, `lpstat` and `cancel` (package cups-client).

The commands, because pycups has no wheel and needs the headers of CUPS to be built, and the `LP` of python-escpos drops
the number of the job, and adds a byte to it. CUPS takes every job for completed whose bytes its backend got rid of,
also with nobody at the other end (measured, CUPS 2.4.2): so a completed job is UNKNOWN, never PRINTED.
"""

from __future__ import annotations

import os
import re
import subprocess
import time
from collections.abc import Callable

from clerk_app.errors import OutOfReach
from clerk_app.paper.printers.print_device import SentJob
from clerk_app.paper.printers.printer import PaperLevel, PrinterState, PrintJob, PrintOutcome
from clerk_app.paper.printers.status_bytes import unreachable

COMMAND_SECONDS = 10
_POLL_SECONDS = 0.2
_REQUEST = re.compile(r"request id is (\S+)")
_ALERTS: dict[str, str] = {
    "cover-open": "The printer's cover is open. Close it, then print again.",
    "door-open": "The printer's cover is open. Close it, then print again.",
    "media-empty": "The printer is out of paper. Put in new paper, then print again.",
    "media-needed": "The printer is out of paper. Put in new paper, then print again.",
    "media-jam": "Paper is jammed in the printer. Remove it, then print again.",
    "offline": "The printer is offline. Check its lights and its cover, then print again.",
    "connecting-to-device": "The printer is not there. Check that it is connected and switched on.",
}


class CupsDevice:
    """Implements PrintDevice with a queue of CUPS."""

    def __init__(self, queue: str, patience_seconds: float = 15) -> None:
        self._queue = queue
        self._patience = patience_seconds

    def read_state(self) -> PrinterState:
        """Return the state of the queue, and what its printer reports to CUPS, which may be nothing."""
        try:
            text = self._run("lpstat", "-l", "-p", self._queue)
            accepts = "not accepting" not in self._run("lpstat", "-a", self._queue)
        except OutOfReach as error:
            return unreachable(error)
        except subprocess.TimeoutExpired:
            return unreachable(_silent())
        alerts = re.findall(r"^\s*Alerts: (.*)$", text, re.MULTILINE)
        reported = [name for name in _ALERTS if any(name in line for line in alerts)]
        paper: PaperLevel = "out" if any(name.startswith("media-") for name in reported) else "unknown"
        fault = None
        if reported:
            fault = OutOfReach(_ALERTS[reported[0]])
        elif f"printer {self._queue} disabled" in text or not accepts:
            fault = OutOfReach(
                "The print queue {queue} is stopped: cupsenable {queue}; cupsaccept {queue}", queue=self._queue
            )
        return PrinterState(online=fault is None, paper=paper, cover_open="cover-open" in reported, error=fault)

    def print_job(self, job: PrintJob, begin: Callable[[], None]) -> SentJob:
        """Give the job to the queue and wait until CUPS has passed it on. Receipts are passed on unchanged (raw)."""
        state = self.read_state()
        if state.error is not None:
            raise state.error
        begin()
        raw = ("-o", "raw") if job.media == "roll" else ()
        try:
            answer = self._run("lp", "-d", self._queue, "-t", job.name, *raw, data=job.data)
        except subprocess.TimeoutExpired:  # CUPS may have taken it
            return SentJob(PrintOutcome.UNKNOWN, _silent())
        request = _REQUEST.search(answer)
        if request is None:
            return SentJob(PrintOutcome.UNKNOWN)
        return SentJob(PrintOutcome.UNKNOWN, self._await_end(request[1]))

    def _await_end(self, request: str) -> OutOfReach | None:
        """Wait until the job has left the queue; cancel it if it does not, so that it does not come out later."""
        deadline = time.monotonic() + self._patience
        try:
            while request in self._run("lpstat", "-W", "not-completed", "-o", self._queue).split():
                if time.monotonic() > deadline:
                    self._run("cancel", request)
                    return OutOfReach(
                        "The print queue {queue} did not finish the paper: it was taken back.", queue=self._queue
                    )
                time.sleep(_POLL_SECONDS)
        except OutOfReach as error:
            return error
        except subprocess.TimeoutExpired:
            return _silent()
        return None

    def _run(self, *words: str, data: bytes = b"") -> str:
        """Run a command of CUPS and return what it printed. Raises OutOfReach if it failed, TimeoutExpired."""
        environment = {**os.environ, "LC_ALL": "C", "LANGUAGE": "C"}
        try:
            ran = subprocess.run(
                words, input=data, capture_output=True, timeout=COMMAND_SECONDS, env=environment, check=False
            )
        except FileNotFoundError as error:
            raise OutOfReach("Printing through CUPS needs its commands: apt-get install cups-client.") from error
        if ran.returncode:
            why = ran.stderr.decode("utf-8", "replace").strip().splitlines() or ["-"]
            if "Invalid destination" in why[0]:
                raise OutOfReach("CUPS has no print queue {queue}.", queue=self._queue)
            raise OutOfReach("CUPS refused: {why}", why=why[0])
        return ran.stdout.decode("utf-8", "replace")


def _silent() -> OutOfReach:
    return OutOfReach("CUPS does not answer. Tell the administrator.")
