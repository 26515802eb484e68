"""Co-signatures that the matters of an application need, and those that a visit has."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from clerk_app.catalogue.terms import join_names
from clerk_app.errors import Refused
from db.engines import Transaction

if TYPE_CHECKING:
    from clerk_app.catalogue.plan import Plan


def read_co_signatures(tx: Transaction, visit: str, purpose: str, subjects: Mapping[str, str]) -> dict[str, str]:
    """Return how each party has signed in a visit, by role: scan or signed.

    `subjects` are the ids of the parties by role: a scan counts for the party whose code it was.
    """
    rows = tx.select("co_signatures", visit=visit, purpose=purpose)
    return {
        row["role"]: row["how"]
        for row in rows
        if row["how"] == "signed" or (row["how"] and row["person"] == subjects.get(row["role"]))
    }


def list_unsigned_roles(plan: Plan, signed: Mapping[str, str]) -> tuple[str, ...]:
    """Return the roles whose co-signature the matters of a plan need and lack."""
    needed = (planned.matter.co_signature for planned in plan.active_matters)
    return tuple(dict.fromkeys(role for role in needed if role and role not in signed))


def require_co_signatures(plan: Plan, signed: Mapping[str, str]) -> dict[str, str]:
    """Return how each matter that needs a co-signature is signed, by matter. Raises Refused for a missing one."""
    missing = list_unsigned_roles(plan, signed)
    if missing:
        names = [role.name for role in plan.one_thing.parties if role.id in missing]
        raise Refused(
            "co_signature",
            "The signature of {names} is missing: let them scan their code, or record the sheet that they signed (F8).",
            names=join_names(names),
        )
    return {
        planned.id: signed[planned.matter.co_signature]
        for planned in plan.active_matters
        if planned.matter.co_signature
    }
