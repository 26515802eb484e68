"""Builds the letter of an organ that revoked an approval because a promise proved false."""

from __future__ import annotations

from clerk_app.cases.case_record import CaseRecord
from clerk_app.cases.dates import to_local_time
from clerk_app.cases.promises.offers import GAP
from clerk_app.cases.promises.revocations import find_false_promise
from clerk_app.catalogue.publication import read_policy
from clerk_app.composition.office import Office
from clerk_app.errors import BadData
from clerk_app.ledger.numbers import format_task_number
from clerk_app.paper.documents.revocation_letter import RevocationLetter
from clerk_app.roles.decision_letters import describe_replacing, list_lapsed
from clerk_app.roles.formatting import localize
from clerk_app.roles.printed_matters import local_day
from clerk_app.roles.promise_words import describe_kind
from clerk_app.roles.receivers import list_present_parties
from clerk_app.roles.staff_names import read_staff_name
from db.engines import Row, Transaction


def build_revocation_letter(
    office: Office, tx: Transaction, case: CaseRecord, task: Row, applicant: str, *, in_full: bool
) -> RevocationLetter:
    """Build the letter on the revocation that a task records. Raises BadData if no promise proved false for it."""
    promise = find_false_promise(tx, task)
    earlier = tx.get("decisions", task=task["recheck_of"]) if task["recheck_of"] else None
    if promise is None or earlier is None:
        raise BadData("There is no such paper.")
    policy, zone = read_policy(tx), case.catalogue.time_zone
    known = case.catalogue.material if promise["kind"] in (GAP, "material") else case.catalogue.matter
    record = tx.get("broken_promises", promise=promise["id"])
    return RevocationLetter(
        case_number=case.number,
        number=format_task_number(task["id"]),
        applicant=applicant,
        other_parties=list_present_parties(tx, case, in_full=in_full),
        one_thing=localize(case.plan.one_thing.name),
        matter=localize(case.catalogue.matter(task["matter"]).name),
        organ=localize(case.catalogue.organ(task["organ"]).name),
        approved_on=to_local_time(earlier["at"], zone).date(),
        promise=describe_kind(promise["kind"], localize(known(promise["subject"]).name)),
        promised_on=to_local_time(promise["made_at"], zone).date(),
        finding=promise["reason"],
        evidence=promise["evidence"],
        basis=localize(policy.revocation_basis),
        reporter=read_staff_name(tx, promise["reported_by"]),
        signer=read_staff_name(tx, promise["settled_by"]),
        decided_on=to_local_time(promise["settled_at"], zone).date(),
        reconsideration_days=policy.reconsideration_days,
        reconsideration_organ=localize(policy.reconsideration_organ),
        suit_months=policy.suit_months,
        court=localize(policy.court),
        office=office.settings.name.localized(),
        phone=office.settings.phone,
        excluded_until=local_day(case, record["counts_until"]) if record is not None else None,
        lapsed=tuple(list_lapsed(tx, case, task)),
        replaced_by=describe_replacing(tx, case, task),
    )
