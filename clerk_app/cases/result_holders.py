"""Holders of results: the registered person or organisation for whom a matter of a case was approved.

At the center, which has all persons and licences. A party of a case may be registered without being known as such:
one of whom no code was shown, such as a newborn child. It is found by its number, or by a licence of the case that
belongs to the same party.
"""

from __future__ import annotations

import msgspec

from clerk_app.cases.case_record import CaseRecord
from db.engines import Row, Transaction


class ResultHolder(msgspec.Struct, frozen=True):
    """The registered holder of a result, by id; `users` are others who may show their licences, such as parents."""

    subject: str
    users: tuple[str, ...] = ()


def find_result_holder(tx: Transaction, case: CaseRecord, role: str) -> ResultHolder | None:
    """Return the registered holder of the results of a party; None if the city does not know the party."""
    party = tx.get("parties", case_number=case.number, role=role)
    if party is None:
        return None
    if party["subject"]:
        return ResultHolder(party["subject"])
    found = tx.query_one("people.subject_by_number", number=party["number"]) if party["number"] else None
    if found is not None:
        return ResultHolder(found["id"])
    licence = _find_own_licence(tx, case, role)
    if licence is None:
        return None
    users = tx.select("licence_users", licence=licence["id"], order=("person",))
    return ResultHolder(licence["holder"], tuple(row["person"] for row in users if row["person"] != licence["holder"]))


def _find_own_licence(tx: Transaction, case: CaseRecord, role: str) -> Row | None:
    """Return a licence that was used in a case and belongs to the party in a role."""
    own = case.plan.one_thing.applicant_role().id
    for row in case.materials:
        if row["how"] == "licence" and (case.catalogue.material(row["material"]).holder or own) == role:
            licence = tx.get("licences", id=row["licence"])
            if licence is not None:
                return licence
    return None
