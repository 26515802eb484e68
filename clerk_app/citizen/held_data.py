"""What the city holds of the applicant of a single matter: which material is held, and its content after consent."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

import msgspec

from clerk_app.cases.intake.parties import PartyDetails
from clerk_app.cases.known_by import KNOWN_BY_CODE
from clerk_app.catalogue.data_sharing import ReleaseScope, find_exclusion, find_release_scope
from clerk_app.citizen.application_form import HeldData
from clerk_app.citizen.offered_rows import awaits_confirmation, build_shared_material, list_offered_rows
from clerk_app.ledger.commands import MessagePart
from clerk_app.licences.material_match import MaterialMatch, match_materials
from clerk_app.licences.shared_materials import MaterialsListed
from clerk_app.licences.usable_licences import list_usable_licences
from clerk_app.people.removed_issuers import mark_removed_issuers
from clerk_app.people.replaced_results import mark_replaced_results
from db.engines import Row, Transaction

if TYPE_CHECKING:
    from clerk_app.catalogue.model import Catalogue
    from clerk_app.catalogue.plan import Plan

HELD = "held"
CONFIRM = "confirm"
"""State of a material that a clerk has to look at before it is used again."""


class KioskMaterial(MessagePart, frozen=True, kw_only=True):
    """A material that a matter needs: its state (`held`, or why it cannot be used), and the licence that provides it.

    `origin` is the number of the earlier case that it comes from; empty for a licence. `valid_to` is an ISO date.
    """

    material: str
    state: str
    licence: str = ""
    issuer: str = ""
    valid_to: str = ""
    origin: str = ""


@dataclass(frozen=True)
class ReleasedData:
    """What is released of an applicant, and the ids of the released claims by licence; absent for all claims."""

    data: HeldData
    released: dict[str, tuple[str, ...]]


def list_kiosk_materials(
    tx: Transaction, catalogue: Catalogue, plan: Plan, listed: MaterialsListed, person: str, at: int, today: date
) -> tuple[KioskMaterial, ...]:
    """Return the materials of a plan with what is listed for its applicant at a time (microseconds UTC)."""
    licences = [row for row in list_usable_licences(tx, person, at) if row["id"] in listed.licences]
    current = mark_replaced_results(tx, mark_removed_issuers(tx, licences))
    rows: list[Row] = [{**row, "material": None} for row in current]
    for earlier in listed.earlier:
        row = {**msgspec.structs.asdict(earlier), "id": earlier.id, "holder": earlier.holder or person}
        rows.append({**row, "case_number": earlier.case, "kind": "", "state": "valid", "valid_from": ""})
    return tuple(_describe(match) for match in _match(catalogue, plan, rows, person, today).values())


def _match(catalogue: Catalogue, plan: Plan, rows: list[Row], person: str, today: date) -> dict[str, MaterialMatch]:
    """Return the match of each material of a plan with the rows of its applicant, as at a window."""
    matches = match_materials(plan, rows, {plan.one_thing.applicant_role().id: person}, today)
    for name, match in matches.items():
        if find_exclusion(catalogue, match.material) is not None:
            matches[name] = MaterialMatch(match.material, "not_shared")
    return matches


def _describe(match: MaterialMatch) -> KioskMaterial:
    row = match.licence
    if row is None:
        return KioskMaterial(material=match.material.id, state=match.state)
    must_confirm = match.state == HELD and awaits_confirmation(row, match.material.id, ())
    return KioskMaterial(
        material=match.material.id,
        state=CONFIRM if must_confirm else match.state,
        licence=row["id"],
        issuer=row["issuer"],
        valid_to=row["valid_to"],
        origin=row["case_number"] if row["material"] else "",
    )


def find_held_data(
    tx: Transaction, catalogue: Catalogue, plan: Plan, visit: str, person: str, agreed: frozenset[str], today: date
) -> ReleasedData:
    """Return what may be used of the licences offered in a visit to whose use the applicant agrees."""
    rows = [row for row in list_offered_rows(tx, visit, plan.one_thing.id) if row["id"] in agreed]
    matters = tuple(planned.id for planned in plan.matters)
    claims: dict[str, str] = {}
    released: dict[str, tuple[str, ...]] = {}
    materials = []
    for name, match in _match(catalogue, plan, rows, person, today).items():
        row = match.licence
        if match.state != HELD or row is None or awaits_confirmation(row, name, ()):
            continue
        scope = ReleaseScope() if row["material"] else find_release_scope(catalogue, matters, row["kind"])
        if scope.is_empty:
            continue
        content = _read_content(tx, row)
        materials.append(msgspec.structs.replace(build_shared_material(name, row), content=content["content"] or ""))
        if content["claims"]:
            claims[name] = msgspec.json.encode(scope.select(_decode_claims(content["claims"]))).decode()
        if scope.claims is not None:
            released[row["id"]] = tuple(sorted(scope.claims))
    applicant = _name_applicant(tx, plan, person)
    return ReleasedData(HeldData(applicant=applicant, materials=tuple(materials), claims=claims), released)


def _read_content(tx: Transaction, row: Row) -> Row:
    """Return claims and content of a licence, or those of a material of an earlier case."""
    if not row["material"]:
        return row
    key = {"case_number": row["case_number"], "material": row["material"], "version": row["version"]}
    return tx.get("materials", **key) or {"claims": None, "content": None}


def _decode_claims(claims: bytes) -> dict[str, str]:
    return msgspec.json.decode(claims, type=dict[str, str])


def _name_applicant(tx: Transaction, plan: Plan, person: str) -> PartyDetails:
    role, row = plan.one_thing.applicant_role(), tx.get("persons", id=person) or {}
    return PartyDetails(
        role=role.id,
        kind=role.kind,
        name=row.get("name") or "",
        number=row.get("id_number") or "",
        subject=person,
        known_by=KNOWN_BY_CODE,
    )
