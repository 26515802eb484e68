"""No key goes astray: a key leaves only after the one before it has had its effect.

Textual forwards a key and takes the next at once, so in a burst (a wedge scanner, a fast clerk while the loop is busy)
keys reach the old focus when a binding moves the focus or pushes a screen. The gate lets one key finish its journey (up
its own branch of the tree, behind it in every queue) before the next one leaves. An act in flight holds the gate too,
as a 5250 terminal keeps its "keyahead": what is typed meanwhile lands after it.
"""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass
from time import monotonic

from textual import events
from textual.app import App
from textual.message_pump import MessagePump

CANCEL = ("escape", "ctrl+g")


@dataclass(eq=False)
class Hold:
    """A reason for the gate to stay shut. Made by `hold_keys`, given back to `release_keys`."""

    asking: bool = False  # waits for a desk now, so Escape means "forget what I typed ahead"


class KeyGate(App[None]):
    """An app whose keys and pastes arrive one by one, each where it would have landed alone.

    While an act waits for a desk, Escape or Ctrl+G empties what was typed ahead. A hold never lasts for ever: a key
    that arrives more than LONGEST seconds after the gate was shut opens it and drops what was held (`keys_dropped`).
    """

    PASSES = 3  # a key's binding may post a message whose handler moves the focus
    LONGEST = 20.0  # seconds
    MOST = 4096  # keys typed ahead; a wedge sends about 1,500 for the largest code

    def __init__(self) -> None:
        super().__init__()
        self._held: deque[events.Key | events.Paste] = deque()
        self._holds: set[Hold] = set()
        self._travelling = False
        self._turn = 0
        self._passes_left = 0
        self._shut_at = 0.0

    @property
    def keys_waiting(self) -> bool:
        """Whether the gate is shut now."""
        return self._travelling or bool(self._holds)

    @property
    def act_in_flight(self) -> bool:
        """Whether an act holds the gate."""
        return bool(self._holds)

    def hold_keys(self) -> Hold:
        """Shut the gate until the hold is released."""
        if not self._holds:
            self._shut_at = monotonic()
        hold = Hold()
        self._holds.add(hold)
        return hold

    def release_keys(self, hold: Hold) -> None:
        """Take a hold away; after the last one, keys move on once what the act changed has settled."""
        if hold in self._holds:
            self._holds.discard(hold)
            if not self._holds:
                self._settle_from(self.focused or self.screen)

    def keys_dropped(self, count: int, *, overdue: bool) -> None:
        """Called when keys typed ahead were thrown away, by the person's wish or because the act is overdue."""

    async def on_event(self, event: events.Event) -> None:
        if self._holds and isinstance(event, events.MouseDown):
            return
        if not isinstance(event, events.Key | events.Paste) or event.is_forwarded:
            await super().on_event(event)
            return
        if isinstance(event, events.Key) and event.key == "ctrl+j":
            event = _entered()  # an Enter typed before the terminal was ours: its line discipline made it a line feed
        if self.keys_waiting and monotonic() - self._shut_at > self.LONGEST:
            self._open_by_force()
        if self._asking() and isinstance(event, events.Key) and event.key in CANCEL:
            self._drop(overdue=False)
        elif not self.keys_waiting:
            await self._send(event)
        elif len(self._held) < self.MOST:
            self._held.append(event)

    async def _send(self, event: events.Key | events.Paste) -> None:
        self._travelling, self._shut_at = True, monotonic()
        target = self.focused or self.screen
        try:
            await super().on_event(event)
        finally:
            self._settle_from(target)

    def _settle_from(self, node: MessagePump) -> None:
        self._travelling = True
        self._turn += 1
        self._passes_left = self.PASSES
        self._hop(node, self._turn)

    def _hop(self, node: MessagePump | None, turn: int) -> None:
        """Follow the key's own way up the tree, behind it in every queue."""
        on_the_way = node is not None and node is not self and node.is_attached
        if not (on_the_way and node is not None and node.post_message(events.Callback(_Step(self, node, turn).take))):
            self.call_later(self._settled, turn)

    async def _settled(self, turn: int) -> None:
        if turn != self._turn:
            return
        self._passes_left -= 1
        if self._passes_left >= 0:
            self._hop(self.focused or self.screen, turn)
            return
        self._travelling = False
        if self._held and not self._holds:
            await self._send(self._held.popleft())

    def _asking(self) -> bool:
        return any(hold.asking for hold in self._holds)

    def _open_by_force(self) -> None:
        self._holds.clear()
        self._travelling = False
        self._turn += 1
        self._drop(overdue=True)

    def _drop(self, *, overdue: bool) -> None:
        count = len(self._held)
        self._held.clear()
        self.keys_dropped(count, overdue=overdue)


def _entered() -> events.Key:
    return events.Key("enter", "\r")


@dataclass
class _Step:
    """A hop in one node's queue. A bound method is posted and no partial: Textual inspects every partial anew."""

    gate: KeyGate
    node: MessagePump
    turn: int

    def take(self) -> None:
        self.gate._hop(self.node._parent, self.turn)
