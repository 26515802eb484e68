"""Erases personal data that need not be kept any more, and purges its bytes from the store's files.

Cases whose retention period is over, applications that have ended, visits that led to no case, the content of drafts
that have ended, messages to windows, and ratings and complaints.
"""

from __future__ import annotations

import time
from contextlib import suppress
from datetime import timedelta
from typing import Any

from clerk_app.cases.applications.retention import list_due_application_erasures
from clerk_app.cases.erasure import list_due_erasures
from clerk_app.cases.intake.draft_terms import list_due_draft_ends
from clerk_app.cases.message_erasure import list_due_message_erasures
from clerk_app.cases.visit_erasure import list_due_draft_erasures, list_due_visit_erasures
from clerk_app.catalogue.publication import read_policy
from clerk_app.composition.office import Office
from clerk_app.errors import BadData, OutOfReach, Refused
from clerk_app.feedback.erasure import list_due_feedback_erasures
from clerk_app.ledger.commands import Command
from clerk_app.log import log_event
from clerk_app.people import SCHEDULE, SYSTEM
from db.errors import StoreError

PURGE_FILE = "purge-due"  # exists in the office's folder while the files hold bytes of erased rows
_AT_ONCE = 200  # cases, and as many visits and drafts


def erase_expired(office: Office) -> int:
    """Erase up to _AT_ONCE cases and applications with their attachments, visits, drafts and messages; return how many.

    At a window only drafts that nobody continues end, and old papers leave the spool folder; the window removes what
    remains of them in its log with its outdated data. The purge of the files is tried again at each call until no
    reader prevents it, also after a restart. Raises nothing: failures are logged.
    """
    erased = 0
    try:
        erased = _end_old_drafts(office)
        _remove_old_papers(office)
        if office.door.authority is not None:
            return erased
        with office.store.read() as tx:
            due: list[Command[Any]] = [
                *list_due_erasures(tx, office.now, _AT_ONCE),
                *list_due_application_erasures(tx, office.now, _AT_ONCE),
            ]
            others: list[Command[Any]] = [
                *list_due_visit_erasures(tx, office.now, _AT_ONCE),
                *list_due_draft_erasures(tx, office.now, _AT_ONCE),
                *list_due_message_erasures(tx, office.now, _AT_ONCE),
                *list_due_feedback_erasures(tx, office.now, _AT_ONCE),
            ]
        if due or others or erased:
            (office.folder / PURGE_FILE).touch()  # before the first erasure: a crash must not leave bytes behind
        for command in due:
            with suppress(Refused, BadData):
                for digest in office.door.perform(command, SCHEDULE).attachments:
                    office.attachments.remove(digest)
                erased += 1
        for other in others:
            with suppress(Refused, BadData):
                office.door.perform(other, SCHEDULE)
                erased += 1
        if is_purge_due(office) and office.store.purge_old_versions():
            (office.folder / PURGE_FILE).unlink()
    except (OutOfReach, StoreError, OSError) as error:
        log_event("schedule", "retention failed", error=type(error).__name__)
    if erased:
        log_event("schedule", "cases, visits and drafts erased", count=erased)
    return erased


def remove_unused_files(office: Office) -> None:
    """Remove the files of papers that this machine took in and that nothing refers to any more. Raises StoreError."""
    is_window = office.door.authority is not None
    with office.store.read() as tx:
        office.open_papers.drop_orphans(tx, time.time())
    used = {digest for paper in office.open_papers.list_all() for digest in paper.digests}
    removed = office.taken_files.remove_unused(office.store, office.now, also_used=used, is_window=is_window)
    if removed:
        log_event("schedule", "files of papers removed", count=removed)


def _end_old_drafts(office: Office) -> int:
    """End the drafts that nobody has changed for the days of the policy; return how many."""
    with office.store.read() as tx:
        due = list_due_draft_ends(tx, office.now, _AT_ONCE)
    ended = 0
    for command in due:
        with suppress(Refused, BadData):
            office.door.perform(command, SYSTEM)
            ended += 1
    return ended


def _remove_old_papers(office: Office) -> None:
    """Remove the papers that no printer has taken for the days of the policy."""
    with office.store.read() as tx:
        days = read_policy(tx).spool_paper_days
    removed = sum(spool.remove_old_papers(timedelta(days=days)) for spool in office.printers.spools) if days else 0
    if removed:
        log_event("schedule", "old papers removed from the spool", count=removed)


def is_purge_due(office: Office) -> bool:
    """Return whether the files still hold bytes of erased rows."""
    return (office.folder / PURGE_FILE).exists()
