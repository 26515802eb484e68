"""Performs the commands whose time has come. Only the authority does: a center, or a store that is its own center."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from clerk_app.composition.office import Office
from clerk_app.errors import BadData, Refused
from clerk_app.log import log_event, log_exception
from db.errors import StoreError

if TYPE_CHECKING:
    from clerk_app.composition.list_renewal import ListRenewal

INTERVAL_SECONDS = 20.0  # between two searches for due commands
_FILES_SECONDS = 600.0  # between two removals of files of papers to which nothing refers
_RETENTION_SECONDS = 24 * 3600.0  # between two searches for cases whose retention period is over: it reads all cases


def run_due_commands(office: Office) -> int:
    """Perform the due commands of this store with the actor `schedule`; return how many were performed.

    Does nothing at a window, whose center performs them. A command that fails is logged, and the others are performed.
    If the store cannot be read or written, the rest is left to the next call. Raises no error of a command or a row.
    """
    if office.door.authority is not None:
        return 0
    from clerk_app.composition.due_commands import perform_due_commands  # imports most commands

    return perform_due_commands(office)


def record_checkpoint(office: Office) -> None:
    """Make a checkpoint if the log of this authority has grown. Raises nothing: a failure is logged."""
    if office.door.authority is not None:
        return
    from clerk_app.ledger.checkpoints import make_checkpoint  # not before the screen
    from clerk_app.ledger.last_checkpoint import keep_last_checkpoint

    try:
        note = make_checkpoint(office.store, office.folder, office.now)
        if note is not None:
            keep_last_checkpoint(office.store, office.folder, note)
    except (BadData, Refused, StoreError, OSError) as error:
        log_event("schedule", "no checkpoint", error=type(error).__name__)


@contextmanager
def scheduled(office: Office) -> Iterator[None]:
    """Perform due commands and make a checkpoint now, every INTERVAL_SECONDS during the block, and at its end."""
    scheduler = Scheduler(office)
    scheduler.start()
    try:
        yield
    finally:
        scheduler.stop()


class Scheduler:
    """A thread that performs due commands every INTERVAL_SECONDS until it is stopped."""

    def __init__(self, office: Office) -> None:
        self._office = office
        self._stopped = threading.Event()
        self._first_pass_ended = threading.Event()
        self._thread = threading.Thread(target=self._run, name="schedule", daemon=True)
        self._next_retention = 0.0  # monotonic seconds
        self._next_files = 0.0  # monotonic seconds
        self._lists: ListRenewal | None = None  # made in the thread
        self._prepare: Callable[[], None] | None = None

    def start(self) -> None:
        """Perform the commands that are due now, then start the thread, which first prepares the reports."""
        self._run_once()
        self._first_pass_ended.set()
        self._thread.start()

    def start_in_background(self, prepare: Callable[[], None] | None = None) -> None:
        """Start the thread, which first calls `prepare` and performs the commands that are due now.

        The first pass reads the catalogue, which takes as long as opening the store. An error of `prepare` is logged.
        """
        self._prepare = prepare
        self._thread.start()

    def await_first_pass(self) -> None:
        """Wait until the commands that were due at the start have been performed, at most INTERVAL_SECONDS."""
        self._first_pass_ended.wait(INTERVAL_SECONDS)

    def stop(self) -> None:
        """Stop the thread and wait until it has ended."""
        self._stopped.set()
        self._thread.join(timeout=10)
        record_checkpoint(self._office)

    def _run(self) -> None:
        if self._first_pass_ended.is_set():
            self._prepare_reports()
        else:
            self._run_first()
        while not self._stopped.wait(INTERVAL_SECONDS):
            self._run_once()

    def _prepare_reports(self) -> None:
        from clerk_app.hall.day_report import prepare_report

        try:
            with self._office.store.read() as tx:
                prepare_report(tx)
        except Exception as error:  # the first report is slower
            log_exception("schedule", error)

    def _run_first(self) -> None:
        try:
            if self._prepare is not None:
                self._prepare()
            self._run_once()
        except Exception as error:  # the next pass tries again
            log_exception("schedule", error)
        finally:
            self._first_pass_ended.set()

    def _run_once(self) -> None:
        run_due_commands(self._office)
        if self._lists is None:
            from clerk_app.composition.list_renewal import ListRenewal  # imports what signs

            self._lists = ListRenewal(self._office)
        self._lists.run()
        if time.monotonic() >= self._next_retention:
            from clerk_app.composition.retention import erase_expired, is_purge_due

            is_more = erase_expired(self._office) > 0 or is_purge_due(self._office)
            self._next_retention = time.monotonic() + (INTERVAL_SECONDS if is_more else _RETENTION_SECONDS)
        if time.monotonic() >= self._next_files:
            self._remove_unused_files()
            self._next_files = time.monotonic() + _FILES_SECONDS
        record_checkpoint(self._office)
        self._free_cache()

    def _free_cache(self) -> None:
        """Free what a pass has read: the next one is seconds away."""
        try:
            self._office.store.free_cache()
        except StoreError as error:
            log_event("schedule", "memory not freed", error=type(error).__name__)

    def _remove_unused_files(self) -> None:
        from clerk_app.composition.retention import remove_unused_files

        try:
            remove_unused_files(self._office)
        except StoreError as error:
            log_event("schedule", "files of papers not removed", error=type(error).__name__)
