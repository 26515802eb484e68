"""Builds the letters on where a matter is from the store: referral, wait for an office outside, deemed approval."""

from __future__ import annotations

from datetime import date

from clerk_app.cases.case_record import CaseRecord, read_task
from clerk_app.cases.dates import to_local_time
from clerk_app.cases.notices import EXTERNAL_WAIT
from clerk_app.cases.states import ENDED_TASK_STATES
from clerk_app.composition.office import Office
from clerk_app.errors import BadData
from clerk_app.ledger.numbers import format_task_number
from clerk_app.paper.documents.course_letters import (
    DeemedApprovalLetter,
    ExternalLetter,
    ExternalWaitLetter,
    ReferralLetter,
)
from clerk_app.roles.formatting import localize, localize_organ_name
from clerk_app.roles.staff_names import read_staff_name
from db.engines import Row, Transaction


def build_referral_letter(
    office: Office, tx: Transaction, case: CaseRecord, notice: Row, applicant: str
) -> ReferralLetter:
    """Build the notice of a referral (转报告知书). Raises BadData if it belongs to none."""
    row = next((row for row in tx.select("referrals", case_number=case.number) if row["notice"] == notice["id"]), None)
    if row is None or not row["successor"]:
        raise BadData("There is no such paper.")
    task, zone = read_task(tx, row["successor"]), case.catalogue.time_zone
    is_open = task["state"] not in ENDED_TASK_STATES
    return ReferralLetter(
        case_number=case.number,
        applicant=applicant,
        one_thing=localize(case.plan.one_thing.name),
        matter=localize(case.catalogue.matter(task["matter"]).name),
        organ=localize_organ_name(tx.get("organs", id=row["organ"]), row["organ"]),
        superior=localize_organ_name(tx.get("organs", id=row["superior"]), row["superior"]),
        officer=read_staff_name(tx, row["referred_by"]),
        referred_on=to_local_time(row["referred_at"], zone).date(),
        promised=_day(task["due_at"], zone) if is_open else None,
        statutory=_day(task["statutory_at"], zone) if is_open else None,
        is_expected=bool(task["expected"]),
        statutory_expected=bool(task["statutory_expected"]),
        is_sent_back=bool(row["returned_by"]),
        has_ended=task["state"] in ("approved", "refused"),
        office=office.settings.name.localized(),
        phone=office.settings.phone,
    )


def build_external_wait_letter(
    office: Office, tx: Transaction, case: CaseRecord, notice: Row, applicant: str
) -> ExternalWaitLetter:
    """Build the notice that a matter waits for another office. Raises BadData if it belongs to no wait."""
    row, request = _read_wait(tx, case, notice)
    task, zone = read_task(tx, row["task"]), case.catalogue.time_zone
    return ExternalWaitLetter(
        case_number=case.number,
        applicant=applicant,
        one_thing=localize(case.plan.one_thing.name),
        matter=localize(case.catalogue.matter(task["matter"]).name),
        organ=localize(case.catalogue.organ(task["organ"]).name),
        other_office=row["office"],
        document=row["document"],
        reason=request["reason"],
        extension_reason=row["extension_reason"],
        expected_until=to_local_time(row["due_at"], zone).date(),
        is_expected=bool(row["due_expected"]),
        is_counted=bool(request["counted"]),
        has_ended=bool(row["outcome"]),
        officer=read_staff_name(tx, request["asked_by"]),
        notified_on=to_local_time(notice["made_at"], zone).date(),
        office=office.settings.name.localized(),
        phone=office.settings.phone,
    )


def build_external_letter(
    office: Office, tx: Transaction, case: CaseRecord, notice: Row, applicant: str
) -> ExternalLetter:
    """Build the letter to another office, or a reminder of it. Raises BadData if it belongs to no wait."""
    row, request = _read_wait(tx, case, notice)
    task, zone = read_task(tx, row["task"]), case.catalogue.time_zone
    reminder = notice["id"].removeprefix(row["letter"]).lstrip("-")
    return ExternalLetter(
        case_number=case.number,
        number=format_task_number(task["id"]),
        applicant=applicant,
        matter=localize(case.catalogue.matter(task["matter"]).name),
        organ=localize(case.catalogue.organ(task["organ"]).name),
        other_office=row["office"],
        document=row["document"],
        reason=request["reason"],
        until=to_local_time(row["due_at"], zone).date(),
        officer=read_staff_name(tx, request["asked_by"]),
        written_on=to_local_time(notice["made_at"], zone).date(),
        phone=office.settings.phone,
        reminder=int(reminder) if reminder.isdecimal() else 0,
    )


def build_deemed_letter(
    office: Office, tx: Transaction, case: CaseRecord, notice: Row, applicant: str
) -> DeemedApprovalLetter:
    """Build the notice of a deemed approval (超时默认告知书). Raises BadData if it belongs to none."""
    task = read_task(tx, case.number + notice["id"].rpartition("-")[2])
    decision = tx.get("decisions", task=task["id"])
    if decision is None or decision["paper_due_at"] is None:
        raise BadData("There is no such paper.")
    matter = case.catalogue.matter(task["matter"])
    return DeemedApprovalLetter(
        case_number=case.number,
        applicant=applicant,
        one_thing=localize(case.plan.one_thing.name),
        matter=localize(matter.name),
        organ=localize_organ_name(tx.get("organs", id=decision["organ"]), decision["organ"]),
        approved_on=to_local_time(decision["at"], case.catalogue.time_zone).date(),
        results=tuple(localize(product.name) for product in matter.produces),
        office=office.settings.name.localized(),
        phone=office.settings.phone,
    )


def find_wait_of_notice(tx: Transaction, case_number: str, notice: str) -> Row | None:
    """Return the wait to which a letter or a notice belongs; None for another paper."""
    waits = tx.select("external_waits", case_number=case_number)
    for row in waits:
        paper = f"{case_number}-{EXTERNAL_WAIT}-{row['id'][len(case_number) :]}"
        if any(notice == first or notice.startswith(f"{first}-") for first in (row["letter"], paper)):
            return row
    return None


def _read_wait(tx: Transaction, case: CaseRecord, notice: Row) -> tuple[Row, Row]:
    row = find_wait_of_notice(tx, case.number, notice["id"])
    request = next((request for request in case.supplements if row is not None and request["id"] == row["id"]), None)
    if row is None or request is None:
        raise BadData("There is no such paper.")
    return row, request


def _day(moment: int | None, zone: str) -> date | None:
    return None if moment is None else to_local_time(moment, zone).date()
