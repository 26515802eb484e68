"""Which records of this store the rows of a source become, and which rows contradict what is known."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import msgspec

from clerk_app.registry.feed_grants import Feed
from clerk_app.registry.issued_licences import check_state_row
from clerk_app.registry.refusals import FINAL, FOREIGN, JOINED, OLDER, OTHER_SOURCE, SPLIT, TWICE, UNKNOWN, RowRefusal
from clerk_app.registry.rows import REVOKED, AnyRow, LicenceRow, OrganisationRow, PersonRow, RelationRow
from db.engines import Row, Transaction


class Resolution(msgspec.Struct):
    """For each row: the id of its record, whom its personal data concerns, its index in a status list (licences).

    Rows that contradict the registry have no record. `last_indexes` are the last indexes given, by issuer; `new_count`
    is the number of rows whose identifier the source sends for the first time. `state_only` are the rows of
    licences that the city has issued, of which nothing but the state is taken over.
    """

    subjects: list[str]
    owners: list[tuple[str, ...]]
    status_indexes: list[int]
    last_indexes: dict[str, int]
    new_count: int
    conflicts: dict[int, RowRefusal]
    state_only: set[int] = msgspec.field(default_factory=set)


def resolve_rows(
    tx: Transaction,
    source: str,
    kind: str,
    rows: Sequence[AnyRow],
    new_prefix: str,
    *,
    are_new: bool = False,
    feed: Feed | None = None,
) -> Resolution:
    """Resolve rows of one kind; the id of a new record is `new_prefix` with the index of its row.

    `are_new`: the source has sent none of these identifiers before. With a `feed`, rows that it may not write, and
    those that would change what another source has registered, contradict the registry too.
    """
    found = Resolution([""] * len(rows), [()] * len(rows), [], {}, 0, {})
    if not rows:
        return found
    items = {} if are_new else find_items(tx, source, kind, [row.identifier for row in rows])
    for index, row in enumerate(rows if items else ()):
        known = items.get(row.identifier)
        if known is None:
            continue
        if row.changed_on and row.changed_on < known["changed_on"]:
            found.conflicts[index] = RowRefusal(OLDER, "changed_on", day=known["changed_on"])
        found.subjects[index] = known["subject"]
    resolve = _resolve_licences if kind == "licence" else _resolve_relations if kind == "relation" else _resolve_persons
    resolve(tx, source, rows, found, feed)
    if feed is not None:
        _check_grants(feed, kind, rows, found)
    subjects, owners, conflicts = found.subjects, found.owners, found.conflicts
    for index, row in enumerate(rows):
        if index not in conflicts:
            subjects[index] = subjects[index] or f"{new_prefix}{index}"
            found.new_count += row.identifier not in items
        owners[index] = owners[index] or (subjects[index],)
    return found


def find_items(tx: Transaction, source: str, kind: str, identifiers: Sequence[str]) -> dict[str, Row]:
    """Return the rows of `registry_items` of a source by identifier."""
    encoded = tx.encode_list(identifiers)
    rows = tx.query_all("registry.items_by_identifiers", source=source, kind=kind, identifiers=encoded)
    return {row["identifier"]: row for row in rows}


def find_digests(tx: Transaction, source: str, kind: str, identifiers: Sequence[str]) -> dict[str, str]:
    """Return the digests of the rows that a source sent last, by identifier."""
    encoded = tx.encode_list(identifiers)
    row = tx.query_one("registry.digests_by_identifiers", source=source, kind=kind, identifiers=encoded)
    return msgspec.json.decode(row["digests"], type=dict[str, str]) if row is not None else {}


def _find_subjects(tx: Transaction, numbers: Iterable[str]) -> dict[str, str]:
    """Return the ids of persons and organisations by identity number and credit code."""
    rows = tx.query_all("registry.subjects_by_numbers", numbers=tx.encode_list(sorted(set(numbers))))
    return {row["number"]: row["id"] for row in rows}


def _number_of(row: AnyRow) -> str:
    return row.id_number if isinstance(row, PersonRow) else row.credit_code if isinstance(row, OrganisationRow) else ""


def _name_of(row: AnyRow) -> str:
    return row.name if isinstance(row, PersonRow | OrganisationRow) else ""


def _check_grants(feed: Feed, kind: str, rows: Sequence[AnyRow], found: Resolution) -> None:
    for index, row in enumerate(rows):
        try:
            feed.check_row(kind, row)
        except RowRefusal as refusal:
            found.conflicts[index] = refusal


def _resolve_persons(
    tx: Transaction, source: str, rows: Sequence[AnyRow], found: Resolution, feed: Feed | None
) -> None:
    """Resolve persons or organisations, which are recognised by their number."""
    known = [subject for subject in found.subjects if subject]
    before = {}
    if known:
        named = tx.query_all("registry.persons_and_organisations_by_ids", ids=tx.encode_list(known))
        before = {row["id"]: row for row in named}
    numbers = [*map(_number_of, rows)]
    by_number = _find_subjects(tx, numbers)
    seen: set[str] = set()
    field = "id_number" if isinstance(rows[0], PersonRow) else "credit_code"
    for index, number in enumerate(numbers):
        subject = found.subjects[index]
        same = by_number.get(number)
        old = before.get(subject)
        if number in seen:
            found.conflicts[index] = RowRefusal(TWICE, field)
        elif subject and same not in (None, subject):
            found.conflicts[index] = RowRefusal(JOINED, field)
        elif old is not None and old["number"] != number and old["name"] != _name_of(rows[index]):
            found.conflicts[index] = RowRefusal(SPLIT, "identifier")
        elif not subject and same is not None:
            sources = {item["source"] for item in tx.select("registry_items", subject=same)}
            if source in sources:
                found.conflicts[index] = RowRefusal(TWICE, field)
            elif sources and feed is not None:
                found.conflicts[index] = RowRefusal(OTHER_SOURCE, field)
            found.subjects[index] = same
        seen.add(number)


def _resolve_relations(
    tx: Transaction, _source: str, rows: Sequence[AnyRow], found: Resolution, _feed: Feed | None
) -> None:
    numbers = [number for row in rows if isinstance(row, RelationRow) for number in (row.subject, row.other)]
    by_number = _find_subjects(tx, numbers)
    for index, row in enumerate(rows):
        assert isinstance(row, RelationRow)
        for field, number in (("subject", row.subject), ("other", row.other)):
            if number not in by_number:
                found.conflicts[index] = RowRefusal(UNKNOWN, field)
        found.owners[index] = by_number.get(row.subject, ""), by_number.get(row.other, "")


def _resolve_licences(
    tx: Transaction, _source: str, rows: Sequence[AnyRow], found: Resolution, feed: Feed | None
) -> None:
    by_number = _find_subjects(tx, (row.holder for row in rows if isinstance(row, LicenceRow)))
    encoded = tx.encode_list([row.identifier for row in rows])
    stored = tx.query_all("registry.licences_by_identifiers", identifiers=encoded)
    licences = {(row["identifier"], row["kind"]): row for row in stored}
    by_id = {row["id"]: row for row in stored}
    for index, row in enumerate(rows):
        assert isinstance(row, LicenceRow)
        same, old = licences.get((row.identifier, row.licence_type)), by_id.get(found.subjects[index])
        holder = by_number.get(row.holder)
        if same is not None and same["is_own"] and feed is not None and not found.subjects[index]:
            found.subjects[index], old = same["id"], same
        if holder is None:
            found.conflicts[index] = RowRefusal(UNKNOWN, "holder")
        elif same is not None and same["id"] != found.subjects[index]:
            found.conflicts[index] = RowRefusal(FOREIGN, "identifier")
        elif old is not None and old["state"] == REVOKED and row.state != REVOKED:
            found.conflicts[index] = RowRefusal(FINAL, "state")
        elif old is not None and feed is not None:
            _check_old_licence(feed, old, index, found)
        if old is not None and old["is_own"] and index not in found.conflicts:
            _check_state_row(tx, row, holder or "", index, found)
        found.owners[index] = (holder or "",)
        found.status_indexes.append(_choose_index(tx, row, old, index, found))


def _check_old_licence(feed: Feed, old: Row, index: int, found: Resolution) -> None:
    """Another machine of the source may have written the licence, with another type or issuer."""
    try:
        feed.check_licence(old["kind"], old["issuer_code"])
    except RowRefusal as refusal:
        found.conflicts[index] = refusal


def _check_state_row(tx: Transaction, row: LicenceRow, holder: str, index: int, found: Resolution) -> None:
    found.state_only.add(index)
    try:
        check_state_row(tx, row, found.subjects[index], holder)
    except RowRefusal as refusal:
        found.conflicts[index] = refusal


def _choose_index(tx: Transaction, row: LicenceRow, old: Row | None, index: int, found: Resolution) -> int:
    """Return the index of a licence in the status list of its issuer: the present one, unless the issuer changes."""
    if old is not None and old["issuer_code"] == row.issuer_code:
        return int(old["status_index"])
    return 0 if index in found.conflicts else _take_index(tx, row.issuer_code, found.last_indexes)


def _take_index(tx: Transaction, issuer_code: str, given: dict[str, int]) -> int:
    """Return the next free index in the status list of an issuer; `given` are the last ones by issuer."""
    if issuer_code not in given:
        row = tx.get_for_update("issuer_status_indexes", issuer_code=issuer_code)
        row = row or tx.query_one("registry.last_status_index", issuer_code=issuer_code)
        given[issuer_code] = (row["last"] if row else None) or 0
    given[issuer_code] += 1
    return given[issuer_code]
