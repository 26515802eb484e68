"""The exchange with the center, in threads of the running program: what is done here goes up, what is new comes down.

One thread sends and takes over, woken by the door, by the center's news, or by the end of a pause after a failure.
The other one waits at the center for news, as long as the first has nothing left to do. Screens wait for neither.
Of several programs on one folder one carries the exchange; when it ends, another takes over.
"""

from __future__ import annotations

import random
import threading
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from pathlib import Path

from clerk_app.errors import BadData, ClerkError, OutOfReach, Refused
from clerk_app.ledger.door import Door
from clerk_app.sync.http import AskedToWait
from clerk_app.sync.line import Line
from clerk_app.sync.turn import alone
from db.errors import StoreError

LOCK = "exchange.lock"
WAIT = 25.0  # seconds at the center for news; what stands between may hang up after a minute
LOOK_EVERY = 2.0  # seconds: what another program on this folder did is noticed so soon
FIRST, LONGEST = 1.0, 30.0  # seconds between two tries; each is about twice as long as the one before
SHUT_OUT = 60.0  # seconds, where the center does not listen to this window


class Exchange:
    """The running exchange of one program. `errands` are done after each round that brought everything."""

    def __init__(
        self,
        line: Line,
        door: Door,
        folder: Path,
        errands: Sequence[Callable[[], None]] = (),
        *,
        first_pause: float = FIRST,
        longest_pause: float = LONGEST,
    ) -> None:
        self._line = line
        self._door = door
        self._lock = folder / LOCK
        self._errands = errands
        self._pauses = (first_pause, longest_pause)
        self._bell = threading.Event()
        self._settled = threading.Event()  # everything is sent and taken over: now news are waited for
        self._hurry = threading.Event()  # cuts a pause short
        self._ending = threading.Event()
        self._trouble: ClerkError | None = None
        self._threads = [
            threading.Thread(target=run, name=name, daemon=True)
            for name, run in (("exchange", self._carry), ("news", self._listen))
        ]

    @property
    def trouble(self) -> str:
        """Why the center does not listen to this window, in the language spoken now; empty if it does."""
        trouble = self._trouble
        return str(trouble) if trouble is not None else ""

    def start(self) -> None:
        """Begins; called once."""
        self._door.on_change = lambda _scopes: self._bell.set()
        self._bell.set()
        for thread in self._threads:
            thread.start()

    def wake(self) -> None:
        """Exchanges now, also in the middle of a pause."""
        self._hurry.set()
        self._bell.set()

    def ring(self) -> None:
        """Exchanges now, if no pause is under way."""
        self._bell.set()

    def stop(self, patience: float = 2.0) -> None:
        """Ends after the step under way, `patience` seconds at most: whatever has no answer is sent again."""
        self._door.on_change = None
        self._ending.set()
        for event in (self._hurry, self._bell, self._settled):
            event.set()
        self._threads[0].join(patience)

    # what the threads do

    def _carry(self) -> None:
        while not self._ending.is_set():
            with alone(self._lock) as ours:
                if ours:
                    self._exchange_until_the_end()
            self._ending.wait(LOOK_EVERY)

    def _exchange_until_the_end(self) -> None:
        failures = 0
        while not self._ending.is_set():
            if not self._bell.wait(LOOK_EVERY) and not self._something_waits():
                continue
            self._bell.clear()
            try:
                self._round()
            except Exception as error:  # nothing may end the exchange but the program
                if self._ending.is_set():
                    return
                self._settled.clear()
                failures += 1
                self._note(error)
                self._hurry.clear()
                self._hurry.wait(self._pause(error, failures))
                self._bell.set()
            else:
                failures, self._trouble = 0, None
                self._settled.set()

    def _round(self) -> None:
        """Everything that waits goes, everything that is new comes, numbers are borrowed."""
        while self._line.step() and not self._ending.is_set():
            pass
        self._line.ensure_numbers()
        for errand in self._errands:
            with suppress(Refused, BadData, AskedToWait):  # no errand is worth the line: it is tried again
                errand()

    def _something_waits(self) -> bool:
        try:
            with self._line.store.read() as look:
                row = look.one("ledger.unanswered")
        except StoreError:
            return False
        return row is not None and row["many"] > 0

    def _note(self, error: Exception) -> None:
        """Where nobody answers, since when; where we are not listened to, why."""
        if isinstance(error, OutOfReach | StoreError):
            self._trouble = None
        elif isinstance(error, ClerkError):
            self._trouble = error
        else:
            self._trouble = BadData("The exchange with the center failed inside ({kind}).", kind=type(error).__name__)
        if isinstance(error, OutOfReach) and not isinstance(error, AskedToWait):
            with suppress(StoreError):
                self._line.lost()

    def _pause(self, error: Exception, failures: int) -> float:
        told = error.seconds if isinstance(error, AskedToWait) else 0.0
        first, longest = self._pauses
        if isinstance(error, Refused):
            longest = max(longest, SHUT_OUT)
        most = min(first * 2.0 ** min(failures - 1, 16), longest)
        return max(told, most * random.uniform(0.5, 1.0))  # noqa: S311  (a thousand windows must not come back at once)

    def _listen(self) -> None:
        while not self._ending.is_set():
            self._settled.wait()
            began = time.monotonic()
            try:
                news = self._ending.is_set() or self._line.listen(WAIT)
            except Exception:
                news = True  # the next round finds out what is wrong, and says it
            if news:
                self._settled.clear()
                self._bell.set()
            elif time.monotonic() - began < FIRST:
                self._ending.wait(FIRST)  # a center that does not let anybody wait is asked no more often
