"""Import of a batch of rows of a source: one entry, whose personal parts can be erased each by itself."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, ClassVar

import msgspec
from msgspec.structs import replace

from clerk_app.errors import Refused
from clerk_app.ledger.access import MachineKind, Role
from clerk_app.ledger.commands import Command, CommandDecision, Entry, Moment, Placement, RuleSet
from clerk_app.locales import mark
from clerk_app.registry.feed_conflicts import (
    CorrectionOutcome,
    apply_outcomes,
    compare_with_corrections,
    list_changes,
)
from clerk_app.registry.feed_grants import Feed, find_feed
from clerk_app.registry.issued_licences import change_state
from clerk_app.registry.refusals import StoredRefusal, require_stored_refusals
from clerk_app.registry.resolution import find_digests, resolve_rows
from clerk_app.registry.row_checks import require_stored_form
from clerk_app.registry.rows import ROW_TYPES, AnyRow, LicenceRow, OrganisationRow, PersonRow, RelationRow
from db.engines import Transaction

MAX_ROWS = 1_000
KEPT_REFUSALS = 1_000
"""Batches of a source whose refused rows are kept; the counts of earlier batches stay."""
FILE, API = "file", "api"
MAX_SOURCE_LENGTH = 60

NO_FEED = mark("This machine was not admitted to a feed. At the center: clerk center feed {node}")

RULES = RuleSet()


class RowsImported(CommandDecision, frozen=True, kw_only=True):
    """For each row the id of its record, and whom its personal data concerns (empty: the record itself).

    `status_indexes` are those of licences in the status lists of their issuers, `last_indexes` the last ones given.
    `states` has the rows of licences that the city has issued, by index: the new state, empty if it stays.
    """

    stored_name: ClassVar[str] = "RowsImported"
    subjects: tuple[str, ...]
    owners: tuple[tuple[str, ...], ...] = ()
    status_indexes: tuple[int, ...] = ()
    last_indexes: dict[str, int] = {}
    new: int = 0  # rows whose identifier the source sends for the first time
    serial: int = 0  # of the batch at its source; 0 in entries of earlier versions
    changed_on: str = ""  # the newest of the rows
    changes: dict[str, tuple[str, ...]] = {}  # by index of a row of a known record: the names of the changed fields
    corrections: tuple[CorrectionOutcome, ...] = ()
    states: dict[str, str] = {}


class ImportRegistryRows(Command[RowsImported], frozen=True, kw_only=True):
    """Import up to MAX_ROWS rows of one kind that a source sent. A row is known by source and identifier.

    `personal` has a part for each row; None without rows. An erased part is None. `unchanged` counts the rows that the
    registry has, `refusals` are those that are not imported; `machine` is the node that sent the batch.
    """

    stored_name: ClassVar[str] = "ImportRegistryRows"
    source: str
    kind: str
    personal: tuple[PersonRow | OrganisationRow | RelationRow | LicenceRow | None, ...] | None = None
    way: str = FILE
    machine: str = ""
    unchanged: int = 0
    refusals: tuple[StoredRefusal, ...] = ()
    new: int | None = None  # rows that were new when the batch was checked; None: not compared


def _decide(tx: Transaction, command: ImportRegistryRows, moment: Moment) -> RowsImported:
    row_type = ROW_TYPES.get(command.kind)
    rows = [row for row in command.personal or () if row_type is not None and isinstance(row, row_type)]
    is_empty = not rows and not command.unchanged and not command.refusals
    if row_type is None or is_empty or len(rows) != len(command.personal or ()) or len(rows) > MAX_ROWS:
        raise Refused("rows", "A batch has 1 to {limit} rows of one kind.", limit=MAX_ROWS)
    if not 0 < len(command.source) <= MAX_SOURCE_LENGTH:
        raise Refused("source", "The source of these rows needs a name of at most {limit} characters.", limit=60)
    require_stored_refusals(command.refusals, MAX_ROWS)
    is_own_way = command.way == FILE and not command.machine if moment.is_remote else command.way in (FILE, API)
    if command.unchanged < 0 or not is_own_way:
        raise Refused("rows", "A batch has 1 to {limit} rows of one kind.", limit=MAX_ROWS)
    if len({row.identifier for row in rows}) != len(rows):
        raise Refused("rows", "Two rows of this batch have the same identifier.")
    if moment.is_remote:  # otherwise this program has checked them before
        require_stored_form(tx, rows)
    feed = _require_feed(tx, command) if command.way == API else None
    found = resolve_rows(tx, command.source, command.kind, rows, _new_id(moment, ""), feed=feed)
    if feed is not None:
        _require_same_check(tx, command, rows, found.new_count)
    if found.conflicts:
        index, conflict = min(found.conflicts.items())
        raise Refused("conflict", "Row {row}, {field}: {why}", row=index + 1, field=conflict.field, why=conflict.why)
    prefix = _new_id(moment, "")
    known = ["" if subject.startswith(prefix) else subject for subject in found.subjects]
    corrections = compare_with_corrections(tx, rows, known, found.state_only)
    changes = list_changes(tx, command.kind, rows, known, corrections)
    changed = {str(index): "state" in changes[str(index)] for index in sorted(found.state_only)}
    changes |= {index: ("state",) if is_changed else () for index, is_changed in changed.items()}
    is_own = all(owner == (subject,) for owner, subject in zip(found.owners, found.subjects, strict=True))
    return RowsImported(
        subjects=tuple(found.subjects),
        owners=() if is_own else tuple(found.owners),
        status_indexes=tuple(found.status_indexes),
        last_indexes=found.last_indexes,
        new=found.new_count,
        serial=next_serial(tx, command.source),
        changed_on=max((row.changed_on for row in rows), default=""),
        changes=changes,
        corrections=corrections,
        states={index: _state_of(rows[int(index)]) if is_changed else "" for index, is_changed in changed.items()},
    )


def _state_of(row: AnyRow) -> str:
    return row.state if isinstance(row, LicenceRow) else ""


def _require_same_check(tx: Transaction, command: ImportRegistryRows, rows: Sequence[AnyRow], new_count: int) -> None:
    """Raise Refused ("conflict") if another process has imported some of the rows since the batch was checked."""
    known = find_digests(tx, command.source, command.kind, [row.identifier for row in rows])
    is_repeated = any(known.get(row.identifier) == row.digest for row in rows)
    if is_repeated or command.new not in (None, new_count):
        raise Refused("conflict", "Another batch has changed rows of this one at the same time. Send it again.")


def _require_feed(tx: Transaction, command: ImportRegistryRows) -> Feed:
    feed = find_feed(tx, command.machine)
    if feed is None or feed.source != command.source:
        raise Refused("no_feed", NO_FEED, node=command.machine)
    return feed


def next_serial(tx: Transaction, source: str) -> int:
    """Return the serial of the next batch of a source."""
    row = tx.query_one("registry.last_serial", source=source)
    return ((row["serial"] if row else None) or 0) + 1


def _new_id(moment: Moment, index: int | str) -> str:
    return f"{moment.key}-{index}"


@RULES.register(
    ImportRegistryRows,
    RowsImported,
    permission="registry.import",
    roles=(Role.ADMINISTRATOR, Role.SYSTEM),
    machines=(MachineKind.CENTER, MachineKind.ADMIN),
    label=mark("Import of rows of a register"),
    decide=_decide,
    stream=lambda command, _: f"registry/{command.source}",
    placement=Placement.REMOTE,
    max_bytes=0,  # `decide` limits the number of rows
    recover=lambda tx, entry, _: replace(entry.decision, serial=next_serial(tx, entry.command.source)),
    keep_call=False,  # machines of administrators hold no data of citizens
)
def _apply(tx: Transaction, entry: Entry[ImportRegistryRows, RowsImported]) -> None:
    command, decision, moment = entry.command, entry.decision, entry.moment
    rows: Sequence[AnyRow | None] = command.personal or (None,) * len(decision.subjects)
    if decision.corrections:
        rows = apply_outcomes(tx, command.source, rows, decision.corrections, entry.decided_at)
    owners = decision.owners or [(subject,) for subject in decision.subjects]
    place = moment.node, moment.incarnation, moment.number
    parts = [(owner, *place, part) for part, named in enumerate(owners) for owner in named]
    tx.upsert_many("registry_parts", _PART_COLUMNS, _PART_COLUMNS, parts)
    prefix = _new_id(moment, "")
    for row_index, state in decision.states.items():
        change_state(tx, decision.subjects[int(row_index)], state, entry.decided_at)
    for index, (row, subject) in enumerate(zip(rows, decision.subjects, strict=True)):
        if str(index) in decision.states:
            continue
        if row is None or not subject.startswith(prefix):
            _remove_replaced(tx, command.kind, subject, is_erased=row is None)
    live = [(index, row, decision.subjects[index]) for index, row in enumerate(rows) if row is not None]
    items = [
        (command.source, command.kind, row.identifier, subject, row.digest, row.changed_on)
        for _index, row, subject in live
    ]
    tx.upsert_many("registry_items", _ITEM_COLUMNS[:3], _ITEM_COLUMNS, items)
    at, indexes = entry.decided_at, decision.status_indexes
    records = [
        _record(row, subject, owners[index], indexes[index] if indexes else 0, at)
        for index, row, subject in live
        if str(index) not in decision.states
    ]
    tx.upsert_many(_TABLES[command.kind], ("id",), _RECORD_COLUMNS[command.kind], records)
    if command.kind == "licence":
        users = [(owners[index][0], subject) for index, _row, subject in live if str(index) not in decision.states]
        tx.upsert_many("licence_users", ("person", "licence"), ("person", "licence"), users)
    if decision.serial:
        _record_batch(tx, entry)
    for issuer_code, last in decision.last_indexes.items():
        tx.upsert("issuer_status_indexes", ("issuer_code",), issuer_code=issuer_code, last=last)


def _record_batch(tx: Transaction, entry: Entry[ImportRegistryRows, RowsImported]) -> None:
    command, decision = entry.command, entry.decision
    tx.insert(
        "registry_batches",
        source=command.source,
        serial=decision.serial,
        kind=command.kind,
        way=command.way,
        machine=command.machine,
        at=entry.decided_at,
        new_rows=decision.new,
        changed_rows=len(decision.subjects) - decision.new,
        unchanged_rows=command.unchanged,
        refused_rows=len(command.refusals),
        changed_on=decision.changed_on,
    )
    refusals = [
        (command.source, decision.serial, refused.row, refused.field, refused.code, msgspec.json.encode(refused.facts))
        for refused in command.refusals
    ]
    tx.upsert_many("registry_refusals", _REFUSAL_COLUMNS[:3], _REFUSAL_COLUMNS, refusals)
    tx.delete("registry_refusals", source=command.source, serial=decision.serial - KEPT_REFUSALS)


_REFUSAL_COLUMNS = ("source", "serial", "row_number", "field", "code", "facts")
_PART_COLUMNS = ("subject", "node", "incarnation", "number", "part")
_ITEM_COLUMNS = ("source", "kind", "identifier", "subject", "digest", "changed_on")
_TABLES = {"person": "persons", "organisation": "organisations", "relation": "relations", "licence": "licences"}


def _remove_replaced(tx: Transaction, kind: str, subject: str, *, is_erased: bool) -> None:
    """Remove what a later row of the same record does not overwrite; the whole record if that row was erased."""
    if kind == "licence":
        tx.delete("licence_users", licence=subject)
    if is_erased:
        delete_record(tx, kind, subject)


def delete_record(tx: Transaction, kind: str, subject: str) -> None:
    """Delete a record, and the rows of sources from which it was made."""
    tx.delete(_TABLES[kind], id=subject)
    tx.delete("registry_items", subject=subject)


_RECORD_COLUMNS = {
    "person": ("id", "id_kind", "name", "id_number", "born", "phone", "address", "registered_at"),
    "organisation": ("id", "name", "credit_code", "address", "registered_at"),
    "relation": ("id", "subject", "other", "relation", "valid_from", "valid_to", "updated_at"),
    "licence": (
        "id", "kind", "identifier", "holder", "issuer", "issuer_code", "valid_from", "valid_to", "state",
        "status_index", "claims", "updated_at",
    ),
}  # fmt: skip


def _record(row: AnyRow, subject: str, owners: tuple[str, ...], status_index: int, at: int) -> tuple[Any, ...]:
    """Return the values of the record of a row, in the order of its columns."""
    if isinstance(row, PersonRow):
        return subject, row.id_kind, row.name, row.id_number, row.born, row.phone, row.address, at
    if isinstance(row, OrganisationRow):
        return subject, row.name, row.credit_code, row.address, at
    if isinstance(row, RelationRow):
        return subject, *owners, row.relation, row.valid_from, row.valid_to, at
    return (
        subject, row.licence_type, row.identifier, owners[0], row.issuer, row.issuer_code, row.valid_from,
        row.valid_to, row.state, status_index, msgspec.json.encode(row.claims), at,
    )  # fmt: skip
