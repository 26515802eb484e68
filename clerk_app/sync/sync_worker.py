"""The background worker of a window: pushes new entries to the center and pulls changed documents.

The exchange thread runs a round when the command processor (`Door`) has made a change, when the center has news, or
after the pause that follows a failure. The news thread keeps a long poll open while the exchange thread is idle.
Screens wait for neither thread. If several programs use one folder, only one of them makes exchanges; when it ends,
another program takes over.
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
from clerk_app.log import log_event, log_exception
from clerk_app.sync.center_client import CenterClient
from clerk_app.sync.exchange_lock import try_lock
from clerk_app.sync.transport import RetryLater
from db.errors import StoreError

LOCK_FILE = "exchange.lock"
LONG_POLL_SECONDS = 25.0  # proxies may close an idle connection after 60 seconds
POLL_SECONDS = 2.0  # between two checks for entries by other programs on this folder
MIN_BACKOFF, MAX_BACKOFF = 1.0, 30.0  # seconds between two tries; each pause is about twice as long as the previous one
REJECTED_BACKOFF = 60.0  # seconds; limit of the pause while the center rejects this window
STOP_TIMEOUT = 2.0  # seconds to wait for the exchange thread
_JITTER = 0.5  # a pause is multiplied by a random factor between this and 1
_MAX_DOUBLINGS = 16


class SyncWorker:
    """Runs the exchanges of one program in two threads. `background_jobs` run at the end of each complete round."""

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
        self._lock_path = folder / LOCK_FILE
        self._background_jobs = background_jobs
        self._backoff = (min_backoff, max_backoff)
        self._round_requested = threading.Event()
        self._idle = threading.Event()  # set while nothing is left to send or apply: the news thread may wait
        self._skip_backoff = threading.Event()
        self._stopping = threading.Event()
        self._error: ClerkError | None = None
        self._is_lost = False  # for the log: whether the last round could not reach the center
        self._threads = [
            threading.Thread(target=run, name=name, daemon=True)
            for name, run in (("exchange", self._run_exclusively), ("news", self._wait_for_news))
        ]

    @property
    def error_message(self) -> str:
        """Why the center rejects requests of this window, in the current language; empty if it accepts them."""
        error = self._error
        return str(error) if error is not None else ""

    def start(self) -> None:
        """Start the threads. May be called once."""
        self._door.on_change = lambda _scopes: self._round_requested.set()
        self._round_requested.set()
        for thread in self._threads:
            thread.start()

    def wake(self) -> None:
        """Start a round now; a pause after a failure is cut short."""
        self._skip_backoff.set()
        self._round_requested.set()

    def request_round(self) -> None:
        """Start a round now, or after the pause that follows a failure."""
        self._round_requested.set()

    def stop(self, timeout: float = STOP_TIMEOUT) -> None:
        """Stop the threads; wait up to `timeout` seconds for the current exchange.

        Entries that stay unanswered are sent when the program runs next time.
        """
        self._door.on_change = None
        self._stopping.set()
        for event in (self._skip_backoff, self._round_requested, self._idle):
            event.set()
        self._threads[0].join(timeout)

    # The exchange thread.

    def _run_exclusively(self) -> None:
        while not self._stopping.is_set():
            with try_lock(self._lock_path) as has_lock:
                if has_lock:
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
            except Exception as error:  # no error may end this thread
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
                if self._is_lost:
                    self._is_lost = False
                    log_event("sync", "connection regained")
                self._idle.set()

    def _run_round(self) -> None:
        """Push and pull until nothing is left, borrow case numbers, run the background jobs."""
        while self._client.step() and not self._stopping.is_set():
            pass
        self._client.ensure_numbers()
        for run_job in self._background_jobs:
            with suppress(Refused, BadData, RetryLater):  # the job runs again in the next round
                run_job()

    def _has_unsent_entries(self) -> bool:
        try:
            with self._client.store.read() as tx:
                row = tx.query_one("ledger.count_unanswered")
        except StoreError:
            return False
        return row is not None and row["many"] > 0

    def _record_error(self, error: Exception) -> None:
        """Record since when the center is out of reach, or why the center rejects this window."""
        if isinstance(error, OutOfReach | StoreError):
            self._error = None
        elif isinstance(error, ClerkError):
            self._error = error
        else:
            log_exception("sync", error)
            self._error = BadData(
                "The exchange with the center failed with an internal error ({kind}).", kind=type(error).__name__
            )
        if isinstance(error, OutOfReach) and not isinstance(error, RetryLater):
            if not self._is_lost:
                self._is_lost = True
                log_event("sync", "connection lost")
            with suppress(StoreError):
                self._client.record_connection_lost()

    def _backoff_seconds(self, error: Exception, failures: int) -> float:
        requested = error.seconds if isinstance(error, RetryLater) else 0.0
        shortest, longest = self._backoff
        if isinstance(error, Refused):
            longest = max(longest, REJECTED_BACKOFF)
        seconds = min(shortest * 2.0 ** min(failures - 1, _MAX_DOUBLINGS), longest)
        jitter = random.uniform(_JITTER, 1.0)  # noqa: S311  (a thousand windows must not reconnect at once)
        return max(requested, seconds * jitter)

    # The news thread.

    def _wait_for_news(self) -> None:
        while not self._stopping.is_set():
            self._idle.wait()
            start = time.monotonic()
            try:
                has_news = self._stopping.is_set() or self._client.wait_for_news(LONG_POLL_SECONDS)
            except Exception:
                has_news = True  # the next round fails with the same error and records it
            if has_news:
                self._idle.clear()
                self._round_requested.set()
            elif time.monotonic() - start < MIN_BACKOFF:
                self._stopping.wait(MIN_BACKOFF)  # the center does not offer long polls
