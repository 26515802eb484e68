"""Performs the commands whose time has come. Only the authority does: a center, or a store that is its own center."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from clerk_app.cases import recomputation
from clerk_app.cases.tasks import papers_terms
from clerk_app.composition.office import Office
from clerk_app.errors import BadData, OutOfReach, Refused
from clerk_app.hall import service_days
from clerk_app.ledger.commands import Command
from clerk_app.log import log_event
from clerk_app.people import SCHEDULE
from db.engines import Transaction
from db.errors import StoreError

INTERVAL_SECONDS = 20.0  # between two looks for due commands


def run_due_commands(office: Office) -> int:
    """Perform the due commands of this store with the actor `schedule`; return how many were performed.

    Does nothing at a window, whose center performs them. A command that is refused, because another program of the same
    store was faster, is skipped; a store that cannot be read or written is tried again with the next call.
    """
    if office.door.authority is not None:
        return 0
    performed = 0
    try:
        with office.store.read() as tx:
            due = list(_list_due_commands(tx, office))
        for command in due:
            try:
                office.door.perform(command, SCHEDULE)
                performed += 1
            except Refused as refused:
                log_event("schedule", "refused", kind=command.stored_name, reason=refused.reason)
    except (BadData, OutOfReach, StoreError) as error:
        log_event("schedule", "failed", error=type(error).__name__)
    return performed


def _list_due_commands(tx: Transaction, office: Office) -> Iterator[Command[Any]]:
    """Yield the due commands in the order in which they are performed."""
    halls = {row["hall"] for row in tx.query_all("hall.halls")} | {office.settings.hall}
    for hall in sorted(halls):
        yield from service_days.list_due_commands(tx, hall, office.now)
    yield from papers_terms.list_due_terms(tx, office.now)
    yield from recomputation.list_due_commands(tx)


@contextmanager
def scheduled(office: Office) -> Iterator[None]:
    """Perform due commands now, and every INTERVAL_SECONDS during the block."""
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
        self._thread = threading.Thread(target=self._run, name="schedule", daemon=True)

    def start(self) -> None:
        """Perform the commands that are due now, then start the thread."""
        run_due_commands(self._office)
        self._thread.start()

    def stop(self) -> None:
        """Stop the thread and wait until it has ended."""
        self._stopped.set()
        self._thread.join(timeout=10)

    def _run(self) -> None:
        while not self._stopped.wait(INTERVAL_SECONDS):
            run_due_commands(self._office)
