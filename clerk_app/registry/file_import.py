"""Import of a file of rows: in batches, each of which is recorded whole or not at all.

An import that was interrupted is continued by importing the file again: rows that the registry has are skipped by
their digest.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date
from hashlib import blake2b
from itertools import islice
from tempfile import TemporaryFile
from typing import NamedTuple, cast

import msgspec

from clerk_app.catalogue.publication import load_frame
from clerk_app.errors import BadData
from clerk_app.ledger.door import Door
from clerk_app.registry.batches import FILE, MAX_ROWS, ImportRegistryRows
from clerk_app.registry.columns import Header, read_header
from clerk_app.registry.refusals import COLUMNS, REPEATED, RowRefusal, StoredRefusal, store_refusal
from clerk_app.registry.repeated_values import RepeatedValues
from clerk_app.registry.resolution import find_digests, resolve_rows
from clerk_app.registry.row_checks import (
    are_clean_texts,
    build_row,
    claims_by_type,
    clean_cells,
    plain_identifier,
)
from clerk_app.registry.rows import AnyRow
from clerk_app.registry.source_files import SourceFile, Values
from clerk_app.text.cleaning import JOINER
from db.engines import Transaction

_DIGEST_BYTES = 16


class RowMistake(NamedTuple):
    """A row that is not imported: its number in the file, the name of its column ("" for the whole row), the reason."""

    row: int
    column: str
    why: BadData


class ImportReport(msgspec.Struct):
    """Numbers of rows of an import."""

    kind: str
    new: int = 0
    changed: int = 0
    unchanged: int = 0
    refused: int = 0


_SentRow = tuple[int, Values, str, str, str]
"""Number, values, identifier, digest, joined texts. A plain tuple, because one is made for each row of the file."""


class FileImport:
    """The import of one file of a source."""

    def __init__(
        self,
        door: Door,
        file: SourceFile,
        source: str,
        actor: str,
        *,
        is_dry_run: bool,
        today: date,
        report_mistake: Callable[[RowMistake], None],
    ) -> None:
        self._door, self._file, self._source, self._actor = door, file, source, actor
        self._is_dry_run, self._today = is_dry_run, today
        self._report_mistake = report_mistake
        self._mistakes: list[RowMistake] = []  # of the present batch
        self._refusals: list[StoredRefusal] = []  # of the present batch
        self._unrecorded = 0  # unchanged rows that no batch counts so far
        self._header: Header
        self._types: Mapping[str, frozenset[str]] = {}
        self._repeated: frozenset[int] = frozenset()
        self.report = ImportReport("")

    def run(self) -> ImportReport:
        """Import the file and return the numbers of its rows.

        Raises BadData if the file cannot be read (rows before that place may have been imported), Refused, OutOfReach.
        """
        with self._door.store.read() as tx:
            catalogue = load_frame(tx)
        self._types = claims_by_type(catalogue)
        self._header = read_header(self._file.read_header(), catalogue)
        self.report = ImportReport(self._header.kind)
        self._repeated = self._find_repeated()
        rows = self._file.read_rows()
        while batch := list(islice(rows, MAX_ROWS)):
            self._import_batch(batch)
            for mistake in sorted(self._mistakes, key=lambda mistake: mistake.row):
                self._report_mistake(mistake)
            self._mistakes.clear()
        if self._unrecorded:
            self._record_batch([])
        return self.report

    def _find_repeated(self) -> frozenset[int]:
        """Return the hashes of the identifiers that more than one row has; this also reads the file to its end."""
        column = self._file.read_column(self._header.fields.index("identifier"))
        with TemporaryFile() as file:
            identifiers = RepeatedValues(file)
            while chunk := list(islice(column, MAX_ROWS)):
                is_plain = _are_plain(chunk)
                identifiers.add(cast(list[str], chunk) if is_plain else map(plain_identifier, filter(None, chunk)))
            return identifiers.find()

    def _import_batch(self, batch: list[tuple[int, Values]]) -> None:
        sent = list(self._read_sent_rows(batch))
        with self._door.store.read() as tx:
            known = find_digests(tx, self._source, self._header.kind, [row[2] for row in sent])
            new = [row for row in sent if known.get(row[2]) != row[3]]
            self.report.unchanged += len(sent) - len(new)
            self._unrecorded += len(sent) - len(new)
            rows = self._drop_conflicts(tx, list(self._build_rows(new)), is_known=bool(known))
        changed = sum(row.identifier in known for row in rows)
        self.report.changed += changed
        self.report.new += len(rows) - changed
        if rows or self._refusals:
            self._record_batch(rows)

    def _record_batch(self, rows: list[AnyRow]) -> None:
        refusals, unchanged = tuple(self._refusals), self._unrecorded
        self._refusals.clear()
        self._unrecorded = 0
        if self._is_dry_run:
            return
        command = ImportRegistryRows(
            source=self._source,
            kind=self._header.kind,
            personal=tuple(rows) or None,
            way=FILE,
            unchanged=unchanged,
            refusals=refusals,
        )
        self._door.perform(command, self._actor)

    def _read_sent_rows(self, batch: list[tuple[int, Values]]) -> Iterator[_SentRow]:
        """Yield the rows that have the right number of values and an identifier of their own."""
        width, at = len(self._header.fields), self._header.fields.index("identifier")
        is_text, repeated = self._file.is_text, self._repeated
        for number, values in batch:
            if len(values) != width:
                self._refuse(number, RowRefusal(COLUMNS, "", count=len(values), columns=width))
                continue
            value = values[at]
            is_plain = isinstance(value, str) and value.isascii() and value.isalnum()  # as most are
            identifier = cast(str, value) if is_plain else plain_identifier(value)
            if repeated and hash(identifier) in repeated:
                self._refuse(number, RowRefusal(REPEATED, "identifier"))
                continue
            joined = JOINER.join(cast(Sequence[str], values) if is_text else map(str, values))
            digest = blake2b(joined.encode(), digest_size=_DIGEST_BYTES).hexdigest()
            yield number, values, identifier, digest, joined

    def _build_rows(self, sent: list[_SentRow]) -> Iterator[tuple[int, AnyRow]]:
        fields, kind = self._header.fields, self._header.kind
        for number, sent_values, _identifier, digest, joined in sent:
            values = dict(zip(fields, sent_values, strict=True))
            try:
                is_clean = self._file.is_text and are_clean_texts(joined)
                cells = cast(dict[str, str], values) if is_clean else clean_cells(values)
                yield number, build_row(kind, cells, digest, self._types, self._today)
            except RowRefusal as refusal:
                self._refuse(number, refusal)

    def _drop_conflicts(self, tx: Transaction, rows: list[tuple[int, AnyRow]], *, is_known: bool) -> list[AnyRow]:
        """Return the rows that do not contradict the registry. `is_known`: the source has sent one of them before."""
        built = [row for _number, row in rows]
        found = resolve_rows(tx, self._source, self._header.kind, built, "new", are_new=not is_known)
        for index, conflict in sorted(found.conflicts.items()):
            self._refuse(rows[index][0], conflict)
        return [row for index, (_number, row) in enumerate(rows) if index not in found.conflicts]

    def _refuse(self, number: int, refusal: RowRefusal) -> None:
        self.report.refused += 1
        self._refusals.append(store_refusal(number, refusal))
        field = refusal.field
        column = self._header.names[self._header.fields.index(field)] if field in self._header.fields else field
        self._mistakes.append(RowMistake(number, column, refusal.why))


def _are_plain(values: Sequence[object]) -> bool:
    """Return whether `plain_identifier` returns each of these values unchanged. Texts are checked together."""
    try:
        joined = "".join(cast(Sequence[str], values))
    except TypeError:  # numbers of a workbook
        return False
    return joined.isascii() and joined.isalnum() and all(values)
