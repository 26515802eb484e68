"""Removed issuers of the trust list that do not count any more, as rows of the authority's store."""

from __future__ import annotations

from typing import ClassVar

from clerk_app.errors import Refused
from clerk_app.ledger.access import MachineKind, Role
from clerk_app.ledger.commands import Command, CommandDecision, Entry, MessagePart, Moment, RuleSet
from clerk_app.locales import mark
from db.engines import Transaction

RULES = RuleSet()


class RemovedIssuerPart(MessagePart, frozen=True, kw_only=True):
    """An issuer that does not count from `since` on (microseconds UTC), with its names at that time."""

    code: str
    since: int
    zh: str = ""
    en: str = ""


class RemovedIssuersRecorded(CommandDecision, frozen=True, kw_only=True):
    """The licences of these issuers do not count."""

    stored_name: ClassVar[str] = "RemovedIssuersRecorded"


class RecordRemovedIssuers(Command[RemovedIssuersRecorded], frozen=True, kw_only=True):
    """Take over the removed issuers of a version of the trust list; an issuer that it does not name counts again."""

    stored_name: ClassVar[str] = "RecordRemovedIssuers"
    version: int
    removed: tuple[RemovedIssuerPart, ...]


class RemovalReported(CommandDecision, frozen=True, kw_only=True):
    """The cases have their objections."""

    stored_name: ClassVar[str] = "RemovalReported"


class RecordRemovalReport(Command[RemovalReported], frozen=True, kw_only=True):
    """Records in how many undecided cases the removal of an issuer has raised an objection."""

    stored_name: ClassVar[str] = "RecordRemovalReport"
    issuer: str
    since: int
    cases: int


def read_removed_issuers(tx: Transaction) -> tuple[RemovedIssuerPart, ...]:
    """Return the removed issuers in this store, by their codes."""
    rows = tx.select("removed_issuers", order=("issuer_code",))
    return tuple(
        RemovedIssuerPart(code=row["issuer_code"], since=row["since"], zh=row["name_zh"], en=row["name_en"])
        for row in rows
    )


def _decide(tx: Transaction, command: RecordRemovedIssuers, _: Moment) -> RemovedIssuersRecorded:
    if read_removed_issuers(tx) == command.removed:
        raise Refused("recorded", "This was recorded already.")
    return RemovedIssuersRecorded()


@RULES.register(
    RecordRemovedIssuers,
    RemovedIssuersRecorded,
    permission="trust.follow",
    roles=(Role.SCHEDULE,),
    machines=(MachineKind.CENTER,),
    label=mark("Removed issuers of the trust list"),
    decide=_decide,
    stream=lambda _command, _: "trust/removed",
)
def _apply(tx: Transaction, entry: Entry[RecordRemovedIssuers, RemovedIssuersRecorded]) -> None:
    known = {part.code: part for part in read_removed_issuers(tx)}
    given = {part.code: part for part in entry.command.removed}
    for code in known.keys() - given.keys():
        tx.delete("removed_issuers", issuer_code=code)
    for code, part in given.items():
        if known.get(code) != part:
            tx.upsert(
                "removed_issuers",
                ("issuer_code",),
                issuer_code=code,
                since=part.since,
                name_zh=part.zh,
                name_en=part.en,
                reported_at=None,
                reported_cases=0,
            )


@RULES.register(
    RecordRemovalReport,
    RemovalReported,
    permission="trust.follow",
    roles=(Role.SCHEDULE,),
    machines=(MachineKind.CENTER,),
    label=mark("Removal of an issuer reported to cases"),
    decide=lambda _tx, _command, _moment: RemovalReported(),
    stream=lambda _command, _: "trust/removed",
)
def _apply_report(tx: Transaction, entry: Entry[RecordRemovalReport, RemovalReported]) -> None:
    command = entry.command
    where = {"issuer_code": command.issuer, "since": command.since}
    tx.update("removed_issuers", where, reported_at=entry.decided_at, reported_cases=command.cases)
