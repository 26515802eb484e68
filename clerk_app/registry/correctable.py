"""Fields of records that can be corrected: their present values, and the check of a corrected value.

Numbers by which a source names a record (identity number, credit code, licence number) and the state "revoked" are
changed by the source alone.
"""

from __future__ import annotations

from datetime import date
from typing import Any

import msgspec

from clerk_app.catalogue.publication import load_frame
from clerk_app.errors import BadData, Refused
from clerk_app.locales import mark
from clerk_app.registry.columns import CLAIM
from clerk_app.registry.row_checks import MAX_LENGTH, claims_by_type
from clerk_app.registry.rows import LICENCE, ORGANISATION, PERSON, RELATION, RELATIONS, REVOKED, SUSPENDED, VALID
from clerk_app.text.cleaning import clean_text
from clerk_app.text.identity_documents import RESIDENT
from db.engines import Row, Transaction

TABLES = {PERSON: "persons", ORGANISATION: "organisations", RELATION: "relations", LICENCE: "licences"}
"""Table of the records of each kind."""
FIELD_NAMES = {
    "name": mark("Name"),
    "id_number": mark("Identity number"),
    "id_kind": mark("Kind of document"),
    "credit_code": mark("Credit code"),
    "born": mark("Date of birth"),
    "phone": mark("Telephone"),
    "address": mark("Address"),
    "subject": mark("Person"),
    "other": mark("Related person"),
    "relation": mark("Relation"),
    "valid_from": mark("Valid from"),
    "valid_to": mark("Valid until"),
    "state": mark("State"),
    "licence_type": mark("Type of licence"),
    "holder": mark("Holder"),
    "issuer": mark("Issuer"),
    "issuer_code": mark("Code of the issuer"),
}
"""Name of each field of a row, as a message id."""
_FIELDS = {
    PERSON: ("name", "born", "phone", "address"),
    ORGANISATION: ("name", "address"),
    RELATION: ("relation", "valid_from", "valid_to"),
    LICENCE: ("valid_from", "valid_to", "state"),
}
_DATES = frozenset({"born", "valid_from", "valid_to"})
_REQUIRED = frozenset({"name", "valid_from", "state", "relation"})
CHOICES = {"state": (VALID, SUSPENDED), "relation": tuple(RELATIONS)}
"""Stored ids from which the value of a field is chosen."""


def list_correctable(tx: Transaction, kind: str, record: Row) -> tuple[str, ...]:
    """Return the fields of a record that can be corrected; the values of a licence as `claim:` and their id."""
    fields = _FIELDS[kind]
    if kind == PERSON and record["id_kind"] == RESIDENT:
        fields = tuple(field for field in fields if field != "born")  # it is part of the number
    if kind == LICENCE:
        if record["state"] == REVOKED:
            fields = tuple(field for field in fields if field != "state")
        claims = claims_by_type(load_frame(tx)).get(record["kind"], frozenset())
        fields = (*fields, *(CLAIM + claim for claim in sorted(claims | read_claims(record).keys())))
    return fields


def read_claims(record: Row) -> dict[str, str]:
    """Return the values of a licence by id."""
    return msgspec.json.decode(record["claims"], type=dict[str, str]) if record["claims"] else {}


def read_value(record: Row, field: str) -> str:
    """Return the present value of a field of a record; empty without one."""
    if field.startswith(CLAIM):
        return read_claims(record).get(field.removeprefix(CLAIM), "")
    return str(record[field] or "")


def write_value(tx: Transaction, kind: str, record: Row, field: str, value: str, at: int) -> None:
    """Write a field of a record; `at` is the time of the change, microseconds UTC."""
    changed: dict[str, Any] = {field: value}
    if field.startswith(CLAIM):
        claims = read_claims(record) | {field.removeprefix(CLAIM): value}
        changed = {"claims": msgspec.json.encode({claim: text for claim, text in claims.items() if text})}
    changed["registered_at" if kind in (PERSON, ORGANISATION) else "updated_at"] = at
    tx.update(TABLES[kind], {"id": record["id"]}, **changed)


def check_value(tx: Transaction, kind: str, record: Row, field: str, text: str) -> str:
    """Return a corrected value in the form in which it is stored. Raises BadData, Refused."""
    if field not in list_correctable(tx, kind, record):
        raise Refused("field", "This value can only be changed by the source.")
    value = clean_text(text)
    if not value and field in _REQUIRED:
        raise BadData("This value is needed.")
    if len(value) > MAX_LENGTH:
        raise BadData("This value has more than {limit} characters.", limit=MAX_LENGTH)
    if field in _DATES and value:
        value = _read_date(value)
    if field in CHOICES and value not in CHOICES[field]:
        raise BadData("One of these is needed: {values}.", values=", ".join(CHOICES[field]))
    dates = {name: read_value(record, name) for name in ("valid_from", "valid_to") if name in record} | {field: value}
    if dates.get("valid_to") and dates["valid_to"] < dates.get("valid_from", ""):
        raise BadData("The end is before the beginning.")
    if value == read_value(record, field):
        raise Refused("same", "The record has this value already.")
    return value


def _read_date(text: str) -> str:
    try:
        return date.fromisoformat(text).isoformat()
    except ValueError:
        raise BadData("{text} is not a date such as 2026-05-31.", text=text) from None
