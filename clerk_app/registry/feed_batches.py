"""Import of a batch that the machine of an issuing organ sends: the same checks and conflicts as those of a file.

A batch is one entry. Each of its rows is reported. A batch that is sent again changes nothing: its rows are unchanged.
"""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import date
from hashlib import blake2b
from typing import TYPE_CHECKING, Any

import msgspec

from clerk_app.catalogue.publication import load_frame
from clerk_app.errors import BadData, Refused
from clerk_app.ledger.door import Door
from clerk_app.registry.batches import API, MAX_ROWS, NO_FEED, ImportRegistryRows, next_serial
from clerk_app.registry.columns import CLAIM, choose_fields, fields_by_name
from clerk_app.registry.feed_grants import Feed, find_feed
from clerk_app.registry.feed_messages import (
    CHANGED,
    NEW,
    REFUSED,
    UNCHANGED,
    BatchNumbers,
    BatchReport,
    BatchRequest,
    RowReport,
)
from clerk_app.registry.refusals import (
    REASONS,
    REPEATED,
    UNKNOWN_FIELD,
    RowRefusal,
    store_refusal,
)
from clerk_app.registry.resolution import find_digests, resolve_rows
from clerk_app.registry.row_checks import build_row, claims_by_type, clean_cells, plain_identifier, read_credit_code
from clerk_app.registry.rows import LICENCE, ROW_TYPES, AnyRow
from db.engines import Transaction

if TYPE_CHECKING:
    from clerk_app.catalogue.model import Catalogue

_DIGEST_BYTES = 16
_ATTEMPTS = 5
_LOCKS = tuple(threading.Lock() for _ in range(16))


class _Batch:
    """Rows of a request that are checked, and the refusals of the others by index."""

    def __init__(self, kind: str, feed: Feed, catalogue: Catalogue, today: date) -> None:
        self._kind, self._feed, self._today = kind, feed, today
        self._fields, self._types = fields_by_name(kind, catalogue), claims_by_type(catalogue)
        self._chosen: dict[tuple[str, ...], tuple[str | None, ...]] = {}  # fields by the names of a row
        self.refusals: dict[int, RowRefusal] = {}
        self.rows: dict[int, AnyRow] = {}
        self.unchanged: list[int] = []
        self.identifiers: dict[int, str] = {}
        self.known: Mapping[str, str] = {}

    def check(self, tx: Transaction, sent: Sequence[Mapping[str, Any]]) -> None:
        """Sort the rows of a request into refused, unchanged and checked ones."""
        named: dict[int, dict[str, object]] = {}
        for index, values in enumerate(sent):
            try:
                named[index] = self._name_fields(values)
            except RowRefusal as refusal:
                self.refusals[index] = refusal
        identifiers = self.identifiers = {
            index: plain_identifier(values.get("identifier")) for index, values in named.items()
        }
        counts = Counter(identifiers.values())
        self.known = known = find_digests(tx, self._feed.source, self._kind, [*{*identifiers.values()}])
        for index, values in named.items():
            identifier, digest = identifiers[index], _digest(values)
            try:
                if identifier and counts[identifier] > 1:
                    raise RowRefusal(REPEATED, "identifier")
                if known.get(identifier) == digest and self._is_allowed(values):
                    self.unchanged.append(index)
                else:
                    self.rows[index] = self._build(values, digest)
            except RowRefusal as refusal:
                self.refusals[index] = refusal
        indexes = [*self.rows]
        found = resolve_rows(tx, self._feed.source, self._kind, [*self.rows.values()], NEW, feed=self._feed)
        for place, conflict in found.conflicts.items():
            self.refusals[indexes[place]] = conflict
            del self.rows[indexes[place]]

    def _name_fields(self, values: Mapping[str, Any]) -> dict[str, object]:
        """Return the values of a row by field. Raises RowRefusal for an unknown or repeated field."""
        named: dict[str, object] = {}
        names = tuple(values)
        if names not in self._chosen:
            self._chosen[names] = choose_fields(self._kind, names, self._fields)
        for name, field in zip(names, self._chosen[names], strict=True):
            if field is None or field in named:
                raise RowRefusal(UNKNOWN_FIELD, "", BadData("The field {name} is not known.", name=name[:40]))
            if field:
                named[field] = values[name]
        return named

    def _is_allowed(self, values: Mapping[str, object]) -> bool:
        """Return whether the machine may write an unchanged row, whose values were checked when it was imported."""
        try:
            self._feed.check_kind(self._kind)
            if self._kind == LICENCE:
                code = read_credit_code(clean_cells({"issuer_code": values.get("issuer_code")}), "issuer_code")
                self._feed.check_licence(str(values.get("licence_type")), code)
        except RowRefusal:
            return False
        return True

    def _build(self, values: Mapping[str, object], digest: str) -> AnyRow:
        self._feed.check_kind(self._kind)
        row = build_row(self._kind, clean_cells(values), digest, self._types, self._today)
        self._feed.check_row(self._kind, row)
        return row


