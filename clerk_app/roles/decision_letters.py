"""Builds the letters of the organs on their decisions: approval and refusal, one for each organ and matter."""

from __future__ import annotations

from typing import Any

from clerk_app.cases.case_record import CaseRecord
from clerk_app.cases.dates import to_local_time
from clerk_app.cases.delivery.result_set import tasks_in_force
from clerk_app.cases.lapses import find_lapse_cause
from clerk_app.cases.tasks.referral_records import find_referral
from clerk_app.catalogue.publication import read_policy
from clerk_app.composition.office import Office
from clerk_app.errors import BadData
from clerk_app.ledger.numbers import format_task_number
from clerk_app.locales import _, format_list
from clerk_app.paper.documents.decision_letters import ApprovalLetter, RefusalLetter
from clerk_app.paper.documents.shared_facts import PrintedMatter
from clerk_app.roles.formatting import list_reasons, localize, localize_organ_name
from clerk_app.roles.printed_matters import describe_decision, describe_replaced
from clerk_app.roles.receivers import list_present_parties
from clerk_app.roles.staff_names import read_staff_name
from db.engines import Row, Transaction
from db.json_lists import decode_json_list


def build_decision_letter(
    office: Office, tx: Transaction, case: CaseRecord, task: Row, applicant: str, *, in_full: bool
) -> ApprovalLetter | RefusalLetter:
    """Build the letter on the decision about a task. Raises BadData if nobody decided it, such as a lapsed one."""
    decision = tx.get("decisions", task=task["id"])
    if decision is None or task["state"] not in ("approved", "refused"):
        raise BadData("There is no such paper.")
    matter, is_deemed = case.catalogue.matter(task["matter"]), decision["paper_due_at"] is not None
    facts: dict[str, Any] = {
        "case_number": case.number,
        "number": format_task_number(task["id"]),
        "applicant": applicant,
        "other_parties": list_present_parties(tx, case, in_full=in_full),
        "one_thing": localize(case.plan.one_thing.name),
        "matter": localize(matter.name),
        "organ": localize(case.catalogue.organ(decision["organ"]).name),
        "signer": _("nobody (deemed approval)") if is_deemed else read_staff_name(tx, decision["signer"]),
        "deemed": is_deemed,
        "decided_on": to_local_time(decision["at"], case.catalogue.time_zone).date(),
        "reasons": list_reasons(case.catalogue, decode_json_list(decision["reason_codes"]), decision["reason"]),
        "legal_basis": localize(matter.legal_basis) if matter.legal_basis is not None else "",
        "is_permit": matter.kind == "permit",
        "replaces": describe_replaced(tx, case, task),
        "reviewed": _describe_review(tx, case, task),
        "replaced_by": describe_replacing(tx, case, task),
        "office": office.settings.name.localized(),
        "phone": office.settings.phone,
    }
    if decision["outcome"] == "approved":
        return ApprovalLetter(**facts, results=tuple(localize(product.name) for product in matter.produces))
    policy = read_policy(tx)
    return RefusalLetter(
        **{**facts, "reasons": facts["reasons"] or (_("No reason is recorded."),)},
        lapsed=tuple(list_lapsed(tx, case, task)),
        reconsideration_organ=localize(policy.reconsideration_organ),
        court=localize(policy.court),
    )


def _describe_review(tx: Transaction, case: CaseRecord, task: Row) -> str:
    """Return which organ and officer reviewed a referred matter, and on which day; empty if it was not referred."""
    referral = find_referral(tx, task["id"])
    if referral is None:
        return ""
    organ = localize_organ_name(tx.get("organs", id=referral["organ"]), referral["organ"])
    day = to_local_time(referral["referred_at"], case.catalogue.time_zone).date().isoformat()
    return format_list((organ, read_staff_name(tx, referral["referred_by"]), day))


def describe_replacing(tx: Transaction, case: CaseRecord, task: Row) -> str:
    """Return outcome and day of the decision in force on the matter of a task; empty if it is that of the task."""
    in_force = tasks_in_force(case)[task["matter"]]
    decision = tx.get("decisions", task=in_force["id"]) if in_force["id"] != task["id"] else None
    return describe_decision(case, decision) if decision is not None else ""


def list_lapsed(tx: Transaction, case: CaseRecord, refused: Row) -> list[PrintedMatter]:
    """Return the matters that the refusal of a task ended."""
    return [
        PrintedMatter(
            name=localize(case.catalogue.matter(task["matter"]).name),
            organ=localize(case.catalogue.organ(task["organ"]).name),
        )
        for task in case.tasks
        if find_lapse_cause(task, tx.get("decisions", task=task["id"])) == refused["id"]
    ]
