"""Aids for every citizen at a kiosk, on every page: language, call of staff, and the countdown that a touch stops."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual import events
from textual.binding import Binding

from clerk_app.locales import current_language, is_plain, set_plain
from screens.kiosk.buttons import BigButton
from screens.kiosk.citizen_process import CitizenProcess
from screens.kiosk.idle import INPUTS, IdleTime
from screens.kiosk.reading import Reading
from screens.kiosk.screen import KioskScreen, next_language
from screens.kiosk.staff_call import call_staff

if TYPE_CHECKING:
    from clerk_app.views.kiosk import KioskService


PLAIN_SLOWNESS = 2  # how many times as long every time-out is with plain words
AID_BINDINGS = (
    Binding("asterisk", "language", show=False, priority=True),
    Binding("number_sign", "read_aloud", show=False, priority=True),
    Binding("f1", "call_staff", show=False, priority=True),
)


class KioskAids(CitizenProcess, inherit_bindings=False):
    """An app with the aids; a subclass sets the attributes."""

    service: KioskService | None
    _kiosk_screen: KioskScreen
    _idle: IdleTime
    _reading: Reading | None = None

    default_language = "zh_CN"

    @property
    def in_default_language(self) -> bool:
        """Whether the screen is as it is when nobody uses the machine: its language, without plain words."""
        return (current_language(), is_plain()) == (self.default_language, False)

    def action_language(self) -> None:
        """Choose the next language; with plain words there is twice as much time."""
        language, plain, _name = next_language(self.default_language)
        self._use_language(language, plain=plain)

    def reset_language(self) -> None:
        """Use the language of the machine, without plain words."""
        if not self.in_default_language:
            self._use_language(self.default_language, plain=False)

    def _use_language(self, language: str, *, plain: bool) -> None:
        set_plain(plain)
        self._idle.slowness = PLAIN_SLOWNESS if plain else 1
        self.change_language(language)

    def action_read_aloud(self) -> None:
        """Read the control with the focus aloud, or the page."""
        if self.service is None or not self.service.speech.is_available:
            self.bell()
            return
        self._reading = self._reading or Reading(self.service.speech, self._idle)
        focused = self._kiosk_screen.focused
        chosen = focused if isinstance(focused, BigButton) and focused.id != "read-aloud" else None
        self._reading.start(self, self._kiosk_screen.page, chosen)

    def stop_reading(self) -> None:
        """End the speech at once."""
        if self._reading is not None:
            self._reading.stop()

    def on_unmount(self) -> None:
        """End the speech with the app."""
        self.stop_reading()

    def action_call_staff(self) -> None:
        """Call a member of staff to this machine."""
        if self.service is not None:
            self.perform(call_staff(self, self.service))

    def _show_countdown(self, seconds_left: int) -> None:
        if seconds_left and seconds_left != self._idle.seconds_left:
            self.bell()
        self._idle.seconds_left = seconds_left
        self._kiosk_screen.show_countdown(seconds_left)

    async def on_event(self, event: events.Event) -> None:
        """Restart the idle time at every key and touch. A key or touch that stops the countdown has no other effect."""
        if isinstance(event, INPUTS) and not event.is_forwarded:
            self.stop_reading()
        if self._idle.take_input(event):
            if self._idle.seconds_left:
                self._show_countdown(0)
            if not isinstance(event, events.Key) or not event.is_printable:
                return
            self.skip_typed_run()  # a scan is used, a typed character is not
        await super().on_event(event)
