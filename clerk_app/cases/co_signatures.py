"""Co-signatures that the matters of an application need, and those that a visit and a case have."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import msgspec

from clerk_app.cases.signed_form import PARTY, build_signed_form, find_changed_keys
from clerk_app.catalogue.terms import join_names
from clerk_app.errors import Refused
from clerk_app.ledger.commands import MessagePart
from db.engines import Row, Transaction

if TYPE_CHECKING:
    from clerk_app.cases.duplicates import Party
    from clerk_app.catalogue.plan import Plan

SCAN = "scan"
"""How a party signed: by a code. The other way is a sheet."""


class CaseCoSignature(MessagePart, frozen=True, kw_only=True):
    """How the party `role` of a case signed: scan or signed, the number of the sheet, the time in microseconds UTC."""

    role: str
    how: str
    sheet: str = ""
    signed_at: int = 0


@dataclass(frozen=True)
class PartySignature:
    """The signature of a party in a visit, or the sheet that was printed for it (`how` is empty then).

    `changed` are the keys of what was signed, or printed, and is different now; see `signed_form`.
    """

    role: str
    how: str
    sheet: str
    signed_at: int
    changed: tuple[str, ...] = ()

    @property
    def counts(self) -> bool:
        """Whether the party has signed the application as it is now."""
        return bool(self.how) and not self.changed

    @property
    def is_printed(self) -> bool:
        """Whether a sheet with the application as it is now was printed and not signed yet."""
        return bool(self.sheet) and not self.how and not self.changed


def read_signatures(
    tx: Transaction,
    visit: str,
    purpose: str,
    plan: Plan,
    values: Mapping[str, str],
    parties: Iterable[Party],
) -> dict[str, PartySignature]:
    """Return the signatures in a visit by role, each compared with the application as it is now."""
    rows = tx.select("co_signatures", visit=visit, purpose=purpose)
    persons = {row["person"]: tx.get("persons", id=row["person"]) for row in rows if row["person"]}
    numbers = {name: person["id_number"] or "" for name, person in persons.items() if person is not None}
    return compare_signatures(rows, plan, values, parties, numbers)


def compare_signatures(
    rows: Iterable[Row],
    plan: Plan,
    values: Mapping[str, str],
    parties: Iterable[Party],
    numbers: Mapping[str, str] | None = None,
) -> dict[str, PartySignature]:
    """Return the signatures of rows of `co_signatures` by role, each compared with an application.

    `numbers` are the registered numbers of who signed by a code, by id, as far as this store has them.
    """
    present = {party.role: party for party in parties}
    found: dict[str, PartySignature] = {}
    for row in rows:
        role, own = row["role"], f"{PARTY}:{row['role']}"
        signed = msgspec.json.decode(row["form"], type=dict[str, str]) if row["form"] else {}
        changed = find_changed_keys(signed, build_signed_form(plan, values, present.values(), role))
        if row["how"] == SCAN and own not in changed and not _is_signer(row["person"], present.get(role), numbers):
            changed = (*changed, own)
        found[role] = PartySignature(role, row["how"], row["sheet"], row["signed_at"], changed)
    return found


def _is_signer(person: str, party: Party | None, numbers: Mapping[str, str] | None) -> bool:
    """Return whether a party may be the person who signed by a code: the same id, and the same registered number."""
    if party is None or (party.subject and party.subject != person):
        return False
    number = numbers.get(person) if numbers is not None else None
    return not number or not party.number or number == party.number


def list_unsigned_roles(plan: Plan, signatures: Mapping[str, PartySignature]) -> tuple[str, ...]:
    """Return the roles whose co-signature the matters of a plan need and lack."""
    needed = (planned.matter.co_signature for planned in plan.active_matters)
    return tuple(
        dict.fromkeys(role for role in needed if role and not (role in signatures and signatures[role].counts))
    )


def require_co_signatures(plan: Plan, signatures: Mapping[str, PartySignature]) -> tuple[CaseCoSignature, ...]:
    """Return the co-signatures that the matters of a plan need. Raises Refused for a missing one."""
    missing = list_unsigned_roles(plan, signatures)
    if missing:
        names = [role.name for role in plan.one_thing.parties if role.id in missing]
        raise Refused(
            "co_signature",
            "The signature of {names} is missing, or something was changed after it: let them scan their code, or "
            "print the sheet for their signature (F8 55).",
            names=join_names(names),
        )
    return list_case_signatures(plan, signatures)


def list_case_signatures(plan: Plan, signatures: Mapping[str, PartySignature]) -> tuple[CaseCoSignature, ...]:
    """Return the co-signatures that the matters of a plan need and have."""
    needed = dict.fromkeys(planned.matter.co_signature for planned in plan.active_matters)
    return tuple(
        CaseCoSignature(role=found.role, how=found.how, sheet=found.sheet, signed_at=found.signed_at)
        for role in needed
        if role and (found := signatures.get(role)) is not None and found.counts
    )


def sign_matters(plan: Plan, signatures: Iterable[CaseCoSignature]) -> dict[str, str]:
    """Return how each matter that needs a co-signature is signed, by matter."""
    how = {signature.role: signature.how for signature in signatures}
    needed = ((planned.id, planned.matter.co_signature) for planned in plan.active_matters)
    return {matter: how[role] for matter, role in needed if role and role in how}


def name_signatures(matters: Iterable[Any], plan: Plan, signatures: tuple[CaseCoSignature, ...]) -> dict[str, Any]:
    """Return the fields of the decision of an acceptance: its co-signatures, and how each matter is signed."""
    signed = sign_matters(plan, signatures)
    named = [(matter, signed.get(matter.matter, "")) for matter in matters]
    return {
        "co_signatures": signatures,
        "matters": tuple(msgspec.structs.replace(matter, co_signature=how) for matter, how in named),
    }


def insert_co_signatures(tx: Transaction, number: str, signatures: Iterable[CaseCoSignature]) -> None:
    """Insert the co-signatures of a new case."""
    rows = [{"case_number": number, **msgspec.structs.asdict(signature)} for signature in signatures]
    if rows:
        tx.insert_many("case_co_signatures", rows)
