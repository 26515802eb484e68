"""History of a record: each batch and each act that changed it, when, by whom, and which fields, from the log.

The names of changed fields are in the decisions, which have no personal data: they stay after an erasure of the values.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress

import msgspec

from clerk_app.ledger.chain_tips import node_of_chain
from clerk_app.ledger.commands import MessagePart
from clerk_app.ledger.personal_parts import list_erased_parts
from db.engines import Row, Transaction

MOST_CHANGES = 60  # in one history, the newest ones
_ACTS = frozenset(
    {
        "RegisterPerson",
        "RegisterOrganisation",
        "RegisterLicence",
        "RevokeLicence",
        "RequestCorrection",
        "ApproveCorrection",
        "EndCorrection",
    }
)
"""Stored names of the commands on one record that are part of its history, apart from imports."""


class RecordChange(MessagePart, frozen=True, kw_only=True):
    """One line of a history. `at` is in microseconds UTC; `act` is the stored name of the command.

    `record` is a person, organisation, relation or licence of the kind `kind`, `actor` a staff number. `erased`: its
    values were erased.
    """

    at: int
    act: str
    kind: str
    record: str
    source: str = ""
    actor: str = ""
    machine: str = ""
    is_new: bool = False
    fields: tuple[str, ...] = ()
    erased: bool = False


class _Import(MessagePart, frozen=True, kw_only=True):
    source: str = ""
    kind: str = ""


class _Rows(MessagePart, frozen=True, kw_only=True):
    subjects: tuple[str, ...] = ()
    changes: dict[str, tuple[str, ...]] = {}


class _Act(MessagePart, frozen=True, kw_only=True):
    correction: str = ""
    field: str = ""


def list_changes_of(tx: Transaction, subject: str, records: dict[str, str]) -> list[RecordChange]:
    """Return the history of a person or organisation with its licences and relations, newest first.

    `records` are the kinds of these records by their ids.
    """
    changes = [*_read_imports(tx, subject), *_read_acts(tx, records)]
    return sorted(changes, key=lambda change: change.at, reverse=True)[:MOST_CHANGES]


def _read_imports(tx: Transaction, subject: str) -> Iterator[RecordChange]:
    """Yield the rows of batches that concern the person, those included whose values were erased."""
    for place in tx.query_all("registry_records.newest_parts_of_subject", subject=subject, many=MOST_CHANGES):
        key = {name: place[name] for name in ("node", "incarnation", "number")}
        row = tx.query_one("ledger.entry_by_key", **key)
        if row is None:
            continue
        part, command = place["part"], msgspec.json.decode(row["command"], type=_Import)
        rows = msgspec.json.decode(row["decision"], type=_Rows)
        record = rows.subjects[part] if part < len(rows.subjects) else ""
        yield RecordChange(
            at=row["decided_at"],
            act=row["kind"],
            kind=command.kind,
            record=record,
            source=command.source,
            actor=read_staff_number(tx, row["actor"]),
            machine=node_of_chain(row["node"]),
            is_new=record == f"{row['node']}-{row['incarnation']}-{row['number']}-{part}",
            fields=rows.changes.get(str(part), ()),
            erased=_is_erased(row, part),
        )


def read_staff_number(tx: Transaction, actor: str) -> str:
    """Return the staff number of an actor; the id of a program."""
    row = tx.get("staff", id=actor)
    return str(row["number"]) if row is not None else actor


def _is_erased(row: Row, part: int) -> bool:
    if row["personal"] is None:
        return True
    with suppress(msgspec.DecodeError):
        return part in list_erased_parts(row["personal"])
    return True


def _read_acts(tx: Transaction, records: dict[str, str]) -> Iterator[RecordChange]:
    for record, kind in records.items():
        for row in tx.query_all("ledger.entries_of_stream", stream=f"{kind}/{record}"):
            if row["kind"] not in _ACTS or row["outcome"] != "done":
                continue
            act = msgspec.json.decode(row["command"], type=_Act)
            found = tx.get("registry_corrections", id=act.correction) if act.correction else None
            field = found["field"] if found is not None else act.field
            yield RecordChange(
                at=row["decided_at"],
                act=row["kind"],
                kind=kind,
                record=record,
                actor=read_staff_number(tx, row["actor"]),
                machine=node_of_chain(row["node"]),
                is_new=row["revision"] == 1 and row["kind"].startswith("Register"),
                fields=(field,) if field else (),
                erased=row["personal"] is None and row["personal_digest"] is not None,
            )
