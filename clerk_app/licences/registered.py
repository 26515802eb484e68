"""A licence of the city's repository as the content of a signed code."""

from __future__ import annotations

from datetime import date

import msgspec

from clerk_app.errors import BadData
from clerk_app.licences.claims import Licence
from db.engines import Row, Transaction

STATUS_LIST = 1
"""Every licence of a repository has its place in the first list of its issuer."""

_CARRIED = {"name", "id_number", "credit_code", "address"}  # claims that have a place of their own in a code


def registered_licence(look: Transaction, row: Row) -> Licence:
    """What a code of the repository's licence `row` says: the holder as the city knows them, and the licence's claims.

    Raises BadData when its holder is not known (any more).
    """
    name, number = _holder(look, row["holder"])
    said: dict[str, str] = msgspec.json.decode(row["claims"]) if row["claims"] else {}
    return Licence(
        issuer_code=row["issuer_code"],
        licence_type=row["kind"],
        holder_name=name,
        holder_id_number=number,
        licence_number=row["identifier"],
        address=said.get("address", ""),
        valid_from=_day(row["valid_from"]),
        valid_until=_day(row["valid_to"]),
        status_list=STATUS_LIST,
        status_index=row["status_index"],
        extra={claim: value for claim, value in said.items() if claim not in _CARRIED},
    )


def _holder(look: Transaction, holder: str) -> tuple[str, str]:
    person, organisation = look.row("persons", id=holder), look.row("organisations", id=holder)
    if person is not None and person["name"] and person["id_number"]:
        return person["name"], person["id_number"]
    if organisation is not None:
        return organisation["name"], organisation["credit_code"]
    raise BadData("Nothing is known (any more) about the holder of this licence.")


def _day(text: str) -> date | None:
    return date.fromisoformat(text) if text else None
