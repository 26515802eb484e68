"""The background worker of a window: pushes new entries to the center and pulls changed documents.

The exchange thread runs a round when the command processor (`Door`) has made a change, when the center has news, or
after the pause that follows a failure. The news thread keeps a long poll open while the exchange thread is idle; it
pauses after its own failures, also while exchanges succeed. Screens wait for neither thread. If several programs use
one folder, only one of them makes exchanges; when it ends, another program takes over.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from pathlib import Path

from clerk_app.errors import ClerkError, OutOfReach, describe_error
from clerk_app.ledger.door import Door
from clerk_app.locales import _
from clerk_app.log import log_event, log_exception
from clerk_app.sync.background_jobs import BackgroundJobs
from clerk_app.sync.backoff import MAX_BACKOFF, MIN_BACKOFF, Backoff
from clerk_app.sync.center_client import CenterClient
from clerk_app.sync.exchange_lock import try_lock
from clerk_app.sync.transport import RetryLater
from db.errors import StoreError

LOCK_FILE = "exchange.lock"
LONG_POLL_SECONDS = 25.0  # proxies may close an idle connection after 60 seconds
POLL_SECONDS = 2.0  # between two checks for entries by other programs on this folder
MIN_POLL_SECONDS = 1.0  # between two long polls of a center that answers them at once without anything new
STOP_TIMEOUT = 2.0  # seconds to wait for the exchange thread
_SHOWN_FAILURES = 2  # long polls in a row that failed before this is shown


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
        long_poll_seconds: float = LONG_POLL_SECONDS,
    ) -> None:
        self._client = client
        self._long_poll_seconds = long_poll_seconds
        self._door = door
        self._lock_path = folder / LOCK_FILE
        self._background_jobs = BackgroundJobs(background_jobs, (min_backoff, max_backoff))
        self._round_backoff, self._news_backoff = Backoff(min_backoff, max_backoff), Backoff(min_backoff, max_backoff)
        self._round_requested = threading.Event()
        self._idle = threading.Event()  # set while nothing is left to send or apply: the news thread may wait
        self._skip_backoff = threading.Event()
        self._stopping = threading.Event()
        self._error: Exception | None = None  # of the last round
        self._news_error: Exception | None = None  # of the last long poll
        self._is_lost = False  # for the log: whether the last round could not reach the center
        self._threads = [
            threading.Thread(target=run, name=name, daemon=True)
            for name, run in (("exchange", self._run_exclusively), ("news", self._wait_for_news))
        ]

    @property
    def error_message(self) -> str:
        """Why the center rejects requests of this window, in the current language; empty if it accepts them."""
        error = self._error
        return str(error) if isinstance(error, ClerkError) and not isinstance(error, OutOfReach) else ""

    @property
    def problems(self) -> tuple[str, ...]:
        """What fails at this machine while the center accepts its requests, as sentences in the current language."""
        error, news_error = self._error, self._news_error
        found = [] if error is None or isinstance(error, ClerkError) else [_describe_failure(error)]
        found += [_describe_failure(job_error) for job_error in self._background_jobs.errors]
        if news_error is not None and error is None and self._news_backoff.failures >= _SHOWN_FAILURES:
            found.append(
                _("News of the center arrives later than usual. {why}").format(why=_describe_failure(news_error))
            )
        return tuple(dict.fromkeys(found))

    @property
    def is_round_requested(self) -> bool:
        """Whether a round is to begin: entries or news wait, or the program ends. Jobs in the background give way."""
        return self._round_requested.is_set()

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
            try:
                with try_lock(self._lock_path) as has_lock:
                    self._error = None
                    if has_lock:
                        self._run_rounds()
            except OSError as error:  # the lock file cannot be written; another program may hold the lock
                self._error = error
            self._stopping.wait(POLL_SECONDS)

    def _run_rounds(self) -> None:
        while not self._stopping.is_set():
            if not self._round_requested.wait(POLL_SECONDS) and not self._has_work():
                continue
            self._round_requested.clear()
            try:
                self._exchange_everything()
            except Exception as error:  # no error may end this thread
                if self._stopping.is_set():
                    return
                self._idle.clear()
                self._record_error(error)
                self._skip_backoff.clear()
                self._skip_backoff.wait(self._round_backoff.next_pause(error))
                self._round_requested.set()
            else:
                self._error = None
                self._round_backoff.reset()
                if self._is_lost:
                    self._is_lost = False
                    log_event("sync", "connection regained")
                self._idle.set()  # before the jobs: a transfer of files takes minutes, and gives way to news
                if not self._stopping.is_set():
                    self._background_jobs.run_due()

    def _exchange_everything(self) -> None:
        """Push and pull until nothing is left, and borrow case numbers."""
        while self._client.step() and not self._stopping.is_set():
            pass
        self._client.ensure_numbers()

    def _has_work(self) -> bool:
        """Return whether there are unsent entries, also of other programs, or a job that failed may run again."""
        if self._background_jobs.has_due_retry():
            return True
        try:
            with self._client.store.read() as tx:
                row = tx.query_one("ledger.count_unanswered")
        except StoreError:
            return False
        return row is not None and row["many"] > 0

    def _record_error(self, error: Exception) -> None:
        """Record since when the center is out of reach, or why the exchange fails."""
        if describe_error(error) is None and type(error) is not type(self._error):
            log_exception("sync", error)
        self._error = error
        if isinstance(error, OutOfReach) and not isinstance(error, RetryLater):
            if not self._is_lost:
                self._is_lost = True
                log_event("sync", "connection lost")
            with suppress(StoreError):
                self._client.record_connection_lost()

    # The news thread.

    def _wait_for_news(self) -> None:
        fruitless = 0  # polls in a row with news, after which no document arrived
        while not self._stopping.is_set():
            self._idle.wait()
            start, received = time.monotonic(), self._client.documents_received
            try:
                has_news = self._stopping.is_set() or self._client.wait_for_news(self._long_poll_seconds)
            except Exception as error:
                self._pause_after_failed_poll(error)
                continue
            self._news_error = None
            self._news_backoff.reset()
            is_quick = time.monotonic() - start < MIN_POLL_SECONDS
            if has_news:
                self._request_round_and_wait()
                fruitless = fruitless + 1 if is_quick and self._client.documents_received == received else 0
            if is_quick and (not has_news or fruitless > 1):  # the center offers no long polls, or what it has is not
                self._stopping.wait(MIN_POLL_SECONDS)  # for this window

    def _request_round_and_wait(self) -> None:
        self._idle.clear()
        self._round_requested.set()
        if not self._stopping.is_set():
            self._idle.wait()

    def _pause_after_failed_poll(self, error: Exception) -> None:
        """Pause as long as the center asked for, or longer after each failure; then catch up by a round.

        A round is made before the pause too, unless the center is overloaded, because it shows whether the connection
        is lost.
        """
        if describe_error(error) is None and type(error) is not type(self._news_error):
            log_exception("sync", error)
        self._news_error = error
        pause = self._news_backoff.next_pause(error)
        if self._news_backoff.failures == _SHOWN_FAILURES and self._error is None:
            log_event("sync", "long polls fail", error=type(error).__name__)
        if not isinstance(error, RetryLater):
            self._request_round_and_wait()
        self._stopping.wait(pause)
        self._idle.clear()
        self._round_requested.set()


def _describe_failure(error: Exception) -> str:
    return describe_error(error) or _("The exchange with the center failed with an internal error ({kind}).").format(
        kind=type(error).__name__
    )
