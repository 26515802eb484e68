"""The content of applications that have ended is erased. One that nobody answered does not end by time."""

from __future__ import annotations

from collections.abc import Iterator
from typing import ClassVar

import msgspec

from clerk_app.cases.applications.content import EXPIRED, OPEN_STATES, mark_application_changed
from clerk_app.catalogue.publication import read_policy
from clerk_app.errors import Refused
from clerk_app.ledger.access import MachineKind, Role
from clerk_app.ledger.commands import Command, CommandDecision, Entry, Moment, RuleSet
from clerk_app.ledger.erasures import EntryReference, erase_personal_part, list_personal_entries
from clerk_app.locales import mark
from db.engines import Transaction

RULES = RuleSet()
_MICROSECONDS_PER_DAY = 86_400_000_000


class ApplicationExpired(CommandDecision, frozen=True, kw_only=True):
    """The machine that held the content; empty without one."""

    stored_name: ClassVar[str] = "ApplicationExpired"
    node: str = ""


class ExpireApplication(Command[ApplicationExpired], frozen=True, kw_only=True):
    """Not given any more; it ended an unanswered application. An application in whose log it is waits again."""

    stored_name: ClassVar[str] = "ExpireApplication"
    application: str


class ApplicationErased(CommandDecision, frozen=True, kw_only=True):
    """Entries whose personal part is deleted. `attachments` are digests of scans; the caller deletes their files."""

    stored_name: ClassVar[str] = "ApplicationErased"
    entries: tuple[EntryReference, ...] = ()
    attachments: tuple[str, ...] = msgspec.field(name="contents", default=())


class EraseApplication(Command[ApplicationErased], frozen=True, kw_only=True):
    """Erases the content of an application that has ended; number, dates and answer stay."""

    stored_name: ClassVar[str] = "EraseApplication"
    application: str


def list_due_application_erasures(tx: Transaction, now: int, many: int) -> list[EraseApplication]:
    """Return commands for the applications that ended long enough ago, at most `many`."""
    before = now - read_policy(tx).ended_application_days * _MICROSECONDS_PER_DAY
    rows = tx.query_all("applications.ended_before", before=before, many=many)
    return [EraseApplication(application=row["number"]) for row in rows]


def _decide_expire(_tx: Transaction, command: ExpireApplication, _: Moment) -> ApplicationExpired:
    raise Refused("state", "Application {number} still waits for its answer.", number=command.application)


@RULES.register(
    ExpireApplication,
    ApplicationExpired,
    permission="application.expire",
    roles=(Role.SCHEDULE,),
    machines=(MachineKind.CENTER,),
    label=mark("End of an application that nobody answered"),
    decide=_decide_expire,
    stream=lambda command, _: f"application/{command.application}",
    documents=("application",),
)
def _apply_expire(tx: Transaction, entry: Entry[ExpireApplication, ApplicationExpired]) -> None:
    mark_application_changed(tx, entry.command.application, entry.decision.node)


def _decide_erase(tx: Transaction, command: EraseApplication, _: Moment) -> ApplicationErased:
    row = tx.get_for_update("applications", number=command.application)
    if row is None or row["state"] in OPEN_STATES:
        raise Refused("state", "Application {number} still waits for its answer.", number=command.application)
    return ApplicationErased(
        entries=tuple(list_personal_entries(tx, [f"application/{command.application}"])),
        attachments=tuple(list_own_scans(tx, command.application)),
    )


def list_own_scans(tx: Transaction, number: str) -> Iterator[str]:
    """Yield the digests of the scans of an application that no case, licence or other application refers to."""
    scans = tx.select("application_attachments", application=number)
    for digest in sorted({row["content"] for row in scans}):
        others = tx.select("application_attachments", content=digest)
        is_shared = any(row["application"] != number for row in others)
        is_used = any(
            tx.get(table, content=digest) is not None
            for table in ("materials", "licences", "ticket_papers", "kiosk_papers")
        )
        if not is_shared and not is_used:
            yield digest


@RULES.register(
    EraseApplication,
    ApplicationErased,
    permission="application.erase",
    roles=(Role.SCHEDULE,),
    machines=(MachineKind.CENTER,),
    label=mark("Erasure of an application"),
    decide=_decide_erase,
    stream=lambda command, _: f"application/{command.application}",
    documents=("application",),
)
def _apply_erase(tx: Transaction, entry: Entry[EraseApplication, ApplicationErased]) -> None:
    erase_application(tx, entry.command.application, entry.decision.entries)
    for digest in entry.decision.attachments:
        tx.delete("contents", digest=digest)


def erase_application(tx: Transaction, number: str, entries: tuple[EntryReference, ...]) -> None:
    """Delete the personal parts of the entries, the content of the application and the list of its scans."""
    for reference in entries:
        erase_personal_part(tx, reference)
    row = tx.get("applications", number=number)
    if row is not None and row["state"] in OPEN_STATES:  # it had expired under an earlier version
        tx.update("applications", {"number": number}, state=EXPIRED)
    tx.update("applications", {"number": number}, content=None, evidence=None)
    tx.delete("application_attachments", application=number)
