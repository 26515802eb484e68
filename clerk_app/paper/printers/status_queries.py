"""Queries of a receipt printer's status over an open line: one query, one answer."""

from __future__ import annotations

import time

from clerk_app.errors import OutOfReach
from clerk_app.paper.printers.answers import Answers
from clerk_app.paper.printers.printer_line import PIECE_BYTES, PrinterLine
from clerk_app.paper.printers.status_bytes import describe_status

STATUS_SECONDS = 2.0
"""Longest time in which a printer answers DLE EOT; measured: 6 to 14 ms."""
STATUS_KINDS = (1, 2, 3, 4)
_REST_SECONDS = 0.02  # time in which the rest of an answer, or garbage behind it, arrives
_GARBAGE_SECONDS = 0.2  # time without a byte after which what came is the whole answer
_PRINTING_SECONDS = 0.2  # time in which a printer answers while it prints
_ATTEMPTS = 2


class StatusQueries:
    """A line with the queries of a printer's status."""

    def __init__(self, line: PrinterLine) -> None:
        self._line = line

    def write(self, data: bytes) -> None:
        """Send data in pieces. Raises LineError if the printer takes no more of it, or is gone."""
        for start in range(0, len(data), PIECE_BYTES):
            self._line.write(data[start : start + PIECE_BYTES])

    def read(self, seconds: float) -> bytes:
        """Return what the printer sent within so many seconds. Raises LineError."""
        return self._line.read(seconds)

    def drain(self) -> None:
        """Drop what the printer sent by itself. Raises LineError."""
        deadline = time.monotonic() + STATUS_SECONDS
        while self._line.read(0) and time.monotonic() < deadline:
            pass

    def query_status(self, kind: int) -> int:
        """Return the answer to one DLE EOT. Raises LineError; OutOfReach for no answer, or one that is no status."""
        for _attempt in range(_ATTEMPTS):
            self.drain()
            self._line.write(bytes((0x10, 0x04, kind)))
            answers = Answers()
            deadline = time.monotonic() + STATUS_SECONDS
            received = b""
            while not answers.statuses and (left := deadline - time.monotonic()) > 0:
                part = self._line.read(min(left, _GARBAGE_SECONDS) if received else left)
                received += part
                answers.feed(part)
                if received and not part:
                    break
            if not received:
                raise OutOfReach(
                    "The printer does not answer. Check that it is switched on and that no other machine prints; if it"
                    " never answers, set answers = 'none' for it in office.toml."
                )
            answers.feed(self._line.read(_REST_SECONDS))
            is_clean = not answers.garbage and not answers.paper_statuses and not answers.process_ids
            if len(answers.statuses) == 1 and is_clean and answers.is_complete:
                return answers.statuses[0]
        raise OutOfReach("What answers is no receipt printer, or its line is set wrongly: check its settings.")

    def find_fault_while_printing(self, answers: Answers) -> OutOfReach | None:
        """Ask a printer that is silent for its state; return its fault. `answers` takes what else it sent.

        Raises LineError. A printer that does not answer now has no fault: it may be busy.
        """
        statuses = []
        for kind in STATUS_KINDS:
            before = len(answers.statuses)
            self._line.write(bytes((0x10, 0x04, kind)))
            answers.feed(self._line.read(_PRINTING_SECONDS))
            if len(answers.statuses) != before + 1 or answers.process_ids or answers.paper_statuses:
                return None
            statuses.append(answers.statuses[-1])
        return describe_status(*statuses).error
