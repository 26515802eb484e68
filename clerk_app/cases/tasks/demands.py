"""Which materials an organ may ask of the citizen: those that the requirement list of its matter names.

A material outside the list needs a legal basis in writing, which the citizen reads; what the city holds itself, or
keeps from other organs (负面清单), is not asked for at all. Source: 行政许可法 art. 31, 优化营商环境条例 art. 37.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from clerk_app.cases.case_record import CaseRecord, add_materials
from clerk_app.catalogue.data_sharing import find_exclusion
from clerk_app.catalogue.entries import list_organ_materials
from clerk_app.catalogue.terms import join_names
from clerk_app.errors import Refused
from clerk_app.text.cleaning import clean_text
from db.engines import Row, Transaction
from db.json_lists import decode_json_list

if TYPE_CHECKING:
    from clerk_app.catalogue.model import Catalogue

MIN_BASIS = 4  # characters
MAX_BASIS = 500


def find_outside_materials(case: CaseRecord, matter: str, materials: Sequence[str]) -> tuple[str, ...]:
    """Return the materials that a matter of a case does not require, in the variant that applies to the case."""
    required = {name for planned in case.plan.matters if planned.id == matter for name in planned.materials}
    return tuple(name for name in materials if name not in required)


def check_demand(case: CaseRecord, matter: str, materials: Sequence[str], basis: str) -> tuple[tuple[str, ...], str]:
    """Return the materials outside the list of a matter, and the legal basis as it is stored; empty without one.

    Raises Refused for an unknown material, for such a material without a legal basis, and for one that cannot be asked
    for even with one.
    """
    known = {material.id for material in case.catalogue.materials}
    for name in materials:
        if name not in known:
            raise Refused("material", "The catalogue has no material {name}.", name=name)
    outside = find_outside_materials(case, matter, materials)
    if not outside:
        return (), ""
    for name in outside:
        _require_demandable(case.catalogue, name)
    cleaned = clean_text(basis)
    if len(cleaned) < MIN_BASIS:
        raise Refused(
            "outside_material",
            "The matter does not require this: {names}. Asking for it needs its legal basis in writing, which the"
            " citizen reads.",
            names=join_names(case.catalogue.material(name).name for name in outside),
            materials=",".join(outside),
        )
    if len(cleaned) > MAX_BASIS:
        raise Refused("legal_basis", "A legal basis has at most {limit} characters.", limit=MAX_BASIS)
    return outside, cleaned


def add_organ_materials(tx: Transaction, case: CaseRecord, organ: str) -> CaseRecord:
    """Return a case whose catalogue also has the materials of all other matters that an organ decides."""
    row = case.row
    return add_materials(tx, case, list_organ_materials(tx, row["catalogue"], row["catalogue_version"], organ))


def list_demandable_materials(case: CaseRecord, matter: str) -> tuple[str, ...]:
    """Return the materials outside the list of a matter that can be asked for with a legal basis.

    They are those of the catalogue that the case has: of its one thing, and of its organ (`add_organ_materials`).
    """
    others = find_outside_materials(case, matter, [material.id for material in case.catalogue.materials])
    return tuple(name for name in others if _find_bar(case.catalogue, name) is None)


def find_legal_basis(supplement: Row, material: str) -> str:
    """Return the legal basis on which a supplement asks for a material; empty if its matter requires it."""
    return str(supplement["legal_basis"]) if material in decode_json_list(supplement["outside_materials"]) else ""


def _require_demandable(catalogue: Catalogue, name: str) -> None:
    refusal = _find_bar(catalogue, name)
    if refusal is not None:
        raise refusal


def _find_bar(catalogue: Catalogue, name: str) -> Refused | None:
    """Return why a material outside the list cannot be asked for, even with a legal basis; None if it can."""
    material = catalogue.material(name)
    title, exclusion = join_names([material.name]), find_exclusion(catalogue, material)
    if exclusion is not None:
        return Refused(
            "excluded_material",
            "{name} is on the negative list and the matter does not require it, so it cannot be asked for: {reason}.",
            name=title,
            reason=join_names([exclusion]),
            material=name,
        )
    if material.origin != "applicant":
        return Refused(
            "held_by_city",
            "The city holds this itself: {name}. The citizen cannot be asked for it; obtain it from the organ that"
            " issued it.",
            name=title,
            material=name,
        )
    return None
