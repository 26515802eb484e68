"""A licence of the city's repository as the content of a signed code."""

from __future__ import annotations

from datetime import date

import msgspec

from clerk_app.errors import BadData
from clerk_app.licences.claims import LicenceData
from db.engines import Row, Transaction

STATUS_LIST_NUMBER = 1
"""Every licence of a repository has its place in the first list of its issuer."""

_OWN_FIELDS = {"name", "id_number", "credit_code", "address"}  # claims that have a place of their own in a code


def build_licence_data(tx: Transaction, row: Row) -> LicenceData:
    """What a code of the repository's licence `row` says: the holder as the city knows them, and the licence's claims.

    Raises BadData when its holder is not known (any more).
    """
    name, number = _find_holder(tx, row["holder"])
    said: dict[str, str] = msgspec.json.decode(row["claims"]) if row["claims"] else {}
    return LicenceData(
        issuer_code=row["issuer_code"],
        licence_type=row["kind"],
        holder_name=name,
        holder_id_number=number,
        licence_number=row["identifier"],
        address=said.get("address", ""),
        valid_from=_parse_day(row["valid_from"]),
        valid_until=_parse_day(row["valid_to"]),
        status_list=STATUS_LIST_NUMBER,
        status_index=row["status_index"],
        extra={claim: value for claim, value in said.items() if claim not in _OWN_FIELDS},
    )


def _find_holder(tx: Transaction, holder: str) -> tuple[str, str]:
    person, organisation = tx.get("persons", id=holder), tx.get("organisations", id=holder)
    if person is not None and person["name"] and person["id_number"]:
        return person["name"], person["id_number"]
    if organisation is not None:
        return organisation["name"], organisation["credit_code"]
    raise BadData("Nothing is known (any more) about the holder of this licence.")


def _parse_day(text: str) -> date | None:
    return date.fromisoformat(text) if text else None