def import_batch(door: Door, feed: Feed, request: BatchRequest, today: date, actor: str) -> BatchReport:
    """Import the rows of a request and report each; what the feed grants is read again for each attempt.

    Raises Refused ("rows": too many or none; "kind"; "no_feed"), OutOfReach.
    """
    if request.kind not in ROW_TYPES:
        raise Refused("kind", "A batch has rows of one of these kinds: {kinds}.", kinds=", ".join(ROW_TYPES))
    if not 0 < len(request.rows) <= MAX_ROWS:
        raise Refused("rows", "A batch has 1 to {limit} rows of one kind.", limit=MAX_ROWS)
    with _LOCKS[hash(feed.source) % len(_LOCKS)]:  # otherwise two batches could be checked against the same rows
        for attempt in range(1, _ATTEMPTS + 1):
            try:
                return _import_once(door, feed, request, today, actor)
            except Refused as refused:  # another process has written the same rows meanwhile
                if refused.reason != "conflict" or attempt == _ATTEMPTS:
                    raise
    raise AssertionError("unreachable")


def _import_once(door: Door, feed: Feed, request: BatchRequest, today: date, actor: str) -> BatchReport:
    with door.store.read() as tx:
        granted = find_feed(tx, feed.node)
        if granted is None:
            raise Refused("no_feed", NO_FEED, node=feed.node)
        batch = _Batch(request.kind, granted, load_frame(tx), today)
        batch.check(tx, request.rows)
    command = ImportRegistryRows(
        source=granted.source,
        kind=request.kind,
        personal=tuple(batch.rows.values()) or None,
        way=API,
        machine=feed.node,
        unchanged=len(batch.unchanged),
        new=sum(row.identifier not in batch.known for row in batch.rows.values()),
        refusals=tuple(store_refusal(index, refusal) for index, refusal in sorted(batch.refusals.items())),
    )
    decision = door.perform(command, actor)
    with door.store.read() as tx:
        previous = _find_previous(tx, granted.source, granted.node, decision.serial)
    states = dict.fromkeys(batch.unchanged, UNCHANGED)
    states |= {index: CHANGED if row.identifier in batch.known else NEW for index, row in batch.rows.items()}
    return BatchReport(
        batch=decision.serial,
        previous=previous,
        kind=request.kind,
        new=decision.new,
        changed=len(batch.rows) - decision.new,
        unchanged=len(batch.unchanged),
        refused=len(batch.refusals),
        rows=tuple(
            _report_row(index, batch.identifiers.get(index, ""), states.get(index, REFUSED), batch.refusals.get(index))
            for index in range(len(request.rows))
        ),
    )


def _report_row(index: int, identifier: str, state: str, refusal: RowRefusal | None) -> RowReport:
    if refusal is None:
        return RowReport(index=index, state=state, identifier=identifier)
    return RowReport(
        index=index,
        state=state,
        identifier=identifier,
        field=refusal.field.removeprefix(CLAIM),
        code=refusal.code,
        sentence=refusal.why.sentence,
        facts=refusal.why.text_facts,
    )


def _find_previous(tx: Transaction, source: str, machine: str, before: int) -> int:
    """Return the number of the last batch of a machine before a number; 0 without one."""
    row = tx.query_one("registry.last_serial_of_machine", source=source, machine=machine, before=before)
    return int(row["serial"]) if row is not None else 0


def read_batch_numbers(tx: Transaction, feed: Feed) -> BatchNumbers:
    """Return the numbers of the last batches of the source and of the machine of a feed."""
    following = next_serial(tx, feed.source)
    return BatchNumbers(last=following - 1, last_of_machine=_find_previous(tx, feed.source, feed.node, following))


def read_batch_report(tx: Transaction, source: str, serial: int) -> BatchReport | None:
    """Return a batch of a source with its refused rows, as far as they are kept; None for an unknown batch."""
    row = tx.get("registry_batches", source=source, serial=serial)
    if row is None:
        return None
    refusals = tx.select("registry_refusals", order=("row_number",), source=source, serial=serial)
    return BatchReport(
        batch=serial,
        previous=_find_previous(tx, source, row["machine"], serial),
        kind=row["kind"],
        new=row["new_rows"],
        changed=row["changed_rows"],
        unchanged=row["unchanged_rows"],
        refused=row["refused_rows"],
        rows=tuple(
            RowReport(
                index=refused["row_number"],
                state=REFUSED,
                field=refused["field"].removeprefix(CLAIM),
                code=refused["code"],
                sentence=REASONS[refused["code"]],
                facts=msgspec.json.decode(refused["facts"], type=dict[str, str]),
            )
            for refused in refusals
        ),
    )


def _digest(values: Mapping[str, object]) -> str:
    """Return the digest of the values of a row, which does not depend on their order and on the names of the fields."""
    return blake2b(msgspec.json.encode(sorted(values.items())), digest_size=_DIGEST_BYTES).hexdigest()
