"""Ends an app when its terminal is closed (a dropped SSH session, a closed window), or on SIGTERM; reads any bytes.

Textual does none of this: SIGHUP and SIGTERM would end the process without closing the store, and without a controlling
terminal there is no SIGHUP, so its input thread would read the end of the file for ever. A byte that is no UTF-8 would
end that thread, and with it the app (Textual issue 6456).
"""

from __future__ import annotations

import asyncio
import codecs
import select
import signal
import sys
from functools import partial

from textual import on
from textual.driver import Driver
from textual.events import Mount

from screens.no_color import ColourlessOutput

CHECK_SECONDS = 1.0


def replace_invalid_bytes(driver: type[Driver]) -> None:
    """Make a driver of Textual read bytes that are no UTF-8 as U+FFFD; a driver without this decoder is not changed."""
    module = vars(sys.modules[driver.__module__])
    if "getincrementaldecoder" in module:
        module["getincrementaldecoder"] = make_decoder


def make_decoder(encoding: str) -> partial[codecs.IncrementalDecoder]:
    """Return the constructor of a decoder that replaces invalid bytes, like `codecs.getincrementaldecoder`."""
    return partial(codecs.getincrementaldecoder(encoding), errors="replace")


class TerminalWatch(ColourlessOutput):
    """An app that ends on SIGHUP or SIGTERM, or at most CHECK_SECONDS after its terminal was closed.

    It sends no colours to a terminal that shall not show any.
    """

    def get_driver_class(self) -> type[Driver]:
        driver = super().get_driver_class()
        replace_invalid_bytes(driver)
        return driver

    @on(Mount)
    def _watch_terminal(self) -> None:
        if self.is_headless or sys.__stdin__ is None:
            return
        for number in (signal.SIGHUP, signal.SIGTERM):
            asyncio.get_running_loop().add_signal_handler(number, self.exit)
        terminal = select.poll()
        terminal.register(sys.__stdin__.fileno(), 0)  # POLLHUP and POLLERR are always reported

        def check() -> None:
            if terminal.poll(0):
                self.exit()

        self.set_interval(CHECK_SECONDS, check)
