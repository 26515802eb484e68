"""The call for help: Ctrl+E twice within a second, on each screen and in each dialog of a window.

The keys are read before they are queued, so that a running act or an open dialog does not delay the call. The first
press also does what it always does (in a field it moves the cursor to the end), so one press alone calls nobody.
"""

from __future__ import annotations

from time import monotonic
from typing import Protocol, runtime_checkable

from textual import events

from screens import keys
from screens.scan_gate import ScanGate

SECOND_PRESS_SECONDS = 1.0


@runtime_checkable
class CallsForHelp(Protocol):
    """A screen of a window that can call for help."""

    def call_help(self) -> None:
        """Begin the call; it runs in the background."""
        ...


class HelpKeys(ScanGate):
    """A scan gate that hands the keys of the call for help to the screen of the window."""

    def __init__(self) -> None:
        super().__init__()
        self._first_press = 0.0

    async def on_event(self, event: events.Event) -> None:
        if isinstance(event, events.Key) and not event.is_forwarded:
            now, is_help = monotonic(), event.key == keys.HELP_CALL.key
            is_second = is_help and now - self._first_press <= SECOND_PRESS_SECONDS
            self._first_press = now if is_help and not is_second else 0.0
            screen = next((each for each in self.screen_stack if isinstance(each, CallsForHelp)), None)
            if is_second and screen is not None:
                screen.call_help()
                return
        await super().on_event(event)
