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
from clerk_app.sync.center_client import CenterClient
from clerk_app.sync.exchange_lock import try_lock
from clerk_app.sync.http_transport import RetryLater
from db.errors import StoreError

LOCK_FILE = "exchange.lock"
LONG_POLL_SECONDS = 25.0  # seconds at the center for news; what stands between may hang up after a minute
POLL_SECONDS = 2.0  # seconds: what another program on this folder did is noticed so soon
MIN_BACKOFF, MAX_BACKOFF = 1.0, 30.0  # seconds between two tries; each is about twice as long as the one before
REJECTED_BACKOFF = 60.0  # seconds, where the center does not listen to this window


class SyncWorker:
    """The running exchange of one program. `errands` are done after each round that brought everything."""

    def __init__(
        self,
        client: CenterClient,
        door: Door,
        folder: Path,
        background_jobs: Sequence[Callable[[], None]] = (),
        *,
        min_backoff: float = MIN_BACKOFF,
        max_backoff: float = MAX_BACKOFF,
    ) -> None:
        self._client = client
        self._door = door
        self._lock = folder / LOCK_FILE
        self._background_jobs = background_jobs
        self._backoff = (min_backoff, max_backoff)
        self._round_requested = threading.Event()
        self._idle = threading.Event()  # everything is sent and taken over: now news are waited for
        self._skip_backoff = threading.Event()  # cuts a pause short
        self._stopping = threading.Event()
        self._error: ClerkError | None = None
        self._threads = [
            threading.Thread(target=run, name=name, daemon=True)
            for name, run in (("exchange", self._run_exclusively), ("news", self._wait_for_news))
        ]

    @property
    def error_message(self) -> str:
        """Why the center does not listen to this window, in the language spoken now; empty if it does."""
        trouble = self._error
        return str(trouble) if trouble is not None else ""

    def start(self) -> None:
        """Begins; called once."""
        self._door.on_change = lambda _scopes: self._round_requested.set()
        self._round_requested.set()
        for thread in self._threads:
            thread.start()

    def wake(self) -> None:
        """Exchanges now, also in the middle of a pause."""
        self._skip_backoff.set()
        self._round_requested.set()

    def request_round(self) -> None:
        """Exchanges now, if no pause is under way."""
        self._round_requested.set()

    def stop(self, timeout: float = 2.0) -> None:
        """Ends after the step under way, `patience` seconds at most: whatever has no answer is sent again."""
        self._door.on_change = None
        self._stopping.set()
        for event in (self._skip_backoff, self._round_requested, self._idle):
            event.set()
        self._threads[0].join(timeout)

    # what the threads do

    def _run_exclusively(self) -> None:
        while not self._stopping.is_set():
            with try_lock(self._lock) as ours:
                if ours:
                    self._run_rounds()
            self._stopping.wait(POLL_SECONDS)

    def _run_rounds(self) -> None:
        failures = 0
        while not self._stopping.is_set():
            if not self._round_requested.wait(POLL_SECONDS) and not self._has_unsent_entries():
                continue
            self._round_requested.clear()
            try:
                self._run_round()
            except Exception as error:  # nothing may end the exchange but the program
                if self._stopping.is_set():
                    return
                self._idle.clear()
                failures += 1
                self._record_error(error)
                self._skip_backoff.clear()
                self._skip_backoff.wait(self._backoff_seconds(error, failures))
                self._round_requested.set()
            else:
                failures, self._error = 0, None
                self._idle.set()

    def _run_round(self) -> None:
        """Everything that waits goes, everything that is new comes, numbers are borrowed."""
        while self._client.step() and not self._stopping.is_set():
            pass
        self._client.ensure_numbers()
        for errand in self._background_jobs:
            with suppress(Refused, BadData, RetryLater):  # no errand is worth the line: it is tried again
                errand()

    def _has_unsent_entries(self) -> bool:
        try:
            with self._client.store.read() as look:
                row = look.query_one("ledger.count_unanswered")
        except StoreError:
            return False
        return row is not None and row["many"] > 0

    def _record_error(self, error: Exception) -> None:
        """Where nobody answers, since when; where we are not listened to, why."""
        if isinstance(error, OutOfReach | StoreError):
            self._error = None
        elif isinstance(error, ClerkError):
            self._error = error
        else:
            self._error = BadData("The exchange with the center failed inside ({kind}).", kind=type(error).__name__)
        if isinstance(error, OutOfReach) and not isinstance(error, RetryLater):
            with suppress(StoreError):
                self._client.record_connection_lost()

    def _backoff_seconds(self, error: Exception, failures: int) -> float:
        told = error.seconds if isinstance(error, RetryLater) else 0.0
        first, longest = self._backoff
        if isinstance(error, Refused):
            longest = max(longest, REJECTED_BACKOFF)
        most = min(first * 2.0 ** min(failures - 1, 16), longest)
        return max(told, most * random.uniform(0.5, 1.0))  # noqa: S311  (a thousand windows must not come back at once)

    def _wait_for_news(self) -> None:
        while not self._stopping.is_set():
            self._idle.wait()
            began = time.monotonic()
            try:
                news = self._stopping.is_set() or self._client.wait_for_news(LONG_POLL_SECONDS)
            except Exception:
                news = True  # the next round finds out what is wrong, and says it
            if news:
                self._idle.clear()
                self._round_requested.set()
            elif time.monotonic() - began < MIN_BACKOFF:
                self._stopping.wait(MIN_BACKOFF)  # a center that does not let anybody wait is asked no more often
