"""Conversion of a licence in the city's repository to the data that is signed in a code."""

from __future__ import annotations

from datetime import date

import msgspec

from clerk_app.errors import BadData
from clerk_app.licences.claims import LicenceData
from clerk_app.licences.identifiers import read_licence_number
from db.engines import Row, Transaction

STATUS_LIST_NUMBER = 1
"""Number of the status list that holds the bits of all licences in the repository, for each issuer."""

_OWN_FIELDS = {"name", "id_number", "credit_code", "address"}  # claims that are not `extra` fields of a code


def build_licence_data(tx: Transaction, row: Row) -> LicenceData:
    """Return the data of the licence `row`, with the current name and number of its holder.

    A licence whose register gives it a number of another form than GB/T 36904 has no licence number in its code.
    Raises BadData if the holder is not known or was erased.
    """
    name, number = _find_holder(tx, row["holder"])
    claims: dict[str, str] = msgspec.json.decode(row["claims"]) if row["claims"] else {}
    return LicenceData(
        issuer_code=row["issuer_code"],
        licence_type=row["kind"],
        holder_name=name,
        holder_id_number=number,
        licence_number=row["identifier"] if read_licence_number(row["identifier"]) is not None else "",
        address=claims.get("address", ""),
        valid_from=_parse_day(row["valid_from"]),
        valid_until=_parse_day(row["valid_to"]),
        status_list=STATUS_LIST_NUMBER,
        status_index=row["status_index"],
        extra={claim: value for claim, value in claims.items() if claim not in _OWN_FIELDS},
    )


def _find_holder(tx: Transaction, holder: str) -> tuple[str, str]:
    person, organisation = tx.get("persons", id=holder), tx.get("organisations", id=holder)
    if person is not None and person["name"] and person["id_number"]:
        return person["name"], person["id_number"]
    if organisation is not None:
        return organisation["name"], organisation["credit_code"]
    raise BadData("The holder of this licence is not known, or their data was erased.")


def _parse_day(text: str) -> date | None:
    return date.fromisoformat(text) if text else None
