"""Deliver keys one at a time: forward a key only after the previous key has taken full effect.

Textual forwards the next key before the effects of a key are complete. In a burst (a wedge scanner, or fast typing
while the event loop is busy), keys would reach the old focus although a binding moves the focus or pushes a screen.
The gate therefore waits until a key has passed every message queue from the focused widget up to the app. A running
action closes the gate too: keys are queued and delivered after the action, like the "keyahead" of a 5250 terminal.
`ScanGate` adds the recognition of scans.
"""

from __future__ import annotations

from asyncio import get_running_loop
from collections import deque
from collections.abc import Iterable
from time import monotonic

from textual import events
from textual.message_pump import MessagePump

from screens.terminal_input import TerminalInput

CANCEL_KEYS = ("escape", "ctrl+g")
KeyItem = object  # an item of the queue: a key, a paste, or what a subclass makes of several keys


class KeyHold:
    """A reason to keep the gate closed. `hold_keys` returns it, `release_keys` ends it."""

    awaiting_answer = False  # the action waits for a service call; Escape drops the queued keys


class KeyGate(TerminalInput):
    """An app that delivers keys and pastes as if the user waited for the effect of each before typing the next.

    While an action waits for a service call, Escape or Ctrl+G drops the queued keys. If the gate has been closed for
    more than MAX_HOLD_SECONDS, the next key ends all holds and drops the queued keys (`report_dropped_keys`).
    """

    SETTLE_PASSES = 3  # a key's binding may post a message whose handler moves the focus
    MAX_HOLD_SECONDS = 20.0
    MAX_KEYS_AHEAD = 4096  # a wedge scanner sends about 1,500 keys for the largest code

    def __init__(self) -> None:
        super().__init__()
        self._keys_ahead: deque[KeyItem] = deque()
        self._holds: set[KeyHold] = set()
        self._key_in_transit = False
        self._generation = 0
        self._passes_left = 0
        self._closed_at = 0.0

    @property
    def gate_closed(self) -> bool:
        """Whether new keys are queued, because a key is being handled or an action is running."""
        return self._busy

    @property
    def _busy(self) -> bool:
        return self._key_in_transit or bool(self._holds)

    @property
    def action_running(self) -> bool:
        """Whether an action keeps the gate closed."""
        return bool(self._holds)

    def hold_keys(self) -> KeyHold:
        """Close the gate until `release_keys` is called with the returned hold; keys are queued meanwhile."""
        if not self._holds:
            self._closed_at = monotonic()
        hold = KeyHold()
        self._holds.add(hold)
        return hold

    def release_keys(self, hold: KeyHold) -> None:
        """End a hold. After the last hold, deliver the queued keys once the effects of the action are complete."""
        if hold in self._holds:
            self._holds.discard(hold)
            if not self._holds:
                self._start_settling(self.focused or self.screen)

    def drop_queued_keys(self, *names: str) -> None:
        """Drop queued keys with these names: they were pressed before the user could see what they would answer."""
        self._keys_ahead = deque(
            item for item in self._keys_ahead if not (isinstance(item, events.Key) and item.key in names)
        )

    def report_dropped_keys(self, count: int, *, overdue: bool) -> None:
        """Hook: `count` queued keys were dropped, by the user or (`overdue`) because the action takes too long."""

    async def on_event(self, event: events.Event) -> None:
        if self._holds and isinstance(event, events.MouseDown):
            return
        if not isinstance(event, events.Key | events.Paste) or event.is_forwarded:
            await super().on_event(event)
            return
        if self._busy and monotonic() - self._closed_at > self.MAX_HOLD_SECONDS:
            self._force_open()
        if self._awaiting_answer() and isinstance(event, events.Key) and event.key in CANCEL_KEYS:
            self._drop_keys_ahead(overdue=False)
            return
        await self._queue_keys(self._read_keys(event))

    async def _queue_keys(self, found: Iterable[KeyItem]) -> None:
        for item in found:
            if len(self._keys_ahead) < self.MAX_KEYS_AHEAD:
                self._keys_ahead.append(item)
        await self._deliver_next()

    async def _deliver_next(self) -> None:
        while self._keys_ahead and not self._busy:
            await self._deliver(self._keys_ahead.popleft())

    async def _deliver(self, item: KeyItem) -> None:
        """Deliver the first item of the queue."""
        if isinstance(item, events.Key | events.Paste):
            await self._forward_key(item)

    def _read_keys(self, event: events.Key | events.Paste) -> Iterable[KeyItem]:
        """Return the items to queue for `event`."""
        return (event,)

    def _drop_unread_keys(self) -> int:
        """Drop the keys that are not queued yet; return their number."""
        return 0

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
        """Run a callback behind the messages queued at `node`; it repeats this at the parent, up to the app.

        At a node without messages it runs in the next round of the event loop, which costs less than a message.
        """
        if node is None or node is self or not node.is_attached:
            self.call_later(self._finish_pass, generation)
            return
        hop = _Hop(self, node, generation)
        if is_waiting(node):
            get_running_loop().call_soon(hop.run)
        elif not node.post_message(events.Callback(hop.run)):
            self.call_later(self._finish_pass, generation)

    async def _finish_pass(self, generation: int) -> None:
        if generation != self._generation:
            return
        self._passes_left -= 1
        if self._passes_left >= 0:
            self._follow_key(self.focused or self.screen, generation)
            return
        self._key_in_transit = False
        await self._deliver_next()

    def _count_keys(self, item: KeyItem) -> int:  # noqa: ARG002
        return 1

    def _awaiting_answer(self) -> bool:
        return any(hold.awaiting_answer for hold in self._holds)

    def _force_open(self) -> None:
        self._holds.clear()
        self._key_in_transit = False
        self._generation += 1
        self._drop_keys_ahead(overdue=True)

    def _drop_keys_ahead(self, *, overdue: bool) -> None:
        queued = sum(map(self._count_keys, self._keys_ahead))  # first: dropping a run empties it
        self._keys_ahead.clear()
        self.report_dropped_keys(queued + self._drop_unread_keys(), overdue=overdue)


def is_waiting(node: MessagePump) -> bool:
    """Return whether `node` has no message queued and is handling none."""
    return node._message_queue.empty() and bool(node._message_queue.ready_event._waiters)


class _Hop:
    """One step up the tree. A bound method is posted, because Textual would inspect a partial again at each call."""

    def __init__(self, gate: KeyGate, node: MessagePump, generation: int) -> None:
        self.gate = gate
        self.node = node
        self.generation = generation

    def run(self) -> None:
        self.gate._follow_key(self.node._parent, self.generation)
