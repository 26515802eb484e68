"""State of a printer for a screen that shows it: read in the background, because a printer answers in seconds."""

from __future__ import annotations

import threading
import time

from clerk_app.paper.printers.printer import PrinterState
from clerk_app.paper.printers.printer_set import PrinterSet, is_folder

WATCH_SECONDS = 10.0
"""Age at which a state is read again."""


class PrinterWatch:
    """The newest known state of the printer of one kind of paper."""

    def __init__(self, printers: PrinterSet, kind: str) -> None:
        self._printer = printers.for_paper(kind)
        self._state: PrinterState | None = None
        self._read_at = 0.0
        self._reading = threading.Lock()

    def find_trouble(self) -> str:
        """Return why the printer cannot print, as far as it is known; empty if it can. Does not wait for a device."""
        if is_folder(self._printer):
            return self._printer.read_state().problem
        is_old = not self._read_at or time.monotonic() - self._read_at > WATCH_SECONDS
        if is_old and self._reading.acquire(blocking=False):
            threading.Thread(target=self._read, name="printer-watch", daemon=True).start()
        return self._state.problem if self._state is not None else ""

    def _read(self) -> None:
        try:
            self._state = self._printer.read_state()
        finally:
            self._read_at = time.monotonic()
            self._reading.release()
