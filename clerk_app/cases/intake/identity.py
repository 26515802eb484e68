"""What an acceptance needs of the visit: an identified applicant, and consent to the use of each licence."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING

from clerk_app.cases.completeness import GivenMaterial
from clerk_app.cases.consents import STATED
from clerk_app.cases.intake.parties import CaseDetails, find_applicant
from clerk_app.cases.known_by import (
    KNOWN_BY_CODE,
    KNOWN_BY_DELEGATION,
    KNOWN_BY_DOCUMENT,
    KNOWN_BY_PARTY_CODE,
    identified_number,
)
from clerk_app.errors import Refused
from db.engines import Transaction

if TYPE_CHECKING:
    from clerk_app.catalogue.plan import Plan


def require_consents(
    tx: Transaction,
    visit_id: str,
    one_thing: str,
    materials: Iterable[GivenMaterial],
    refused_licences: Mapping[str, str],
) -> dict[str, str]:
    """Return how the consent to the use of each licence was confirmed, by material.

    Raises Refused if a shown code is not confirmed, or the citizen has not agreed to the use of a licence.
    """
    consents: dict[str, str] = {}
    visit = tx.get("visits", id=visit_id)
    if visit is not None and visit["check_result"] and not visit["confirmed"]:
        raise Refused("unconfirmed", "Compare the person with the photo and confirm first.")
    for material in materials:
        if material.consent_id:
            consent = tx.get("consents", visit=visit_id, licence=material.consent_id, purpose=one_thing)
            if consent is None or consent["given_at"] is None:
                raise Refused("consent", "The citizen has not agreed to the use of this licence yet.")
            consents[material.material] = consent["how"] or STATED
    for material_id, licence in refused_licences.items():
        row = tx.get("consents", visit=visit_id, licence=licence, purpose=one_thing)
        if row is not None and row["given_at"] is None and row["how"]:
            consents[material_id] = row["how"]
    return consents


def require_served_applicant(tx: Transaction, visit_id: str, plan: Plan, details: CaseDetails) -> None:
    """Raise Refused unless the applicant is the person identified in the visit, or showed a code or document in it.

    A visit without an identified person has no code that could prove an applicant. For an absent applicant, see
    `find_representation`.
    """
    applicant = find_applicant(plan, details)
    if applicant is None or applicant.known_by in (KNOWN_BY_PARTY_CODE, KNOWN_BY_DOCUMENT, KNOWN_BY_DELEGATION):
        return
    served = identified_number(tx.get("visits", id=visit_id))
    is_served = bool(served) and applicant.number == served
    if is_served or (not served and applicant.known_by != KNOWN_BY_CODE):
        return
    raise Refused(
        "other_applicant",
        "The applicant was not identified in this visit. Scan their code, or check an identity document (F8).",
    )
