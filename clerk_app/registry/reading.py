"""Reading records of the registry: each record that an administrator opens is an access with a purpose.

A record may be opened after a search of the same person has found it, and the records that it has relations with. Names
and numbers are masked until they are asked for in full, which is an access of its own.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import ClassVar

from clerk_app.errors import Refused
from clerk_app.ledger.access import MachineKind, Role
from clerk_app.ledger.commands import Command, CommandDecision, Entry, Moment, Placement, RuleSet
from clerk_app.ledger.persons import person_of
from clerk_app.locales import mark
from clerk_app.registry.search import require_registry_purpose
from db.engines import Transaction

FOUND_FOR = 3_600_000_000  # microseconds for which a search allows that the records it found are opened

RULES = RuleSet()


class RecordOpened(CommandDecision, frozen=True, kw_only=True):
    """The record may be read with the key of the entry."""

    stored_name: ClassVar[str] = "RegistryRecordOpened"
    key: str


class ReadRegistered(Command[RecordOpened], frozen=True, kw_only=True):
    """Opens the record of a person or organisation, with names and numbers masked."""

    stored_name: ClassVar[str] = "ReadRegistered"
    subject: str
    purpose: str


class UnmaskRegistered(Command[RecordOpened], frozen=True, kw_only=True):
    """Opens the record of a person or organisation in full.

    `correction` names one that the person reads in order to decide it; then no search is needed before.
    """

    stored_name: ClassVar[str] = "UnmaskRegistered"
    subject: str
    purpose: str
    correction: str = ""


class RegistryStateRead(CommandDecision, frozen=True, kw_only=True):
    """The state of feeds and corrections may be read with the key of the entry."""

    stored_name: ClassVar[str] = "RegistryStateRead"
    key: str


class ReadRegistryState(Command[RegistryStateRead], frozen=True, kw_only=True):
    """Asks for the state of the feeds and for the corrections that are open; neither has personal data."""

    stored_name: ClassVar[str] = "ReadRegistryState"


def _decide_read(tx: Transaction, command: ReadRegistered, moment: Moment) -> RecordOpened:
    require_registry_purpose(command.purpose)
    require_found(tx, command.subject, moment)
    return RecordOpened(key=moment.key)


def _decide_unmask(tx: Transaction, command: UnmaskRegistered, moment: Moment) -> RecordOpened:
    require_registry_purpose(command.purpose)
    if command.correction:
        if tx.get("registry_corrections", id=command.correction, owner=command.subject) is None:
            raise Refused("no_correction", "There is no such correction, or its record was erased.")
    else:
        require_found(tx, command.subject, moment)
    return RecordOpened(key=moment.key)


def require_found(tx: Transaction, subject: str, moment: Moment) -> None:
    """Raise Refused unless the actor has found this record, or one with a relation to it, in the last hour."""
    if not any(_was_found(tx, each, moment) for each in (subject, *_related(tx, subject))):
        raise Refused("not_found_before", "Search for the person or organisation first: it can be opened for an hour.")
    if all(tx.get(table, id=subject) is None for table in ("persons", "organisations")):
        raise Refused("no_subject", "The registry has no such person or organisation any more.")


def _related(tx: Transaction, subject: str) -> Iterator[str]:
    yield from (row["other"] for row in tx.select("relations", subject=subject))
    yield from (row["subject"] for row in tx.select("relations", other=subject))


def _was_found(tx: Transaction, subject: str, moment: Moment) -> bool:
    person = person_of(tx, moment.actor.id)
    searches = tx.query_all("registry_records.recent_searches", subject=subject, since=moment.decided_at - FOUND_FOR)
    return any(person_of(tx, row["actor"]) == person for row in searches)


@RULES.register(
    ReadRegistered,
    RecordOpened,
    permission="registry.read",
    roles=(Role.ADMINISTRATOR,),
    machines=(MachineKind.ADMIN,),
    label=mark("Record of the registry read"),
    decide=_decide_read,
    stream=lambda command, _: f"person/{command.subject}",
    placement=Placement.REMOTE,
    keep_call=False,
)
def _apply_read(_: Transaction, __: Entry[ReadRegistered, RecordOpened]) -> None:
    """Change no row: the entry is the access record."""


@RULES.register(
    UnmaskRegistered,
    RecordOpened,
    permission="registry.read",
    roles=(Role.ADMINISTRATOR,),
    machines=(MachineKind.ADMIN,),
    label=mark("Record of the registry read in full"),
    decide=_decide_unmask,
    stream=lambda command, _: f"person/{command.subject}",
    placement=Placement.REMOTE,
    keep_call=False,
)
def _apply_unmask(_: Transaction, __: Entry[UnmaskRegistered, RecordOpened]) -> None:
    """Change no row: the entry is the access record."""


@RULES.register(
    ReadRegistryState,
    RegistryStateRead,
    permission="registry.read",
    roles=(Role.ADMINISTRATOR,),
    machines=(MachineKind.ADMIN,),
    label=mark("State of the registry read"),
    decide=lambda _tx, _command, moment: RegistryStateRead(key=moment.key),
    stream=lambda _command, _decision: "registry",
    placement=Placement.REMOTE,
    keep_call=False,
)
def _apply_state(_: Transaction, __: Entry[ReadRegistryState, RegistryStateRead]) -> None:
    """Change no row."""
