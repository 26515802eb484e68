"""Ends an app when its terminal is closed (a dropped SSH session, a closed window), or on SIGTERM.

Textual does not: SIGHUP and SIGTERM would end the process without closing the store, and without a controlling
terminal there is no SIGHUP, so its input thread would read the end of the file for ever.
"""

from __future__ import annotations

import asyncio
import select
import signal
import sys

from textual import on
from textual.events import Mount

from screens.no_color import ColourlessOutput

CHECK_SECONDS = 1.0


class TerminalWatch(ColourlessOutput):
    """An app that ends on SIGHUP or SIGTERM, or at most CHECK_SECONDS after its terminal was closed.

    It sends no colours to a terminal that shall not show any.
    """

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
