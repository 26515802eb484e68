"""The commands of a store that are due, and performing them: of service days, windows, tasks and results.

Imported with most commands of cases and halls, which a window never performs of itself.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from itertools import islice
from typing import Any, TypeVar

from clerk_app.cases.applications.opening import list_due_returns
from clerk_app.cases.guessed_factors import list_due_warnings
from clerk_app.cases.intake.deemed_acceptance import list_due_acceptances
from clerk_app.cases.intake.received_opening import list_due_received_returns
from clerk_app.cases.promises.records import list_due_ends
from clerk_app.cases.recomputation import list_due_recomputations
from clerk_app.cases.revoked_licences import LOOK_BACK
from clerk_app.cases.tasks.deemed_approvals import list_due_approvals
from clerk_app.cases.tasks.escalations import list_due_escalations, list_escalations_to_close
from clerk_app.cases.tasks.papers_terms import list_due_terms
from clerk_app.citizen.papers import list_due_erasures as list_due_kiosk_papers
from clerk_app.citizen.sessions import list_due_ends as list_due_sessions
from clerk_app.composition.office import Office
from clerk_app.errors import BadData, OutOfReach, Refused
from clerk_app.hall import service_days
from clerk_app.hall.ticket_papers import list_due_paper_erasures
from clerk_app.hall.window_leases import list_ended_leases
from clerk_app.ledger.commands import Command
from clerk_app.ledger.entries import seal
from clerk_app.log import log_event, log_exception
from clerk_app.people import SCHEDULE
from clerk_app.similarity.names.reservations import list_due_releases
from db.engines import Transaction
from db.errors import StoreError

C = TypeVar("C", bound=Command[Any])
RETRY_AFTER = 86_400_000_000  # microseconds until a refused command of a case is tried again: each refusal is an entry
_CASES_AT_ONCE = 200  # performed for one reason in one pass, so that a pass ends soon
_STORE_FAILURES = 3  # in succession, after which a pass ends: each may have waited for a lock


def perform_due_commands(office: Office) -> int:
    """Perform the due commands of a store that is its own authority; return how many were performed.

    Raises nothing: see `run_due_commands` (schedule.py).
    """
    current = _Pass(office)
    try:
        current.open_and_close_days()
        current.end_window_leases()
        current.erase_ticket_papers()
        current.erase_kiosk_papers()
        current.perform_for_cases(lambda tx, key: list_due_terms(tx, office.now, key), lambda term: term.supplement)
        current.perform_for_cases(lambda tx, key: list_due_approvals(tx, office.now, key), lambda due: due.task)
        current.perform_for_cases(lambda tx, key: list_due_escalations(tx, office.now, key), lambda due: due.task)
        current.perform_for_cases(list_escalations_to_close, lambda close: close.escalation)
        current.perform_for_cases(list_due_warnings, lambda warning: warning.case)
        current.perform_for_cases(list_due_recomputations, lambda recomputation: recomputation.case)
        current.perform_for_cases(lambda tx, key: list_due_returns(tx, office.now, key), lambda due: due.application)
        current.perform_for_cases(lambda tx, key: list_due_releases(tx, office.now, key), lambda due: due.reservation)
        current.perform_for_cases(lambda tx, key: list_due_ends(tx, office.now, key), lambda due: due.promise)
        current.perform_for_cases(lambda tx, key: list_due_acceptances(tx, office.now, key), lambda due: due.case)
        current.perform_for_cases(lambda tx, key: list_due_received_returns(tx, office.now, key), lambda due: due.case)
        current.perform_for_cases(lambda tx, key: list_due_sessions(tx, office.now, key), lambda due: due.session)
        current.make_out_licences()
        current.report_corrections()
        current.report_revocations()
        current.report_removed_issuers()
    except (OutOfReach, StoreError) as error:
        log_event("schedule", "failed", error=type(error).__name__)
    return current.performed


class _Pass:
    """One look for due commands. Raises OutOfReach or StoreError if the store fails."""

    def __init__(self, office: Office) -> None:
        self.performed = 0
        self._office = office
        self._store_failures = 0  # in succession

    def open_and_close_days(self) -> None:
        """Perform the commands by which the service day of each hall is brought up to date."""
        halls = {self._office.settings.hall}
        with _log_errors("halls"), self._office.store.read() as tx:
            halls |= {row["hall"] for row in tx.query_all("hall.halls")}
        for hall in sorted(halls):
            due: list[Command[Any]] = []
            with _log_errors("service days"), self._office.store.read() as tx:
                due = list(service_days.list_due_commands(tx, hall, self._office.now))
            for command in due:
                self._perform(command)

    def end_window_leases(self) -> None:
        """Close the windows whose leases have ended."""
        due: list[Command[Any]] = []
        with _log_errors("windows"), self._office.store.read() as tx:
            due = list(list_ended_leases(tx, self._office.now))
        for command in due:
            self._perform(command)

    def erase_ticket_papers(self) -> None:
        """Erase the papers that the reception scanned for tickets that have ended, and their files.

        A file that this store took in itself goes once no draft refers to it either (`taken_files`).
        """
        with _log_errors("ticket papers"), self._office.store.read() as tx:
            due = list_due_paper_erasures(tx, _CASES_AT_ONCE)
            taken = self._office.taken_files.list_files() if due else {}
        for command in due:
            with _log_errors(command.stored_name):
                for digest in self._office.door.perform(command, SCHEDULE).attachments:
                    if digest not in taken:
                        self._office.attachments.remove(digest)
                self.performed += 1

    def erase_kiosk_papers(self) -> None:
        """Erase the files that kiosks have announced and whose sessions ended before they were handed in."""
        with _log_errors("kiosk papers"), self._office.store.read() as tx:
            due = list(list_due_kiosk_papers(tx, self._office.now))
            taken = self._office.taken_files.list_files() if due else {}
        for command in due:
            with _log_errors(command.stored_name):
                for digest in self._office.door.perform(command, SCHEDULE).attachments:
                    if digest not in taken:
                        self._office.attachments.remove(digest)
                self.performed += 1

    def perform_for_cases(
        self, list_due: Callable[[Transaction, str], Iterator[C]], key_of: Callable[[C], str]
    ) -> None:
        """Perform up to _CASES_AT_ONCE of the commands that `list_due` yields after a key, in the order of their keys.

        Commands that fail, or were refused less than RETRY_AFTER ago, do not count: they keep no other waiting.
        """
        key, last = "", self.performed + _CASES_AT_ONCE
        while self.performed < last:
            page: list[C] = []
            due: list[C] = []
            with _log_errors("cases"), self._office.store.read() as tx:
                page = list(islice(list_due(tx, key), _CASES_AT_ONCE))
                due = [command for command in page if not self._was_refused_lately(tx, command)]
            for command in due:
                self._perform(command)
            if len(page) < _CASES_AT_ONCE:
                return
            key = key_of(page[-1])

    def make_out_licences(self) -> None:
        """Make out the e-licences of results that wait for it."""
        with self._office.store.read() as tx:
            is_due = bool(tx.query_all("cases.due_result_licences", many=1))
        if is_due:
            from clerk_app.composition.result_licences import make_out_result_licences  # imports what signs

            self.performed += make_out_result_licences(self._office)

    def report_corrections(self) -> None:
        """Report corrected records of registers to the cases that used them."""
        with self._office.store.read() as tx:
            is_due = bool(tx.query_all("registry_records.unreported_corrections", many=1))
        if is_due:
            from clerk_app.composition.corrected_records import report_corrected_records  # imports the registers

            self.performed += report_corrected_records(self._office)

    def report_revocations(self) -> None:
        """Report licences that were revoked to the cases whose result they are, and to open cases that use them."""
        since = self._office.now - LOOK_BACK
        with self._office.store.read() as tx:
            found = tx.query_all("reliance.revoked_results", since=since, many=1)
            is_due = bool(found or tx.query_all("reliance.uses_of_revoked", since=since, many=1))
        if is_due:
            from clerk_app.composition.revoked_records import report_revoked_licences  # imports what is seldom used

            self.performed += report_revoked_licences(self._office)

    def report_removed_issuers(self) -> None:
        """Report removed issuers to the undecided cases that used their licences."""
        with self._office.store.read() as tx:
            is_due = bool(tx.query_all("licences.unreported_removals"))
        if is_due:
            from clerk_app.composition.issuer_removal import report_removed_issuers  # imports what signs

            self.performed += report_removed_issuers(self._office)

    def _was_refused_lately(self, tx: Transaction, command: Command[Any]) -> bool:
        stream = self._office.door.rules[command.stored_name].stream(command, None)
        since = self._office.now - RETRY_AFTER
        refused = tx.query_all("ledger.refused_of_stream", stream=stream, kind=command.stored_name, since=since)
        return seal(command).plain in {bytes(row["command"]) for row in refused}

    def _perform(self, command: Command[Any]) -> None:
        try:
            with _log_errors(command.stored_name):
                self._office.door.perform(command, SCHEDULE)
                self.performed += 1
            self._store_failures = 0
        except OutOfReach:
            self._store_failures += 1
            if self._store_failures == _STORE_FAILURES:
                raise
            log_event("schedule", "failed", kind=command.stored_name, error=OutOfReach.__name__)


@contextmanager
def _log_errors(kind: str) -> Iterator[None]:
    """Log the error of one command, or of a list of commands; raise those of the store."""
    try:
        yield
    except (OutOfReach, StoreError):
        raise
    except Refused as refused:
        log_event("schedule", "refused", kind=kind, reason=refused.reason)
    except BadData as error:
        log_event("schedule", "failed", kind=kind, error=type(error).__name__)
    except Exception as error:
        log_exception("schedule", error)
