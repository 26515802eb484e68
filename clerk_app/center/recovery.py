"""Which machines have sent again what a restored center lacks, and whether others still wait for them.

An entry may depend on one that another machine has: a decision on the case of a window that is still cut off. Until
all machines have sent again what they have, such an entry is not refused: its machine keeps it and sends it again
later. Kept in memory: a machine repeats with each poll that it has nothing left to send. An administrator ends the wait
for a machine that is lost (`clerk_app/ledger/recovery_wait.py`), an exclusion does too.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Collection
from dataclasses import dataclass, field

from clerk_app.ledger.recovery_wait import WAIT_HOURS, list_awaited, read_beginning
from clerk_app.ledger.replication.messages import CallRequest, PullRequest, PushRequest
from db.engines import Row, Store

_HOUR = 3_600_000_000


@dataclass
class _Epoch:
    """State of one epoch of the center, which begins with a restore."""

    epoch: str = ""
    began_at: int = 0  # microseconds UTC
    returned: set[str] = field(default_factory=set)  # nodes that have nothing left to send again
    progress: int = 0  # counts what the machines that have not returned sent
    blocked: dict[str, tuple[int, int]] = field(default_factory=dict)  # by node: entry that waits, progress when tried


class Recovery:
    """Follows the nodes of one center after a restore. Thread-safe."""

    def __init__(self, store: Store, clock: Callable[[], int]) -> None:
        self._store = store
        self._clock = clock
        self._lock = threading.Lock()
        self._state = _Epoch()

    def note_pull(self, node: str, message: PullRequest) -> None:
        """Note whether a node has nothing left to send; programs of earlier versions pull only then."""
        with self._lock:
            state = self._state
            if message.all_sent is not False and message.epoch and message.epoch == state.epoch:
                state.progress += node not in state.returned
                state.returned.add(node)
                state.blocked.pop(node, None)

    def note_awaiting(self, node: str, number: int) -> None:
        """Note the entry of a node that waits; 0 for none."""
        with self._lock:
            state = self._state
            before, _tried_at = state.blocked.pop(node, (0, 0))
            state.progress += before != number
            if number:
                state.blocked[node] = number, state.progress

    def may_wait(self, node: Row, message: PushRequest | CallRequest) -> bool:
        """Return whether entries of this request that are refused now may be accepted later."""
        if not message.may_wait or not message.epoch:
            return False
        with self._store.read() as tx, self._lock:
            own = tx.get("nodes", here=True)
            if own is None or not own["previous_epoch"] or own["epoch"] != message.epoch:
                return False
            if own["epoch"] != self._state.epoch:
                self._state = _Epoch(own["epoch"], read_beginning(tx, own["id"]))
            if node["id"] in self._state.returned or self._clock() > self._state.began_at + WAIT_HOURS * _HOUR:
                return False
            awaited = list_awaited(tx, own["epoch"], self._state.began_at)
            return self._is_waited_for(node["id"], [other for other in awaited if other != node["id"]])

    def _is_waited_for(self, node: str, others: Collection[str]) -> bool:
        missing = [other for other in others if other not in self._state.returned]
        if not missing:
            return False
        tried_at = {other: at for other, (_number, at) in self._state.blocked.items()}
        # machines that wait for each other: once each has tried in vain what the others had sent, nothing is missing
        return not all(tried_at.get(other) == self._state.progress for other in (node, *missing))
