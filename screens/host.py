"""The interface between a screen and the app that shows it.

Screens, dialogs and widgets import `ScreenHost`; `screens.app` implements it as `ClerkApp`, and they never import that.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Coroutine
from typing import TYPE_CHECKING, Any, Generic, NamedTuple, Protocol, TypeVar, cast

from textual.message_pump import MessagePump
from textual.notifications import SeverityLevel
from textual.screen import ModalScreen

from screens.key_gate import KeyHold
from screens.scan_receiver import ANSWER_FIRST, ScanReceiver

if TYPE_CHECKING:
    from clerk_app.views.drawing import DrawingService

T = TypeVar("T")


class StatusMessage(NamedTuple):
    """A sentence for the message line."""

    text: str = ""
    severity: SeverityLevel = "information"


class Question(ModalScreen[None], ScanReceiver, Generic[T]):
    """A modal screen in which the user enters one value.

    `answer` is a future for the value; its result is None if the user went back. When the screen closes, it starts a
    key hold (`closing_hold`): keys are queued until the action that opened the screen has used the answer.
    """

    scan_refusal = ANSWER_FIRST

    def __init__(self) -> None:
        super().__init__()
        self.answer: asyncio.Future[T | None] = asyncio.get_running_loop().create_future()
        self.closing_hold = KeyHold()


class ScreenHost(Protocol):
    """The methods of the app that a screen may call."""

    @property
    def message(self) -> StatusMessage:
        """The current sentence on the message line."""
        ...

    @property
    def drawing(self) -> DrawingService | None:
        """Draws pictures and large text; None until the store is open."""
        ...

    @property
    def has_all_colours(self) -> bool:
        """Whether colours are sent in 24 bits, unchanged."""
        ...

    def write_graphics(self, message: str) -> None:
        """Send a message of a graphics protocol, which moves no cursor, to the terminal."""
        ...

    @property
    def gate_closed(self) -> bool:
        """Whether new keys are queued, because a key is being handled or an action is running."""
        ...

    def perform(self, action: Coroutine[Any, Any, None]) -> None:
        """Start an action. Keys are queued until it ends; an error that it raises is shown on the message line.

        Only one action runs at a time: while an action is running, another one is dropped and the bell rings.
        """
        ...

    async def ask(self, call: Callable[[], T]) -> T:
        """Run a blocking service call in the worker thread and return its result.

        Calls run one after another, in the order in which `ask` was called. Raises what `call` raises.
        """
        ...

    def fetch(self, call: Callable[[], T], then: Callable[[T], Awaitable[None] | None], *, group: str = ...) -> None:
        """Run `call` in the background and pass its result to `then`; cancels a running fetch of the same group."""
        ...

    def run_in_background(self, work: Coroutine[Any, Any, object]) -> None:
        """Run a coroutine without queuing keys; an error that it raises is shown on the message line."""
        ...

    async def show(self, question: Question[T]) -> T | None:
        """Show a dialog and return the value entered, or None if the user went back."""
        ...

    def notify(self, message: str, *, severity: SeverityLevel = ...) -> None:
        """Show a sentence on the message line; an error also rings the bell."""
        ...

    def clear_message(self) -> None:
        """Empty the message line."""
        ...

    def end_message(self) -> None:
        """Empty the message line for the next act; an error stays a moment, also if keys were typed ahead."""
        ...

    def hold_keys(self) -> KeyHold:
        """Queue keys until `release_keys` is called with the returned hold."""
        ...

    def drop_queued_keys(self, *names: str) -> None:
        """Drop queued keys with these names: they were pressed before the user could see what they would answer."""
        ...

    def release_keys(self, hold: KeyHold) -> None:
        """End a hold; when no hold is left, the queued keys are delivered."""
        ...


def host_of(node: MessagePump) -> ScreenHost:
    """Return the host of a screen or widget."""
    return cast(ScreenHost, node.app)
