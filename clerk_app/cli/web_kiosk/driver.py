"""The driver of a screen process: Textual's driver for textual-serve, without what a kiosk must not do."""

from __future__ import annotations

import os
from threading import Timer

from textual import events, messages
from textual.drivers.web_driver import WebDriver

END_SECONDS = 3.0  # for the screen to end after the server is gone


class KioskDriver(WebDriver):
    """Ends with its server, is always in focus, and opens no address and delivers no file."""

    def start_application_mode(self) -> None:
        super().start_application_mode()
        # the parent class reports a loss of focus, after which a field would get no key
        self._app.call_later(self._app.post_message, events.AppFocus())

    def run_input_thread(self) -> None:
        """Read the input; at its end the server is gone, and the process ends."""
        super().run_input_thread()
        if not self.exit_event.is_set():
            self._app.post_message(messages.ExitApp())
            last = Timer(END_SECONDS, os._exit, [1])
            last.daemon = True
            last.start()

    def on_meta(self, packet_type: str, payload: dict[str, object]) -> None:
        """Handle a message of the server; a page that loses the focus, and requests for files, are ignored."""
        if packet_type in ("resize", "focus", "quit", "exit"):
            super().on_meta(packet_type, payload)

    def open_url(self, url: str, new_tab: bool = True) -> None:
        """Do nothing: the page of a kiosk is never left."""

    def _deliver_file(self, *_arguments: object, **_options: object) -> None:
        """Do nothing: a kiosk gives no files."""
