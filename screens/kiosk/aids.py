"""Aids for every citizen at a kiosk, on every page: language, call of staff, and the countdown that a touch stops."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual import events
from textual.binding import Binding

from screens.kiosk.citizen_process import CitizenProcess
from screens.kiosk.screen import KioskScreen, next_language
from screens.kiosk.staff_call import call_staff

if TYPE_CHECKING:
    from clerk_app.views.kiosk import KioskService
    from screens.kiosk.idle import IdleTime


AID_BINDINGS = (
    Binding("asterisk", "language", show=False, priority=True),
    Binding("f1", "call_staff", show=False, priority=True),
)


class KioskAids(CitizenProcess, inherit_bindings=False):
    """An app with the aids; a subclass sets the attributes."""

    service: KioskService | None
    _kiosk_screen: KioskScreen
    _idle: IdleTime

    def action_language(self) -> None:
        self.change_language(next_language()[0])

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
        if self._idle.take_input(event):
            if self._idle.seconds_left:
                self._show_countdown(0)
            if not isinstance(event, events.Key) or not event.is_printable:
                return
            self.skip_typed_run()  # a scan is used, a typed character is not
        await super().on_event(event)
