"""Builds the certificate of an approved matter from the store: its own organ and signer, validity, and code."""

from __future__ import annotations

from datetime import date

from clerk_app.cases.case_record import CaseRecord
from clerk_app.cases.dates import to_local_time
from clerk_app.cases.delivery.result_set import certified_result
from clerk_app.cases.result_licences import DUE, ISSUED
from clerk_app.cases.result_materials import build_content, list_sources, read_result_values
from clerk_app.catalogue.matter_result import MatterResult
from clerk_app.errors import BadData
from clerk_app.paper.documents.certificate import Certificate, CertifiedFact
from clerk_app.roles.formatting import format_party_name, localize
from clerk_app.roles.material_view import claim_labels
from db.engines import Row, Transaction


def build_certificate(tx: Transaction, case: CaseRecord, notice: Row, *, in_full: bool) -> Certificate:
    """Build a certificate; `in_full` with the holder's whole name and the signed code, as it is printed.

    Raises BadData if the store has no result for it.
    """
    number, place = certified_result(notice["id"], case.number)
    result = tx.get("issuances", case_number=case.number, number=number)
    if result is None:
        raise BadData("There is no such paper.")
    matter = case.catalogue.matter(result["matter"])
    product, decision = matter.produces[place], tx.get("decisions", task=result["task"])
    signer = tx.get("staff", id=decision["signer"]) if decision is not None else None
    decided_on = _local_day(case, decision["at"] if decision is not None else result["issued_at"])
    holder = tx.get("parties", case_number=case.number, role=product.holder) if product.holder else None
    party = holder or {"name": case.row["applicant_name"], "kind": case.row["applicant_kind"]}
    licence = _find_licence(tx, case, result["matter"], place)
    return Certificate(
        number=number if len(matter.produces) == 1 else f"{number}-{place + 1}",
        name=localize(product.name),
        holder=(party["name"] or "") if in_full else format_party_name(party["name"], party["kind"]),
        matter=localize(matter.name),
        organ=localize(case.catalogue.organ(decision["organ"] if decision is not None else matter.organ).name),
        signer=signer["name"] if signer is not None else decision["signer"] if decision is not None else "",
        decided_on=decided_on,
        valid_to=product.end_of_validity(decided_on),
        legal_basis=localize(matter.legal_basis) if matter.legal_basis is not None else "",
        details=_list_details(tx, case, matter.id, product, decided_on, in_full=in_full),
        code=(licence["code"] or "") if licence is not None and licence["state"] == ISSUED and in_full else "",
        expects_code=product.e_licence and licence is not None and licence["state"] == DUE,
        case_number=case.number,
    )


def _find_licence(tx: Transaction, case: CaseRecord, matter: str, place: int) -> Row | None:
    """Return the newest e-licence of a product; None without one."""
    rows = tx.select("result_licences", case_number=case.number, matter=matter, product=place, order=("task",))
    return rows[-1] if rows else None


def _list_details(
    tx: Transaction, case: CaseRecord, matter: str, product: MatterResult, decided_on: date, *, in_full: bool
) -> tuple[CertifiedFact, ...]:
    """Return what a certificate states from the form, and what the officer filled in; none for a screen."""
    if not in_full:
        return ()
    sources = list_sources(case, product, decided_on)
    content = build_content(tx, case.number, sources, read_result_values(case, matter))
    labels = claim_labels(case.catalogue, product.licence_type or "")
    fields = {field.id: localize(field.name) for field in case.catalogue.fields if field.id in product.fields}
    return tuple(
        CertifiedFact(labels.get(claim) or fields.get(claim, claim), content[claim])
        for claim in product.stated_claims
        if claim in content
    )


def _local_day(case: CaseRecord, moment: int) -> date:
    return to_local_time(moment, case.catalogue.time_zone).date()
