"""What the authority answers to a recorded reading of the registry: masked, or in full if that was asked for.

The answer is built for the key of the entry that recorded the reading, for ANSWERED_FOR after it, and only for the node
that sent it. It is shown and never stored: no document of the registry is replicated.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import msgspec

from clerk_app.catalogue.publication import load_frame
from clerk_app.errors import Refused
from clerk_app.ledger.chain_tips import node_of_chain
from clerk_app.ledger.commands import MessagePart
from clerk_app.ledger.confirmations import may_decide
from clerk_app.people.masking import mask_name, mask_number
from clerk_app.registry.correctable import list_correctable, read_claims
from clerk_app.registry.corrections import REQUESTED
from clerk_app.registry.feed_arrivals import (
    FeedDay,
    SentBatch,
    first_day_of_arrivals,
    list_feed_days,
    list_newest_batches,
)
from clerk_app.registry.feed_states import FeedState, list_feeds
from clerk_app.registry.history import RecordChange, list_changes_of, read_staff_number
from clerk_app.registry.reading import ReadRegistered, ReadRegistryState, UnmaskRegistered
from clerk_app.registry.rows import LICENCE, ORGANISATION, PERSON, RELATION
from clerk_app.registry.search import FindRegistered, RegisteredFound
from db.engines import Row, Transaction

ANSWERED_FOR = 600_000_000  # microseconds
MOST_CORRECTIONS = 200  # in one answer
_HIDDEN = "***"


class FoundRecord(MessagePart, frozen=True, kw_only=True):
    """A person or organisation that was found; name and number are masked."""

    subject: str
    kind: str
    name: str
    number: str
    born: str = ""  # year of birth
    licences: int = 0


class LicenceFacts(MessagePart, frozen=True, kw_only=True):
    """A licence of the record. `claims` are its values by id, empty unless in full."""

    id: str
    kind: str  # code of its type
    number: str
    issuer: str
    valid_from: str
    valid_to: str
    state: str
    updated_at: int
    claims: dict[str, str] = {}


class RelationFacts(MessagePart, frozen=True, kw_only=True):
    """A relation of the record. `is_subject`: the other one is its `relation`; else the record is that of the other."""

    id: str
    relation: str
    is_subject: bool
    other: str
    name: str
    number: str
    valid_from: str
    valid_to: str


class SourceFacts(MessagePart, frozen=True, kw_only=True):
    """A row of a source from which one of the records was made."""

    source: str
    kind: str
    record: str
    identifier: str
    changed_on: str


class CorrectionFacts(MessagePart, frozen=True, kw_only=True):
    """A correction; the values are empty unless the record was asked for in full. Times are microseconds UTC.

    `waits_for_reader`: the administrator who reads it may decide it.
    """

    id: str
    kind: str
    subject: str
    owner: str
    field: str
    licence_type: str = ""
    state: str
    reason: str
    asked_by: str
    asked_at: int
    decided_by: str = ""
    decided_at: int = 0
    alone: bool = False
    note: str = ""
    conflict: str = ""
    source: str = ""
    source_changed_on: str = ""
    source_at: int = 0
    reported_cases: int = 0
    value: str = ""
    base: str = ""
    source_value: str = ""
    waits_for_reader: bool = False


class RecordFacts(MessagePart, frozen=True, kw_only=True):
    """The record of a person or organisation. `correctable` are the fields that can be corrected, by id of record."""

    subject: str
    kind: str
    in_full: bool
    values: dict[str, str]
    registered_at: int
    licences: tuple[LicenceFacts, ...] = ()
    relations: tuple[RelationFacts, ...] = ()
    sources: tuple[SourceFacts, ...] = ()
    history: tuple[RecordChange, ...] = ()
    corrections: tuple[CorrectionFacts, ...] = ()
    correctable: dict[str, tuple[str, ...]] = {}


class RegistryAnswer(MessagePart, frozen=True, kw_only=True):
    """The answer to a reading: what a search found, a record, or the state of feeds and corrections.

    `days` are the arrivals of the last days since `days_from` (microseconds UTC).
    """

    found: tuple[FoundRecord, ...] = ()
    record: RecordFacts | None = None
    feeds: tuple[FeedState, ...] = ()
    corrections: tuple[CorrectionFacts, ...] = ()
    days_from: int = 0
    days: tuple[FeedDay, ...] = ()
    batches: tuple[SentBatch, ...] = ()


def read_answer(tx: Transaction, key: str, node: str, now: int) -> RegistryAnswer:
    """Return the answer for the entry with `key`, which `node` sent; `now` is in microseconds UTC.

    Raises Refused if there is no such reading, or it is too old.
    """
    row = _find_entry(tx, key)
    if row is None or node_of_chain(row["node"]) != node or row["outcome"] != "done":
        raise Refused("no_answer", "Nothing was asked of the registry under this key.")
    if now - row["decided_at"] > ANSWERED_FOR:
        raise Refused("old_answer", "This was asked of the registry too long ago. Ask again.")
    return _build(tx, row, now)


def _find_entry(tx: Transaction, key: str) -> Row | None:
    """Return the entry with a key of the form of `Moment.key`."""
    chain, _dash, rest = key.rpartition("-")
    node, _dash, incarnation = chain.rpartition("-")
    if not (node and incarnation.isdecimal() and rest.isdecimal() and len(incarnation) < 9 and len(rest) < 18):
        return None
    return tx.query_one("ledger.entry_by_key", node=node, incarnation=int(incarnation), number=int(rest))


def _build(tx: Transaction, row: Row, now: int) -> RegistryAnswer:
    kind = row["kind"]
    if kind == FindRegistered.stored_name:
        subjects = msgspec.json.decode(row["decision"], type=RegisteredFound).subjects
        return RegistryAnswer(found=tuple(filter(None, (_build_found(tx, subject) for subject in subjects))))
    if kind == ReadRegistered.stored_name:
        subject = msgspec.json.decode(row["command"], type=ReadRegistered).subject
        return RegistryAnswer(record=build_record(tx, subject, row["actor"], in_full=False))
    if kind == UnmaskRegistered.stored_name:
        subject = msgspec.json.decode(row["command"], type=UnmaskRegistered).subject
        return RegistryAnswer(record=build_record(tx, subject, row["actor"], in_full=True))
    if kind == ReadRegistryState.stored_name:
        return _build_state(tx, row["actor"], now)
    raise Refused("no_answer", "Nothing was asked of the registry under this key.")


def _build_state(tx: Transaction, reader: str, now: int) -> RegistryAnswer:
    rows = tx.query_all("registry_records.open_corrections", many=MOST_CORRECTIONS)
    days_from = first_day_of_arrivals(now, load_frame(tx).time_zone)
    return RegistryAnswer(
        feeds=tuple(list_feeds(tx, now)),
        corrections=tuple(_build_correction(tx, found, reader, in_full=False) for found in rows),
        days_from=days_from,
        days=tuple(list_feed_days(tx, days_from)),
        batches=tuple(list_newest_batches(tx)),
    )


def _find_subject(tx: Transaction, subject: str) -> tuple[str, Row] | None:
    for kind, table in ((PERSON, "persons"), (ORGANISATION, "organisations")):
        row = tx.get(table, id=subject)
        if row is not None:
            return kind, row
    return None


def _build_found(tx: Transaction, subject: str) -> FoundRecord | None:
    found = _find_subject(tx, subject)
    if found is None:
        return None
    kind, row = found
    is_person = kind == PERSON
    return FoundRecord(
        subject=subject,
        kind=kind,
        name=mask_name(row["name"]) if is_person else row["name"],
        number=mask_number(row["id_number"]) if is_person else row["credit_code"],
        born=(row["born"] or "")[:4] if is_person else "",
        licences=len(tx.select("licences", holder=subject)),
    )


def build_record(tx: Transaction, subject: str, reader: str, *, in_full: bool) -> RecordFacts:
    """Return the record of a person or organisation for an account that reads it. Raises Refused if there is none."""
    found = _find_subject(tx, subject)
    if found is None:
        raise Refused("no_subject", "The registry has no such person or organisation any more.")
    kind, row = found
    licences = tx.select("licences", order=("kind", "id"), holder=subject)
    relations = [*tx.select("relations", subject=subject), *tx.select("relations", other=subject)]
    records = {subject: kind, **{each["id"]: LICENCE for each in licences}}
    records |= {each["id"]: RELATION for each in relations}
    rows = {subject: row, **{each["id"]: each for each in (*licences, *relations)}}
    corrections = [
        each for record in records for each in tx.select("registry_corrections", subject=record, order=("asked_at",))
    ]
    return RecordFacts(
        subject=subject,
        kind=kind,
        in_full=in_full,
        values=_values(kind, row, in_full=in_full),
        registered_at=row["registered_at"],
        licences=tuple(_build_licence(each, in_full=in_full) for each in licences),
        relations=tuple(_build_relation(tx, each, subject, in_full=in_full) for each in relations),
        sources=tuple(_read_sources(tx, records, in_full=in_full)),
        history=tuple(list_changes_of(tx, subject, records)),
        corrections=tuple(_build_correction(tx, each, reader, in_full=in_full) for each in reversed(corrections)),
        correctable={record: list_correctable(tx, records[record], rows[record]) for record in records},
    )


def _values(kind: str, row: Row, *, in_full: bool) -> dict[str, str]:
    if kind == ORGANISATION:
        return {name: row[name] or "" for name in ("name", "credit_code", "address")}
    values = {name: row[name] or "" for name in ("name", "id_kind", "id_number", "born", "phone", "address")}
    if in_full:
        return values
    return values | {
        "name": mask_name(values["name"]),
        "id_number": mask_number(values["id_number"]),
        "born": values["born"][:4],
        "phone": mask_number(values["phone"]),
        "address": _HIDDEN if values["address"] else "",
    }


def _build_licence(row: Row, *, in_full: bool) -> LicenceFacts:
    return LicenceFacts(
        id=row["id"],
        kind=row["kind"],
        number=row["identifier"] if in_full else mask_number(row["identifier"]),
        issuer=row["issuer"],
        valid_from=row["valid_from"],
        valid_to=row["valid_to"],
        state=row["state"],
        updated_at=row["updated_at"],
        claims=read_claims(row) if in_full else {},
    )


def _build_relation(tx: Transaction, row: Row, subject: str, *, in_full: bool) -> RelationFacts:
    is_subject = row["subject"] == subject
    other = row["other"] if is_subject else row["subject"]
    kind, found = _find_subject(tx, other) or (PERSON, None)
    name = (found["name"] or "") if found is not None else ""
    number = ((found["id_number"] if kind == PERSON else found["credit_code"]) or "") if found is not None else ""
    return RelationFacts(
        id=row["id"],
        relation=row["relation"],
        is_subject=is_subject,
        other=other,
        name=name if in_full or kind == ORGANISATION else mask_name(name),
        number=number if in_full or kind == ORGANISATION else mask_number(number),
        valid_from=row["valid_from"],
        valid_to=row["valid_to"],
    )


def _read_sources(tx: Transaction, records: dict[str, str], *, in_full: bool) -> Iterator[SourceFacts]:
    for record, kind in records.items():
        for item in tx.select("registry_items", subject=record, order=("source", "identifier")):
            yield SourceFacts(
                source=item["source"],
                kind=kind,
                record=record,
                identifier=item["identifier"] if in_full else mask_number(item["identifier"]),
                changed_on=item["changed_on"],
            )


_PERSONAL = ("value", "base", "source_value")


def _build_correction(tx: Transaction, row: Row, reader: str, *, in_full: bool) -> CorrectionFacts:
    values: dict[str, Any] = {name: row[name] or "" for name in _PERSONAL} if in_full else {}
    licence = tx.get("licences", id=row["subject"]) if row["kind"] == LICENCE else None
    return CorrectionFacts(
        id=row["id"],
        kind=row["kind"],
        subject=row["subject"],
        owner=row["owner"],
        field=row["field"],
        licence_type=licence["kind"] if licence is not None else "",
        state=row["state"],
        reason=row["reason"],
        asked_by=read_staff_number(tx, row["asked_by"]),
        asked_at=row["asked_at"],
        decided_by=read_staff_number(tx, row["decided_by"]) if row["decided_by"] else "",
        decided_at=row["decided_at"] or 0,
        alone=bool(row["alone"]),
        note=row["note"],
        conflict=row["conflict"],
        source=row["source"],
        source_changed_on=row["source_changed_on"],
        source_at=row["source_at"] or 0,
        reported_cases=row["reported_cases"],
        waits_for_reader=row["state"] == REQUESTED and may_decide(tx, reader, row["asked_by"]),
        **values,
    )
