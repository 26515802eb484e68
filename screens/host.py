"""The contract between a screen and the app that shows it.

Screens, dialogs and widgets depend on `ScreenHost` and never on `screens.app`, where `ClerkApp` implements it.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Coroutine
from dataclasses import dataclass
from typing import Any, Generic, Protocol, TypeVar, cast

from textual.message_pump import MessagePump
from textual.notifications import SeverityLevel
from textual.screen import ModalScreen

from screens.key_gate import KeyHold

T = TypeVar("T")


@dataclass(frozen=True)
class StatusMessage:
    """A sentence for the message line."""

    text: str = ""
    severity: SeverityLevel = "information"


class Question(ModalScreen[None], Generic[T]):
    """A modal screen that asks for one value.

    `answer` is a future of the value; it is None if the user went back. `closing_hold` is the key hold that the
    question takes when it closes, so that keys typed ahead wait until the action has used the answer.
    """

    def __init__(self) -> None:
        super().__init__()
        self.answer: asyncio.Future[T | None] = asyncio.get_running_loop().create_future()
        self.closing_hold = KeyHold()


class ScreenHost(Protocol):
    """What a screen may ask of the app that shows it."""

    @property
    def message(self) -> StatusMessage:
        """The sentence on the message line."""
        ...

    @property
    def gate_closed(self) -> bool:
        """Whether keys wait: one is being handled, or an action is running."""
        ...

    def perform(self, action: Coroutine[Any, Any, None]) -> None:
        """Run an action while keys wait; show its error, if any, on the message line.

        Only one action runs at a time: while one is running, another is dropped and the bell rings.
        """
        ...

    async def ask(self, call: Callable[[], T]) -> T:
        """Run a blocking call in the service thread and return its result. Calls run in the order of `ask`."""
        ...

    def fetch(self, call: Callable[[], T], then: Callable[[T], Awaitable[None] | None], *, group: str = ...) -> None:
        """Run `call` in the background and pass its result to `then`; replaces a running fetch of the same group."""
        ...

    def run_in_background(self, work: Coroutine[Any, Any, object]) -> None:
        """Run a coroutine while keys continue; show its error, if any, on the message line."""
        ...

    async def show(self, question: Question[T]) -> T | None:
        """Show a dialog and return its answer, None if the user went back."""
        ...

    def notify(self, message: str, *, severity: SeverityLevel = ...) -> None:
        """Show a sentence on the message line; an error also rings the bell."""
        ...

    def clear_message(self) -> None:
        """Empty the message line."""
        ...

    def hold_keys(self) -> KeyHold:
        """Make keys wait until the hold is released."""
        ...

    def release_keys(self, hold: KeyHold) -> None:
        """Release a hold."""
        ...


def host_of(node: MessagePump) -> ScreenHost:
    """Return the host of a screen or widget."""
    return cast(ScreenHost, node.app)
