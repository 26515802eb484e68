"""Erasure of one person or organisation that a register had sent: log, records, indexes."""

from __future__ import annotations

from typing import ClassVar

from clerk_app.errors import Refused
from clerk_app.ledger.access import MachineKind, Role
from clerk_app.ledger.commands import Command, CommandDecision, Entry, Moment, Placement, RuleSet
from clerk_app.ledger.confirmations import require_second_person
from clerk_app.ledger.erasures import (
    EntryReference,
    PartReference,
    erase_personal_part,
    erase_some_parts,
    list_personal_entries,
)
from clerk_app.locales import mark
from clerk_app.registry.batches import delete_record
from db.engines import Transaction

RULES = RuleSet()


class RegisteredErased(CommandDecision, frozen=True, kw_only=True):
    """Entries and parts of entries whose personal data is deleted, and the records that go with the person.

    `attachments` are digests of pictures of the licences; the caller deletes their files.
    """

    stored_name: ClassVar[str] = "RegisteredErased"
    parts: tuple[PartReference, ...] = ()
    entries: tuple[EntryReference, ...] = ()
    licences: tuple[str, ...] = ()
    relations: tuple[str, ...] = ()
    attachments: tuple[str, ...] = ()
    alone: bool = False  # whether there was no second administrator to confirm it


class EraseRegistered(Command[RegisteredErased], frozen=True, kw_only=True):
    """Erases a person or organisation with their licences and relations. The other rows of each batch stay."""

    stored_name: ClassVar[str] = "EraseRegistered"
    subject: str
    reason: str


def _decide(tx: Transaction, command: EraseRegistered, moment: Moment) -> RegisteredErased:
    subject = command.subject
    rows = tx.select("registry_parts", order=("node", "incarnation", "number", "part"), subject=subject)
    if not rows:
        raise Refused("no_subject", "No register has sent a person or organisation with the id {id}.", id=subject)
    if not command.reason.strip():
        raise Refused("reason", "A reason is needed.")
    if _is_in_use(tx, subject):
        raise Refused("in_use", "A case or visit still names this person or organisation. It is erased first.")
    alone = require_second_person(tx, command, moment)
    parts: dict[tuple[str, int, int], list[int]] = {}
    for row in rows:
        parts.setdefault((row["node"], row["incarnation"], row["number"]), []).append(row["part"])
    licences = tx.select("licences", order=("id",), holder=subject)
    both = (*tx.select("relations", subject=subject), *tx.select("relations", other=subject))
    streams = [f"person/{subject}", f"organisation/{subject}", *(f"licence/{row['id']}" for row in licences)]
    streams += [f"relation/{row['id']}" for row in both]
    return RegisteredErased(
        parts=tuple(
            PartReference(node=node, incarnation=incarnation, number=number, parts=tuple(indexes))
            for (node, incarnation, number), indexes in parts.items()
        ),
        entries=tuple(list_personal_entries(tx, streams)),
        licences=tuple(row["id"] for row in licences),
        relations=tuple(sorted({row["id"] for row in both})),
        attachments=tuple(sorted({row["content"] for row in licences if _is_exclusive(tx, row["content"], subject)})),
        alone=alone,
    )


def _is_in_use(tx: Transaction, subject: str) -> bool:
    """Return whether a case or visit that is not erased names the person or organisation."""
    return (
        any(row["applicant_name"] is not None for row in tx.select("cases", applicant=subject))
        or tx.get("parties", subject=subject) is not None
        or tx.get("result_parties", subject=subject) is not None
        or any(row["shown_name"] for row in tx.select("visits", person=subject))
        or any(_has_signed_code(tx, row["id"]) for row in tx.select("licences", holder=subject))
    )


def _has_signed_code(tx: Transaction, licence: str) -> bool:
    """Return whether a case that is not erased holds the signed code of a licence, with name and number."""
    return any(row["code"] for row in tx.select("result_licences", licence=licence))


def _is_exclusive(tx: Transaction, content: str | None, subject: str) -> bool:
    if not content or tx.get("materials", content=content) is not None:
        return False
    return all(row["holder"] == subject for row in tx.select("licences", content=content))


@RULES.register(
    EraseRegistered,
    RegisteredErased,
    permission="data.erase",
    roles=(Role.ADMINISTRATOR, Role.SCHEDULE),
    machines=(MachineKind.ADMIN,),
    label=mark("Erasure of a person or organisation of a register"),
    decide=_decide,
    stream=lambda command, _: f"person/{command.subject}",
    placement=Placement.REMOTE,
)
def _apply(tx: Transaction, entry: Entry[EraseRegistered, RegisteredErased]) -> None:
    subject, erased = entry.command.subject, entry.decision
    for reference in erased.parts:
        erase_some_parts(tx, reference)
    for entry_reference in erased.entries:
        erase_personal_part(tx, entry_reference)
    for licence in erased.licences:
        tx.delete("licence_users", licence=licence)
        tx.delete("kept_licences", licence=licence)
        delete_record(tx, "licence", licence)
    for relation in erased.relations:
        delete_record(tx, "relation", relation)
        tx.delete("registry_corrections", subject=relation)
    tx.delete("licence_users", person=subject)
    delete_record(tx, "person", subject)
    tx.delete("organisations", id=subject)
    tx.delete("registry_parts", subject=subject)
    tx.delete("registry_corrections", owner=subject)
    tx.delete("registry_searches", subject=subject)
    for digest in erased.attachments:
        tx.delete("contents", digest=digest)
