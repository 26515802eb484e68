"""The driver of a screen process: Textual's driver for textual-serve, without what a kiosk must not do."""

from __future__ import annotations

import os
from threading import Lock, Timer
from time import monotonic

from textual import events, messages
from textual.drivers.web_driver import WebDriver
from textual.message import Message

HOLD_SECONDS = 0.1  # between checks whether the kiosk is ready for keys
HOLD_AT_MOST = 20.0  # seconds in which keys wait for a store that cannot be opened
END_SECONDS = 3.0  # for the screen to end after the server is gone


class KioskDriver(WebDriver):
    """Ends with its server, is always in focus, and opens no address and delivers no file."""

    def start_application_mode(self) -> None:
        self._held: list[Message] = []
        self._lock = Lock()
        self._was_ready = False
        self._started_at = monotonic()
        super().start_application_mode()
        # the parent class reports a loss of focus, after which a field would get no key
        self._app.call_later(self._app.post_message, events.AppFocus())

    def process_message(self, message: Message) -> None:
        """Pass an event on; keys wait until the kiosk has opened its store, so that a first scan is not lost."""
        if isinstance(message, events.Key | events.Paste) and (self._held or not self._has_view):
            with self._lock:
                self._held.append(message)
                is_first = len(self._held) == 1
            if is_first:
                self._release_later()
            return
        super().process_message(message)

    @property
    def _has_view(self) -> bool:
        """Whether the kiosk has read its first view, or could not for HOLD_AT_MOST; another app needs none."""
        return getattr(self._app, "view", True) is not None or monotonic() - self._started_at > HOLD_AT_MOST

    def _release_later(self) -> None:
        """Pass the held keys on as soon as the kiosk is ready."""
        timer = Timer(HOLD_SECONDS, self._release)
        timer.daemon = True
        timer.start()

    def _release(self) -> None:
        ready, self._was_ready = self._was_ready, self._has_view  # the page with the view is mounted after it is read
        with self._lock:
            if ready:
                for message in self._held:
                    super().process_message(message)
                self._held.clear()
                return
        self._release_later()

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
