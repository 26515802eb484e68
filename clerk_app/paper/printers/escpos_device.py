"""A receipt printer on a line: its status before and after a job, and its confirmation of the job.

A job is printed when the printer answers `GS ( H` with the job's number, or `GS r 1` if it does not know `GS ( H`, and
its status afterwards has no fault. Both commands are answered after the data before them was printed; DLE EOT is
answered at once, also while the printer prints. Source: Epson, ESC/POS command reference.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from clerk_app.errors import OutOfReach
from clerk_app.paper.printers.answers import Answers
from clerk_app.paper.printers.device_address import DeviceAddress
from clerk_app.paper.printers.print_device import SentJob
from clerk_app.paper.printers.printer import PrinterState, PrintJob, PrintOutcome
from clerk_app.paper.printers.printer_line import LineError
from clerk_app.paper.printers.printer_settings import AnswerMode
from clerk_app.paper.printers.status_bytes import describe_status, unreachable
from clerk_app.paper.printers.status_queries import STATUS_KINDS, StatusQueries

_AGAIN_SECONDS = 0.5  # time without an answer after which a printing printer is asked for its status
_ID_SECONDS = 3.0  # time after the answer to GS r 1 in which that to GS ( H arrives
_AUTOMATIC_STATUS_OFF = b"\x1da\x00"  # GS a 0
_PAPER_STATUS = b"\x1dr\x01"  # GS r 1
_ID_CHARACTERS = 95  # of a process ID: 20h to 7Eh


class EscposDevice:
    """Implements PrintDevice with ESC/POS over a line."""

    def __init__(self, address: DeviceAddress, answers: AnswerMode = "job", patience_seconds: float = 15) -> None:
        self._address = address
        self._answers = answers
        self._patience = patience_seconds

    def read_state(self) -> PrinterState:
        """Return the state by DLE EOT 1 to 4. Of a printer that never answers, only whether it is there is known."""
        try:
            with self._open_line() as line:
                return PrinterState(online=True) if self._answers == "none" else self._read_state(line)
        except OutOfReach as error:
            return unreachable(error)

    def print_job(self, job: PrintJob, begin: Callable[[], None]) -> SentJob:
        """Query the state, send the job, wait for its confirmation."""
        with self._open_line() as line:
            if self._answers != "none":
                state = self._read_state(line)
                if state.error is not None:
                    raise state.error
            begin()
            return self._send(line, job)

    @contextmanager
    def _open_line(self) -> Iterator[StatusQueries]:
        from clerk_app.paper.printers.lines import open_line  # loads python-escpos

        opened = open_line(self._address)
        try:
            yield StatusQueries(opened)
        finally:
            opened.close()

    def _read_state(self, line: StatusQueries) -> PrinterState:
        """Return the state by DLE EOT 1 to 4; a printer that does not answer rightly has an error."""
        try:
            line.write(_AUTOMATIC_STATUS_OFF)
            statuses = [line.query_status(kind) for kind in STATUS_KINDS]
        except LineError as error:
            lost = OutOfReach("The printer is not there. Check that it is connected and switched on.")
            lost.__cause__ = error
            return unreachable(lost)
        except OutOfReach as error:
            return unreachable(error)
        return describe_status(*statuses)

    def _send(self, line: StatusQueries, job: PrintJob) -> SentJob:
        number = encode_process_id(job.job_number)
        request = b"\x1d(H\x06\x00\x30\x30" + number if self._answers == "job" else b""
        try:
            line.write(job.data)
            if self._answers == "none":
                line.drain()
                return SentJob(PrintOutcome.UNKNOWN)
            line.write(request + _PAPER_STATUS)
            sent = self._await_confirmation(line, number if request else b"")
        except LineError:
            return SentJob(PrintOutcome.UNKNOWN, _broken())
        if sent.outcome is PrintOutcome.PRINTED:
            after = self._read_state(line)
            if after.error is not None:
                return SentJob(PrintOutcome.UNKNOWN, after.error)
        return sent

    def _await_confirmation(self, line: StatusQueries, number: bytes) -> SentJob:
        """Wait until the printer confirms the job; return whether it did. Raises LineError.

        `number` is the process ID of the job; empty if none was asked for. The answer to `GS r 1` counts if that to
        `GS ( H` does not follow it, and if nothing but answers came: garbage may look like one.
        """
        answers, deadline = Answers(), time.monotonic() + self._patience
        while (left := deadline - time.monotonic()) > 0:
            if number in answers.process_ids:
                return SentJob(PrintOutcome.PRINTED, confirmed_by="job")
            if answers.has_paper_status_only:
                if not number:
                    break
                deadline = min(deadline, time.monotonic() + _ID_SECONDS)
            received = line.read(min(_AGAIN_SECONDS, left))
            answers.feed(received)
            if not received and not answers.paper_statuses:
                problem = line.find_fault_while_printing(answers)
                if problem is not None:
                    return SentJob(PrintOutcome.UNKNOWN, problem)
        if number in answers.process_ids:
            return SentJob(PrintOutcome.PRINTED, confirmed_by="job")
        if answers.has_paper_status_only:
            return SentJob(PrintOutcome.PRINTED, confirmed_by="status")
        return SentJob(PrintOutcome.UNKNOWN, OutOfReach("The printer did not confirm the paper."))


def encode_process_id(number: int) -> bytes:
    """Return a job number as the four characters of a process ID: its remainder by 95^4, in base 95."""
    characters = []
    for _place in range(4):
        number, digit = divmod(number, _ID_CHARACTERS)
        characters.append(0x20 + digit)
    return bytes(characters)


def _broken() -> OutOfReach:
    return OutOfReach("The connection to the printer broke while it printed: part of the paper may have come out.")
