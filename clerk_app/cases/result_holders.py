"""Holders of results: the registered person or organisation for whom a matter of a case was approved.

At the center, which has all persons and licences. A party of a case may be registered without being known as such:
one of whom no code was shown, such as a newborn child. It is found by its number, by a number that a result of the case
states for it, or by a licence of the case that belongs to the same party. A number that nobody has yet is kept with the
case (`result_parties`): the register may send its person later.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import msgspec

from clerk_app.cases.case_record import CaseRecord
from clerk_app.catalogue.terms import NUMBER_KINDS
from clerk_app.ledger.commands import MessagePart
from db.engines import Row, Transaction


class ResultHolder(msgspec.Struct, frozen=True):
    """The registered holder of a result, by id; `users` are others who may show their licences, such as parents."""

    subject: str
    users: tuple[str, ...] = ()


class ResultParty(MessagePart, frozen=True, kw_only=True):
    """A party for whom results are approved. `subject` is empty if the city does not know it.

    `field` is the field of a result that states the number of the party; empty without one.
    """

    role: str
    subject: str = ""
    field: str = ""


def find_result_holder(tx: Transaction, case: CaseRecord, role: str, stated: str = "") -> ResultHolder | None:
    """Return the registered holder of the results of a party; None if the city does not know the party.

    `stated` is the number that a result states which is being approved.
    """
    party = tx.get("parties", case_number=case.number, role=role)
    if party is None:
        return None
    if party["subject"]:
        return ResultHolder(party["subject"])
    known = tx.get("result_parties", case_number=case.number, role=role) if not stated else None
    for number in filter(None, (party["number"], stated or (known and known["number"]))):
        found = tx.query_one("people.subject_by_number", number=number)
        if found is not None:
            return ResultHolder(found["id"])
    licence, subject = _find_own_licence(tx, case, role), (known["subject"] if known is not None else "")
    if licence is None or subject not in ("", licence["holder"]):
        return ResultHolder(subject) if subject else None
    users = tx.select("licence_users", licence=licence["id"], order=("person",))
    return ResultHolder(licence["holder"], tuple(row["person"] for row in users if row["person"] != licence["holder"]))


def read_stated_number(tx: Transaction, case: str, role: str) -> str:
    """Return the number of an unregistered party of results, as the case or a result states it; empty without one."""
    row = tx.get("result_parties", case_number=case, role=role)
    return (row["number"] if row is not None else "") or ""


def plan_result_parties(
    tx: Transaction, case: CaseRecord, matter: str, values: Mapping[str, str]
) -> tuple[ResultParty, ...]:
    """Return the parties for whom the approval of a matter makes materials or licences, in the order of its results.

    `values` are those that the officer filled in.
    """
    own = case.plan.one_thing.applicant_role().id
    found: dict[str, ResultParty] = {}
    for product in case.catalogue.matter(matter).produces:
        if product.material is None and not product.becomes_licence:
            continue
        role = product.holder or own
        numbers = (
            field.id
            for field in case.catalogue.fields
            if field.id in product.fields and field.party == role and field.kind in NUMBER_KINDS
        )
        stated = next(numbers, found[role].field if role in found else "")
        holder = find_result_holder(tx, case, role, values.get(stated, ""))
        found[role] = ResultParty(role=role, subject=holder.subject if holder is not None else "", field=stated)
    return tuple(found.values())


def store_result_parties(tx: Transaction, case: str, parties: Iterable[ResultParty], values: Mapping[str, str]) -> None:
    """Store the parties of the results of an approval; `values` are those that the officer filled in.

    A number is kept only while nobody is registered with it.
    """
    for party in parties:
        key = {"case_number": case, "role": party.role}
        named, known = tx.get("parties", **key) or {}, tx.get("result_parties", **key) or {}
        number = values.get(party.field) or known.get("number") or named.get("number") or None
        if party.subject or number:
            tx.upsert(
                "result_parties",
                ("case_number", "role"),
                **key,
                subject=party.subject,
                number=None if party.subject else number,
            )


def _find_own_licence(tx: Transaction, case: CaseRecord, role: str) -> Row | None:
    """Return a licence that was used in a case and belongs to the party in a role."""
    own = case.plan.one_thing.applicant_role().id
    for row in case.materials:
        if row["how"] == "licence" and (case.catalogue.material(row["material"]).holder or own) == role:
            licence = tx.get("licences", id=row["licence"])
            if licence is not None:
                return licence
    return None
