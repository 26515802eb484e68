"""What becomes of an approved correction when a source sends the corrected record again.

| value that the row has | the correction | shown as a conflict |
|---|---|---|
| the corrected one | ends: the source has adopted it | no |
| the one that was corrected | stays | yes: repeated |
| a third one, changed at the source after the day of the correction, or without a date | ends: overtaken | yes: newer |
| a third one, changed before | stays | yes: older |
| the state "revoked" of a licence | ends: overtaken | yes: newer |
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from operator import attrgetter, itemgetter

import msgspec

from clerk_app.ledger.commands import MessagePart
from clerk_app.registry.columns import CLAIM
from clerk_app.registry.correctable import TABLES, read_claims
from clerk_app.registry.rows import LICENCE, REVOKED, AnyRow, LicenceRow
from db.engines import Row, Transaction

REPEATED, OLDER, NEWER = "repeated", "older", "newer"
_ENDED = {"": "adopted", NEWER: "overtaken"}  # state by conflict; else the correction stays


class CorrectionOutcome(MessagePart, frozen=True, kw_only=True):
    """What becomes of a correction by the row at `index` of a batch; `conflict` is empty if the source has adopted it.

    `stays`: the corrected value holds on.
    """

    correction: str
    index: int
    conflict: str = ""

    @property
    def stays(self) -> bool:
        """Whether the corrected value is kept in the record."""
        return self.conflict not in _ENDED


def compare_with_corrections(
    tx: Transaction, rows: Sequence[AnyRow], subjects: Sequence[str], state_only: Collection[int] = ()
) -> tuple[CorrectionOutcome, ...]:
    """Return what becomes of the approved corrections of these records; `subjects` are empty for new ones.

    Of the rows in `state_only` the state alone is taken over: corrections of other values stay as they are.
    """
    indexes = {subject: index for index, subject in enumerate(subjects) if subject}
    if not indexes:
        return ()
    known = tx.query_all("registry_records.corrections_of_subjects", subjects=tx.encode_list(sorted(indexes)))
    return tuple(
        CorrectionOutcome(
            correction=row["id"],
            index=indexes[row["subject"]],
            conflict=_compare(row, rows[indexes[row["subject"]]]),
        )
        for row in known
        if row["field"] == "state" or indexes[row["subject"]] not in state_only
    )


def _compare(correction: Row, row: AnyRow) -> str:
    value = read_row_value(row, correction["field"])
    if correction["field"] == "state" and value == REVOKED:  # the source alone revokes, whatever its date
        return NEWER
    if value == correction["value"]:
        return ""
    if value == correction["base"]:
        return REPEATED
    return OLDER if row.changed_on and row.changed_on <= correction["decided_on"] else NEWER


def read_row_value(row: AnyRow, field: str) -> str:
    """Return the value that a row of a source has for a field of its record."""
    if field.startswith(CLAIM):
        return row.claims.get(field.removeprefix(CLAIM), "") if isinstance(row, LicenceRow) else ""
    return str(getattr(row, field, ""))


def apply_outcomes(
    tx: Transaction, source: str, rows: Sequence[AnyRow | None], outcomes: Iterable[CorrectionOutcome], at: int
) -> list[AnyRow | None]:
    """Record what becomes of corrections at `at` (microseconds UTC); return the rows with the values that stay.

    A row or value that was erased since is left as it is.
    """
    corrected = list(rows)
    for outcome in outcomes:
        correction = tx.get("registry_corrections", id=outcome.correction)
        row = corrected[outcome.index]
        if correction is None or row is None:
            continue
        tx.update(
            "registry_corrections",
            {"id": outcome.correction},
            state=_ENDED.get(outcome.conflict, "approved"),
            conflict=outcome.conflict,
            source=source,
            source_value=read_row_value(row, correction["field"]) if outcome.conflict else None,
            source_changed_on=row.changed_on,
            source_at=at,
        )
        if outcome.stays and correction["value"] is not None:
            corrected[outcome.index] = _write_row_value(row, correction["field"], correction["value"])
    return corrected


def _write_row_value(row: AnyRow, field: str, value: str) -> AnyRow:
    if not field.startswith(CLAIM):
        return msgspec.structs.replace(row, **{field: value})
    if not isinstance(row, LicenceRow):
        return row
    claims = row.claims | {field.removeprefix(CLAIM): value}
    return msgspec.structs.replace(row, claims={claim: text for claim, text in claims.items() if text})


_COMPARED = {
    "person": ("id_kind", "name", "id_number", "born", "phone", "address"),
    "organisation": ("name", "credit_code", "address"),
    "relation": ("relation", "valid_from", "valid_to"),
    "licence": ("issuer", "issuer_code", "valid_from", "valid_to", "state"),
}


def list_changes(
    tx: Transaction,
    kind: str,
    rows: Sequence[AnyRow],
    subjects: Sequence[str],
    outcomes: Iterable[CorrectionOutcome],
) -> dict[str, tuple[str, ...]]:
    """Return the names of the fields that each row changes in its record, by index; new records are left out.

    A value that stays because it was corrected is not changed. The history of a record has these names also after the
    erasure of the values.
    """
    known = sorted({subject for subject in subjects if subject})
    if not known:
        return {}
    statement = f"registry_records.{TABLES[kind]}_by_ids"
    records = {row["id"]: row for row in tx.query_all(statement, ids=tx.encode_list(known))}
    kept: dict[int, set[str]] = {}
    corrections = {outcome.correction: outcome.index for outcome in outcomes if outcome.stays}
    for correction, index in corrections.items():
        found = tx.get("registry_corrections", id=correction)
        kept.setdefault(index, set()).add(found["field"] if found is not None else "")
    changes: dict[str, tuple[str, ...]] = {}
    names = _COMPARED[kind]
    read_row, read_record = attrgetter(*names), itemgetter(*names)
    for index, (row, subject) in enumerate(zip(rows, subjects, strict=True)):
        record = records.get(subject)
        if record is None:
            continue
        pairs = zip(names, read_row(row), read_record(record), strict=True)
        changed = [name for name, value, before in pairs if value != before and (value or before)]
        if kind == LICENCE:
            changed += _compare_claims(row, record)
        kept_fields = kept.get(index)
        changes[str(index)] = tuple(name for name in changed if not kept_fields or name not in kept_fields)
    return changes


def _compare_claims(row: AnyRow, record: Row) -> list[str]:
    """Return the values of a licence that a row changes, as `claim:` and their id."""
    before, after = read_claims(record), row.claims if isinstance(row, LicenceRow) else {}
    changed = {claim for claim in before | after if before.get(claim, "") != after.get(claim, "")}
    return [CLAIM + claim for claim in sorted(changed)]
