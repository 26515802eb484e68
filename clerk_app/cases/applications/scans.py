"""Scans of an application: which may be named, and the replacement of those that the center has not kept."""

from __future__ import annotations

import re
from collections.abc import Collection
from typing import TYPE_CHECKING, ClassVar

import msgspec

from clerk_app.cases.applications.content import (
    MAX_ATTACHMENTS,
    RECEIVED,
    RequestEvidence,
    SentAttachment,
    get_open_application,
    mark_application_changed,
)
from clerk_app.cases.media_types import MEDIA_TYPES
from clerk_app.catalogue import publication
from clerk_app.errors import Refused
from clerk_app.ledger.access import MachineKind, Role
from clerk_app.ledger.commands import Command, CommandDecision, Entry, Moment, Placement, RuleSet
from clerk_app.locales import mark
from db.engines import Row, Transaction

if TYPE_CHECKING:
    from clerk_app.catalogue.model import Catalogue

RULES = RuleSet()
_MOST_REPLACEMENTS = 20  # of an application: the log keeps each
_DIGEST = re.compile(r"[0-9a-f]{64}")


class ScansReplaced(CommandDecision, frozen=True, kw_only=True):
    """The scans are replaced."""

    stored_name: ClassVar[str] = "ScansReplaced"


class ReplaceScans(Command[ScansReplaced], frozen=True, kw_only=True):
    """Replaces scans of an application by others of the same materials; nobody has opened it.

    `portal` is the node that sent it. The personal part is the signed request, which names all scans.
    """

    stored_name: ClassVar[str] = "ReplaceScans"
    application: str
    portal: str
    attachments: tuple[SentAttachment, ...]
    personal: RequestEvidence | None = None


def require_known_attachments(attachments: Collection[SentAttachment], catalogue: Catalogue) -> None:
    """Raise Refused unless each attachment is a scan of a type that is accepted, of another material each."""
    if len(attachments) > MAX_ATTACHMENTS:
        raise Refused("materials", "An application has at most {limit} attachments.", limit=MAX_ATTACHMENTS)
    known, given = {material.id for material in catalogue.materials}, set[str]()
    for attachment in attachments:
        name = attachment.material[:60]
        if attachment.material not in known:
            raise Refused("material", "The catalogue has no material {name}.", name=name)
        if attachment.material in given:
            raise Refused("twice", "The material {name} is given twice.", name=name, material=name)
        if attachment.media_type not in MEDIA_TYPES:
            raise Refused(
                "media_type",
                "The scan of {name} is declared as {type}. Accepted are JPEG (image/jpeg), PNG (image/png) and PDF "
                "(application/pdf).",
                name=name,
                type=attachment.media_type[:60],
            )
        if not _DIGEST.fullmatch(attachment.content):
            raise Refused("material", "The scan of {name} needs its SHA-256.", name=name)
        given.add(attachment.material)


def list_replaced(tx: Transaction, number: str, sent: Collection[SentAttachment]) -> tuple[SentAttachment, ...] | None:
    """Return those of the sent scans that an application does not have; None if it has scans of other materials."""
    before = {scan.material: scan for scan in _read_scans(tx, number)}
    if before.keys() != {scan.material for scan in sent}:
        return None
    return tuple(scan for scan in sent if before[scan.material] != scan)


def may_replace(tx: Transaction, application: Row, scans: Collection[SentAttachment]) -> bool:
    """Return whether these scans may replace those of the same materials.

    Nobody has opened the application, and none of the replaced scans is kept: it was refused, or never arrived.
    """
    materials = {scan.material for scan in scans}
    replaced = [scan.content for scan in _read_scans(tx, application["number"]) if scan.material in materials]
    return (
        application["state"] == RECEIVED
        and len(replaced) == len(materials)
        and all(tx.get("contents", digest=digest) is None for digest in replaced)
    )


def _read_scans(tx: Transaction, number: str) -> list[SentAttachment]:
    return [
        SentAttachment(material=row["material"], content=row["content"], media_type=row["media_type"])
        for row in tx.select("application_attachments", application=number)
    ]


def _decide(tx: Transaction, command: ReplaceScans, _moment: Moment) -> ScansReplaced:
    row = get_open_application(tx, command.application)
    if row["portal"] != command.portal:
        raise Refused("source", "A portal replaces scans of the applications that it has sent.")
    catalogue = publication.load_part(tx, row["catalogue"], row["catalogue_version"], row["one_thing"])
    require_known_attachments(command.attachments, catalogue)
    if not may_replace(tx, row, command.attachments):
        raise Refused(
            "kept", "A scan is replaced while nobody has opened the application, and only if it was not kept."
        )
    entries = tx.query_all("ledger.entries_of_stream", stream=f"application/{command.application}")
    if sum(entry["kind"] == ReplaceScans.stored_name for entry in entries) >= _MOST_REPLACEMENTS:
        raise Refused(
            "many", "The scans of an application are replaced at most {limit} times.", limit=_MOST_REPLACEMENTS
        )
    return ScansReplaced()


@RULES.register(
    ReplaceScans,
    ScansReplaced,
    permission="application.replace_scans",
    roles=(Role.SYSTEM,),
    machines=(MachineKind.CENTER,),
    label=mark("Replacement of scans of an application"),
    decide=_decide,
    stream=lambda command, _: f"application/{command.application}",
    documents=("application",),
    placement=Placement.REMOTE,
    max_bytes=4_000_000,
)
def _apply(tx: Transaction, entry: Entry[ReplaceScans, ScansReplaced]) -> None:
    command = entry.command
    for scan in command.attachments:
        tx.update(
            "application_attachments",
            {"application": command.application, "material": scan.material},
            content=scan.content,
            media_type=scan.media_type,
        )
    evidence = command.personal
    tx.update(
        "applications",
        {"number": command.application},
        evidence=msgspec.json.encode(evidence) if evidence is not None else None,
    )
    mark_application_changed(tx, command.application)
