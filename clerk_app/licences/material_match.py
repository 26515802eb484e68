"""Matches licences in the repository with the materials that a plan requires."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import TYPE_CHECKING, Literal

from clerk_app.people.removed_issuers import ISSUER_REMOVED
from db.engines import Row

if TYPE_CHECKING:
    from clerk_app.catalogue.model import MaterialDefinition
    from clerk_app.catalogue.plan import Plan


LicenceState = Literal["held", "expired", "revoked", "issuer_removed"]


@dataclass(frozen=True)
class MaterialMatch:
    """A material, and the licence or earlier material that was found for it, if any."""

    material: MaterialDefinition
    state: LicenceState | Literal["not_shared", "other_person", "absent_holder", "declined", "missing"]
    licence: Row | None = None


def match_materials(
    plan: Plan,
    licences: Iterable[Row],
    holders: Mapping[str, str],
    today: date,
    is_stated_holder: Callable[[str, Row], bool] = lambda _role, _licence: True,
) -> dict[str, MaterialMatch]:
    """Return a match for each material of the plan, by material id. `licences` are rows of the repository.

    A row with a `material` is one of an earlier case: it is that material of its holder, and a valid licence is better.

    `holders` are the ids of the known parties, by role. A material of a known party needs a licence that this party
    holds, one of an unknown party a licence of nobody else; the applicant has to be known. If several licences of the
    type fit, the newest valid one is chosen. `is_stated_holder` returns whether the holder of a licence may be
    the one whom the form names in a role; if all are of others, the state is `other_person`.
    """
    rows = list(licences)
    own = plan.one_thing.applicant_role().id
    matches: dict[str, MaterialMatch] = {}
    for need in plan.materials:
        material = need.material
        if material.not_shared is not None:
            matches[material.id] = MaterialMatch(material, "not_shared")
            continue
        role = material.holder or own
        candidates = [row for row in rows if _provides(row, material) and _role_fits(role, own, row, holders)]
        fitting = [row for row in candidates if is_stated_holder(role, row)]
        matches[material.id] = _choose_best(material, fitting or candidates, today)
        if candidates and not fitting:
            matches[material.id] = replace(matches[material.id], state="other_person")
    return matches


def _provides(row: Row, material: MaterialDefinition) -> bool:
    """Return whether a licence has the type of a material, or an earlier material is the same one."""
    if row.get("material"):
        return bool(row["material"] == material.id)
    return material.licence_type is not None and bool(row["kind"] == material.licence_type)


def _role_fits(role: str, own: str, row: Row, holders: Mapping[str, str]) -> bool:
    holder = holders.get(role, "")
    if holder or role == own:
        return bool(row["holder"] == holder)
    return row["holder"] not in holders.values()


def _choose_best(material: MaterialDefinition, rows: list[Row], today: date) -> MaterialMatch:
    ranked = sorted(rows, key=lambda row: (licence_state(row, today) == "held", row["valid_from"]), reverse=True)
    if not ranked:
        return MaterialMatch(material, "missing")
    return MaterialMatch(material, licence_state(ranked[0], today), ranked[0])


def licence_state(row: Row, today: date) -> LicenceState:
    """Return whether a licence or earlier material can be used on a day."""
    if row["state"] == ISSUER_REMOVED:
        return "issuer_removed"
    if row["state"] != "valid":
        return "revoked"
    if row["valid_to"] and date.fromisoformat(row["valid_to"]) < today:
        return "expired"
    return "held"
