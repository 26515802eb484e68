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

CANCEL_KEYS = ("escape", "ctrl+g")


@dataclass(eq=False)
class KeyHold:
    """A reason for the gate to stay shut. Made by `hold_keys`, given back to `release_keys`."""

    awaiting_answer: bool = False  # waits for a desk now, so Escape means "forget what I typed ahead"


class KeyGate(App[None]):
    """An app whose keys and pastes arrive one by one, each where it would have landed alone.

    While an act waits for a desk, Escape or Ctrl+G empties what was typed ahead. A hold never lasts for ever: a key
    that arrives more than LONGEST seconds after the gate was shut opens it and drops what was held (`keys_dropped`).
    """

    SETTLE_PASSES = 3  # a key's binding may post a message whose handler moves the focus
    MAX_HOLD_SECONDS = 20.0  # seconds
    MAX_KEYS_AHEAD = 4096  # keys typed ahead; a wedge sends about 1,500 for the largest code

    def __init__(self) -> None:
        super().__init__()
        self._keys_ahead: deque[events.Key | events.Paste] = deque()
        self._holds: set[KeyHold] = set()
        self._key_in_transit = False
        self._generation = 0
        self._passes_left = 0
        self._closed_at = 0.0

    @property
    def gate_closed(self) -> bool:
        """Whether the gate is shut now."""
        return self._key_in_transit or bool(self._holds)

    @property
    def action_running(self) -> bool:
        """Whether an act holds the gate."""
        return bool(self._holds)

    def hold_keys(self) -> KeyHold:
        """Shut the gate until the hold is released."""
        if not self._holds:
            self._closed_at = monotonic()
        hold = KeyHold()
        self._holds.add(hold)
        return hold

    def release_keys(self, hold: KeyHold) -> None:
        """Take a hold away; after the last one, keys move on once what the act changed has settled."""
        if hold in self._holds:
            self._holds.discard(hold)
            if not self._holds:
                self._start_settling(self.focused or self.screen)

    def report_dropped_keys(self, count: int, *, overdue: bool) -> None:
        """Called when keys typed ahead were thrown away, by the person's wish or because the act is overdue."""

    async def on_event(self, event: events.Event) -> None:
        if self._holds and isinstance(event, events.MouseDown):
            return
        if not isinstance(event, events.Key | events.Paste) or event.is_forwarded:
            await super().on_event(event)
            return
        if isinstance(event, events.Key) and event.key == "ctrl+j":
            event = _enter_key()  # an Enter typed before the terminal was ours: its line discipline made it a line feed
        if self.gate_closed and monotonic() - self._closed_at > self.MAX_HOLD_SECONDS:
            self._force_open()
        if self._awaiting_answer() and isinstance(event, events.Key) and event.key in CANCEL_KEYS:
            self._drop_keys_ahead(overdue=False)
        elif not self.gate_closed:
            await self._forward_key(event)
        elif len(self._keys_ahead) < self.MAX_KEYS_AHEAD:
            self._keys_ahead.append(event)

    async def _forward_key(self, event: events.Key | events.Paste) -> None:
        self._key_in_transit, self._closed_at = True, monotonic()
        target = self.focused or self.screen
        try:
            await super().on_event(event)
        finally:
            self._start_settling(target)

    def _start_settling(self, node: MessagePump) -> None:
        self._key_in_transit = True
        self._generation += 1
        self._passes_left = self.SETTLE_PASSES
        self._follow_key(node, self._generation)

    def _follow_key(self, node: MessagePump | None, generation: int) -> None:
        """Follow the key's own way up the tree, behind it in every queue."""
        on_the_way = node is not None and node is not self and node.is_attached
        if not (
            on_the_way and node is not None and node.post_message(events.Callback(_Hop(self, node, generation).run))
        ):
            self.call_later(self._finish_pass, generation)

    async def _finish_pass(self, generation: int) -> None:
        if generation != self._generation:
            return
        self._passes_left -= 1
        if self._passes_left >= 0:
            self._follow_key(self.focused or self.screen, generation)
            return
        self._key_in_transit = False
        if self._keys_ahead and not self._holds:
            await self._forward_key(self._keys_ahead.popleft())

    def _awaiting_answer(self) -> bool:
        return any(hold.awaiting_answer for hold in self._holds)

    def _force_open(self) -> None:
        self._holds.clear()
        self._key_in_transit = False
        self._generation += 1
        self._drop_keys_ahead(overdue=True)

    def _drop_keys_ahead(self, *, overdue: bool) -> None:
        count = len(self._keys_ahead)
        self._keys_ahead.clear()
        self.report_dropped_keys(count, overdue=overdue)


def _enter_key() -> events.Key:
    return events.Key("enter", "\r")


@dataclass
class _Hop:
    """A hop in one node's queue. A bound method is posted and no partial: Textual inspects every partial anew."""

    gate: KeyGate
    node: MessagePump
    generation: int

    def run(self) -> None:
        self.gate._follow_key(self.node._parent, self.generation)
