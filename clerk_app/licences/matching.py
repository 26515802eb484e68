"""Which of the licences laid before a visit satisfies which material of the plan."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Literal

from clerk_app.catalogue.model import Material
from clerk_app.catalogue.plan import Plan
from db.engines import Row


@dataclass(frozen=True)
class Match:
    """A material and the licence found for it, if one was."""

    material: Material
    state: Literal["held", "expired", "revoked", "not_shared", "missing"]
    licence: Row | None = None


def match(plan: Plan, licences: Iterable[Row], applicant: str, today: date) -> dict[str, Match]:
    """For each material of the plan what the city holds. `licences` are rows of the repository.

    A material of the applicant's own is satisfied by a licence that the applicant holds; one of another party by a
    licence of that type that another person holds and the applicant may show. Of several, the newest that is valid.
    """
    rows = list(licences)
    own = plan.one_thing.applicant().id
    found: dict[str, Match] = {}
    for need in plan.materials:
        material = need.material
        if material.not_shared is not None:
            found[material.id] = Match(material, "not_shared")
            continue
        fits = [
            row for row in rows if row["kind"] == material.licence_type and _role_fits(material, own, row, applicant)
        ]
        found[material.id] = _best(material, fits, today)
    return found


def _role_fits(material: Material, own: str, row: Row, applicant: str) -> bool:
    own_material = material.holder in (None, own)
    return own_material == bool(row["holder"] == applicant)


def _best(material: Material, rows: list[Row], today: date) -> Match:
    ranked = sorted(rows, key=lambda row: (_state(row, today) == "held", row["valid_from"]), reverse=True)
    if not ranked:
        return Match(material, "missing")
    return Match(material, _state(ranked[0], today), ranked[0])


def _state(row: Row, today: date) -> Literal["held", "expired", "revoked"]:
    if row["state"] != "valid":
        return "revoked"
    if row["valid_to"] and date.fromisoformat(row["valid_to"]) < today:
        return "expired"
    return "held"
