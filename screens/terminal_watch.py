"""Ends an app when its terminal is closed (a dropped SSH session, a closed window), or on SIGTERM.

Textual does not: SIGHUP and SIGTERM would end the process without closing the store, and without a controlling
terminal there is no SIGHUP, so its input thread would read the end of the file for ever. Its output thread ends with
the first write to a closed terminal; then the event loop waits for it for ever, so a thread of its own watches.
"""

from __future__ import annotations

import asyncio
import os
import select
import signal
import sys
import threading
from collections.abc import Callable
from contextlib import suppress

from textual import on
from textual.events import Mount

from screens.no_color import ColourlessOutput

END_SECONDS = 5.0  # until a program that does not end after its terminal was closed is stopped; it may print a paper
EXIT_CODE = 128 + signal.SIGHUP


class TerminalWatch(ColourlessOutput):
    """An app that ends on SIGHUP or SIGTERM, or when its terminal was closed.

    It sends no colours to a terminal that shall not show any.
    """

    @on(Mount)
    def _watch_terminal(self) -> None:
        if self.is_headless or sys.__stdin__ is None:
            return
        loop = asyncio.get_running_loop()
        for number in (signal.SIGHUP, signal.SIGTERM):
            loop.add_signal_handler(number, self.exit)
        watch = (sys.__stdin__.fileno(), lambda: loop.call_soon_threadsafe(self.exit))
        threading.Thread(target=_end_with_terminal, args=watch, name="terminal", daemon=True).start()


def _end_with_terminal(terminal: int, end: Callable[[], object]) -> None:
    """Wait until the terminal is closed, call `end`, and stop the process if it is still there after END_SECONDS."""
    closed = select.poll()
    closed.register(terminal, 0)  # POLLHUP and POLLERR are always reported
    closed.poll()
    with suppress(RuntimeError):  # the loop has ended already
        end()
    threading.Event().wait(END_SECONDS)
    os._exit(EXIT_CODE)  # the store is safe: it is written in transactions
