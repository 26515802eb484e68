"""An item of the F8 menu of the counter."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from clerk_app.views.counter import CounterView
from screens.counter.frame import CounterFrame


@dataclass(frozen=True)
class MenuItem:
    """An item of the menu: its number, when it is available, and the coroutine that it runs as part of the F8 action.

    The number stays the same in every situation and version, so that it can be typed from memory.
    """

    number: int
    id: str
    name: str
    available: Callable[[CounterView], bool]
    run: Callable[[CounterFrame], Awaitable[None]]


def serves_ticket(view: CounterView) -> bool:
    """Return whether a ticket is served at the window."""
    return view.serving is not None and bool(view.serving.number)


def has_draft(view: CounterView) -> bool:
    """Return whether a draft is on the screen."""
    return view.intake is not None
