"""Check of the values of a row: each is turned into the form in which it is stored, or refused with its column."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from datetime import date, datetime
from functools import lru_cache
from typing import TYPE_CHECKING

from stdnum.cn import uscc
from stdnum.exceptions import ValidationError

from clerk_app.catalogue.publication import load_frame
from clerk_app.errors import BadData, Refused
from clerk_app.locales import format_list, mark
from clerk_app.registry.columns import CLAIM, REQUIRED
from clerk_app.registry.refusals import (
    BIRTH_DATE,
    CHOICE,
    DATE,
    LENGTH,
    NEEDED,
    NUMBER,
    ROUNDED,
    TEXT,
    TYPE_OF_VALUE,
    UNKNOWN_TYPE,
    WRONG_CLAIM,
    WRONG_PERIOD,
    RowRefusal,
)
from clerk_app.registry.rows import (
    LICENCE,
    LICENCE_STATES,
    ORGANISATION,
    PERSON,
    RELATION,
    RELATIONS,
    VALID,
    AnyRow,
    LicenceRow,
    OrganisationRow,
    PersonRow,
    RelationRow,
)
from clerk_app.text.cleaning import JOINER, are_clean, clean_code, clean_text
from clerk_app.text.identity_documents import DOCUMENT_KINDS, RESIDENT, normalize_document_number
from db.engines import Transaction

if TYPE_CHECKING:
    from clerk_app.catalogue.model import Catalogue

MAX_LENGTH = 500  # characters of a value
_ONE_OF = mark("One of these is needed: {values}.")
_EXACT_INTEGER = 10**15  # a spreadsheet keeps 15 digits of a number
_ROUNDED_NUMBER = re.compile(r"[0-9]+(\.[0-9]+)?[eE]\+?[0-9]+")
_ANY_ROUNDED = re.compile(rf"(?:^|{JOINER})[0-9]+(?:\.[0-9]+)?[eE]")
_DATE = re.compile(r"([0-9]{4})(?:-([0-9]{1,2})-|/([0-9]{1,2})/|年([0-9]{1,2})月|([0-9]{2}))([0-9]{1,2})日?")

Cells = Mapping[str, str]
"""Cleaned texts by field; an empty or missing text is no value."""
Common = tuple[str, str, str]
"""Identifier, digest and date of the change of a row."""


def clean_cells(values: Mapping[str, object]) -> dict[str, str]:
    """Return the texts of values by field. Raises RowRefusal for the first value that cannot be stored."""
    return {field: _clean_value(value, field) for field, value in values.items()}


def are_clean_texts(joined: str) -> bool:
    """Return whether `clean_cells` returns these texts, joined by JOINER, unchanged."""
    may_be_rounded = "E" in joined or "e" in joined
    return len(joined) <= MAX_LENGTH and are_clean(joined) and not (may_be_rounded and _ANY_ROUNDED.search(joined))


def build_row(
    kind: str, cells: Cells, digest: str, types: Mapping[str, frozenset[str]], today: date | None = None
) -> AnyRow:
    """Return the row with these values by field. Raises RowRefusal for the first value that cannot be stored.

    `types` are the ids of the claims of each type of licence. A date of birth after `today` is refused.
    """
    for field in REQUIRED[kind]:
        if not cells.get(field):
            raise RowRefusal(NEEDED, field)
    common = cells["identifier"], digest, _date(cells, "changed_on")
    row: AnyRow = _BUILDERS[kind](cells, common, types, today)
    return row


def _build_person(cells: Cells, common: Common, _types: object, today: date | None) -> PersonRow:
    identifier, digest, changed_on = common
    value = cells.get
    given_kind = value("id_kind")
    id_kind = _document_kind(given_kind) if given_kind else RESIDENT
    try:
        number = normalize_document_number(id_kind, cells["id_number"], today)
    except BadData as why:
        raise RowRefusal(NUMBER, "id_number", why) from why
    born = _date(cells, "born")
    if id_kind == RESIDENT:
        written = f"{number[6:10]}-{number[10:12]}-{number[12:14]}"
        if born and born != written:
            raise RowRefusal(BIRTH_DATE, "born")
        born = written
    return PersonRow(
        identifier=identifier,
        digest=digest,
        changed_on=changed_on,
        id_number=number,
        name=cells["name"],
        id_kind=id_kind,
        born=born,
        phone=value("phone", ""),
        address=value("address", ""),
    )


_DOCUMENT_NAMES = {"居民身份证": RESIDENT, "身份证": RESIDENT, "护照": "passport"}


def _document_kind(text: str) -> str:
    kind = _DOCUMENT_NAMES.get(text, text)
    if kind not in DOCUMENT_KINDS:
        why = BadData(_ONE_OF, values=format_list(DOCUMENT_KINDS))
        raise RowRefusal(CHOICE, "id_kind", why)
    return kind


def _build_organisation(cells: Cells, common: Common, _types: object, _today: object) -> OrganisationRow:
    return OrganisationRow(
        identifier=common[0],
        digest=common[1],
        changed_on=common[2],
        credit_code=read_credit_code(cells, "credit_code"),
        name=cells["name"],
        address=cells.get("address", ""),
    )


def _build_relation(cells: Cells, common: Common, _types: object, _today: object) -> RelationRow:
    valid_from, valid_to = _period(cells)
    return RelationRow(
        identifier=common[0],
        digest=common[1],
        changed_on=common[2],
        subject=clean_code(cells["subject"]),
        other=clean_code(cells["other"]),
        relation=_choice(cells, "relation", RELATIONS),
        valid_from=valid_from,
        valid_to=valid_to,
    )


def _build_licence(cells: Cells, common: Common, types: Mapping[str, frozenset[str]], _today: object) -> LicenceRow:
    licence_type = cells["licence_type"]
    if licence_type not in types:
        why = BadData("The catalogue has no type of licence {code}.", code=licence_type)
        raise RowRefusal(UNKNOWN_TYPE, "licence_type", why)
    claims = {}
    for field, claim in _list_claims(tuple(cells)):
        value = cells[field]
        if not value:
            continue
        if claim not in types[licence_type]:
            why = BadData("A licence of the type {code} has no such value.", code=licence_type)
            raise RowRefusal(WRONG_CLAIM, field, why)
        claims[claim] = value
    valid_from, valid_to = _period(cells)
    return LicenceRow(
        identifier=common[0],
        digest=common[1],
        changed_on=common[2],
        licence_type=licence_type,
        holder=clean_code(cells["holder"]),
        issuer=cells["issuer"],
        issuer_code=read_credit_code(cells, "issuer_code"),
        valid_from=valid_from,
        valid_to=valid_to,
        state=_choice(cells, "state", LICENCE_STATES, VALID),
        claims=claims,
    )


@lru_cache(maxsize=1_000)  # of a few headers
def _list_claims(fields: tuple[str, ...]) -> tuple[tuple[str, str], ...]:
    """Return those of the fields that are claims, each with the id of its claim."""
    return tuple((field, field.removeprefix(CLAIM)) for field in fields if field.startswith(CLAIM))


def plain_identifier(value: object) -> str:
    """Return an identifier as it is compared; "" for one that cannot be stored."""
    text = str(value) if value is not None else ""
    if text.isascii() and text.isalnum():  # as most are
        return text
    if len(text) > MAX_LENGTH:
        return ""
    try:
        return clean_text(text)
    except BadData:
        return ""


_BUILDERS: dict[str, Callable[..., AnyRow]] = {
    PERSON: _build_person,
    ORGANISATION: _build_organisation,
    RELATION: _build_relation,
    LICENCE: _build_licence,
}


def _clean_value(value: object, field: str) -> str:
    if not value and value in (None, ""):
        return ""
    text = value if isinstance(value, str) else _number_text(value, field)
    if _ROUNDED_NUMBER.fullmatch(text):
        raise RowRefusal(ROUNDED, field)
    if len(text) > MAX_LENGTH:
        raise RowRefusal(LENGTH, field, limit=MAX_LENGTH)
    try:
        return clean_text(text)
    except BadData as why:
        raise RowRefusal(TEXT, field, why) from why


def _number_text(value: object, field: str) -> str:
    """Return the text of a value that is not text in its file."""
    if isinstance(value, datetime):
        return value.date().isoformat()
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise RowRefusal(TYPE_OF_VALUE, field)
    if abs(value) >= _EXACT_INTEGER or value != int(value):
        raise RowRefusal(ROUNDED, field)
    return str(int(value))


def _date(cells: Cells, field: str) -> str:
    """Return a date in ISO form; empty without one."""
    text = cells.get(field)
    try:
        return _parse_date(text) if text else ""
    except BadData as why:
        raise RowRefusal(DATE, field, why) from why


@lru_cache(maxsize=50_000)
def _parse_date(text: str) -> str:
    if len(text) == 10 and text[4] == text[7] == "-":  # as most are
        with suppress(ValueError):
            return date.fromisoformat(text).isoformat()
    found = _DATE.fullmatch(text)
    if found is None:
        raise BadData("{text} is not a date such as 2026-05-31.", text=text)
    year, *months, day = found.groups()
    try:
        return date(int(year), int(next(month for month in months if month)), int(day)).isoformat()
    except ValueError:
        raise BadData("The date {text} does not exist.", text=text) from None


def _period(cells: Cells) -> tuple[str, str]:
    valid_from, valid_to = _date(cells, "valid_from"), _date(cells, "valid_to")
    if valid_to and valid_to < valid_from:
        raise RowRefusal(WRONG_PERIOD, "valid_to")
    return valid_from, valid_to


def _choice(cells: Cells, field: str, values: Mapping[str, str], default: str = "") -> str:
    """Return the stored id of a value that is given as its id or as its Chinese word."""
    text = cells.get(field, "") or default
    if text in values:
        return text
    for stored, chinese in values.items():
        if text == chinese:
            return stored
    raise RowRefusal(CHOICE, field, BadData(_ONE_OF, values=format_list(values)))


def read_credit_code(cells: Cells, field: str) -> str:
    """Return the credit code of a field. Raises RowRefusal if it cannot exist."""
    try:
        return _check_credit_code(cells.get(field, ""))
    except BadData as why:
        raise RowRefusal(NUMBER, field, why) from why


@lru_cache(maxsize=10_000)  # of a few issuers
def _check_credit_code(text: str) -> str:
    try:
        return str(uscc.validate(clean_code(text)))
    except ValidationError as error:
        raise BadData("This unified social credit code cannot exist: one character is wrong or missing.") from error


def claims_by_type(catalogue: Catalogue) -> dict[str, frozenset[str]]:
    """Return the ids of the claims of each type of licence."""
    return {known.code: frozenset(claim.id for claim in known.claims) for known in catalogue.licence_types}


def require_stored_form(tx: Transaction, rows: Sequence[AnyRow]) -> None:
    """Raise Refused if a row of another machine has a value that this program would not have stored so."""
    types = claims_by_type(load_frame(tx))
    for index, row in enumerate(rows, 1):
        values = {name: getattr(row, name) for name in row.__struct_fields__ if name not in ("claims", "digest")}
        if isinstance(row, LicenceRow):
            values |= {CLAIM + claim: value for claim, value in row.claims.items()}
        kind = str(row.__struct_config__.tag)
        try:
            is_same = build_row(kind, clean_cells(values), row.digest, types) == row
        except RowRefusal as refusal:
            raise Refused(
                "row", "Row {row}, {field}: {why}", row=index, field=refusal.field, why=refusal.why
            ) from refusal
        if not is_same or not row.identifier:
            raise Refused("row", "Row {row} is not in the form in which it is stored.", row=index)
