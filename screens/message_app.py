"""The message line of an app: one sentence at a time, which stays until the next act."""

from __future__ import annotations

from time import monotonic

from textual.notifications import SeverityLevel

from screens.drawing_app import DrawingApp
from screens.host import StatusMessage
from screens.widgets.status_lines import MessageLine

MIN_ERROR_SECONDS = 1.5  # an error stays this long, even if a queued key starts another action


class MessageApp(DrawingApp):
    """An app that shows its messages on the message lines of its screens instead of Textual's toasts."""

    def __init__(self) -> None:
        super().__init__()
        self.message = StatusMessage()
        self._message_at = 0.0

    def on_load(self) -> None:
        """Have no parts for toasts and tooltips on the screens, where they would stay empty."""
        self._disable_notifications = self._disable_tooltips = True

    def notify(
        self,
        message: str,
        *,
        title: str = "",  # noqa: ARG002
        severity: SeverityLevel = "information",
        timeout: float | None = None,  # noqa: ARG002
        markup: bool = True,  # noqa: ARG002
    ) -> None:
        """Show a sentence on the message line; a new error also rings the bell."""
        again, self.message = self.message.text == message, StatusMessage(message, severity)
        self._message_at = monotonic()
        for screen in self.screen_stack:
            for line in screen.query(MessageLine):
                line.refresh(layout=True)
        if severity == "error" and not again:
            self.bell()

    def clear_message(self) -> None:
        """Empty the message line."""
        self.notify("")

    def end_message(self) -> None:
        """Empty the message line for the next act; an error stays MIN_ERROR_SECONDS, also if keys were typed ahead."""
        shown, age = self.message, monotonic() - self._message_at
        if shown.severity == "error" and age < MIN_ERROR_SECONDS:
            self.set_timer(MIN_ERROR_SECONDS - age, lambda: self.clear_message() if self.message is shown else None)
        elif shown.text:
            self.clear_message()
