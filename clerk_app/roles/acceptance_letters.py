"""Builds the letters on the acceptance of a case: acceptance, gap and commitment."""

from __future__ import annotations

from clerk_app.cases.case_dates import compute_results_day
from clerk_app.cases.case_record import CaseRecord
from clerk_app.cases.dates import to_local_time
from clerk_app.cases.promises.offers import GAP
from clerk_app.cases.promises.rows import read_promises
from clerk_app.cases.states import ENDED_TASK_STATES
from clerk_app.catalogue.plan import PlannedMaterial
from clerk_app.catalogue.publication import read_calendar
from clerk_app.composition.office import Office
from clerk_app.errors import BadData
from clerk_app.locales import format_list, localize_name
from clerk_app.paper.documents.acceptance_letters import AcceptanceLetter, CommitmentLetter, GapItem, GapLetter
from clerk_app.roles.formatting import ORGANISATION, localize
from clerk_app.roles.printed_matters import build_printed_dates, build_printed_matter, local_day
from clerk_app.roles.receivers import list_present_parties
from clerk_app.roles.staff_names import read_staff_name
from db.engines import Row, Transaction


def build_acceptance_letter(
    office: Office, tx: Transaction, case: CaseRecord, applicant: str, *, in_full: bool
) -> AcceptanceLetter:
    """Build the notice of acceptance (受理通知书) with what holds now, as on the receipt."""
    row = case.row
    first, is_open = row["first_promised_at"], row["state"] == "accepted"
    is_decided = not is_open and row["closed_at"] is not None
    has_dates = is_open or is_decided
    return AcceptanceLetter(
        case_number=case.number,
        applicant=applicant,
        other_parties=list_present_parties(tx, case, in_full=in_full),
        one_thing=localize(case.plan.one_thing.name),
        matters=tuple(build_printed_matter(tx, case, task) for task in case.latest_tasks().values()),
        accepted_on=to_local_time(row["accepted_at"], case.catalogue.time_zone).date(),
        clerk_number=_staff_number(tx, row["clerk"]),
        office=office.settings.name.localized(),
        phone=office.settings.phone,
        dates=build_printed_dates(case, row, "promised_at") if has_dates else None,
        first_promised=local_day(case, first) if first != row["promised_at"] and has_dates else None,
        suspended=is_open and row["promised_at"] is None,
        results_by=compute_results_day(read_calendar(tx, case.catalogue), case) if is_decided else None,
        withdrawn=any(task["state"] == "withdrawn" for task in case.tasks),
    )


def list_gaps(tx: Transaction, case: CaseRecord) -> list[PlannedMaterial]:
    """Return the materials without which a case was accepted (容缺), also those that were brought since."""
    receipt = tx.get("notices", id=f"{case.number}-receipt")
    accepted_at = receipt["made_at"] if receipt is not None else case.row["accepted_at"]
    given = {row["material"] for row in case.materials if row["taken_at"] <= accepted_at}
    return [need for need in case.plan.materials if need.material.id not in given]


def build_gap_letter(office: Office, tx: Transaction, case: CaseRecord, applicant: str) -> GapLetter:
    """Build the notice of an acceptance with gaps (容缺受理通知书). Raises BadData if nothing was missing."""
    gaps = list_gaps(tx, case)
    if not gaps:
        raise BadData("There is no such paper.")
    promised = {row["subject"]: row for row in read_promises(tx, case.number) if row["kind"] == GAP}
    missing = tuple(_build_gap(case, need, promised.get(need.material.id)) for need in gaps)
    window = tx.get("windows", id=case.row["window_id"])
    return GapLetter(
        case_number=case.number,
        applicant=applicant,
        one_thing=localize(case.plan.one_thing.name),
        missing=missing,
        accepted_on=to_local_time(case.row["accepted_at"], case.catalogue.time_zone).date(),
        followed_up_by=read_staff_name(tx, case.row["clerk"]),
        clerk_number=_staff_number(tx, case.row["clerk"]),
        window=localize_name(window["name"]) if window is not None else case.row["window_id"],
        office=office.settings.name.localized(),
        phone=office.settings.phone,
        settled=case.row["state"] != "accepted" or all(gap.brought_on is not None for gap in missing),
    )


def _build_gap(case: CaseRecord, need: PlannedMaterial, promise: Row | None) -> GapItem:
    """Build a missing material: until the day that was promised, otherwise that of the first decision that needs it."""
    brought = [row["taken_at"] for row in case.materials if row["material"] == need.material.id]
    tasks = [task for matter, task in case.latest_tasks().items() if matter in need.needed_by]
    due = [task for task in tasks if task["state"] not in ENDED_TASK_STATES and task["due_at"] is not None]
    first = promise or min(due, key=lambda task: task["due_at"], default=None)
    return GapItem(
        material=localize(need.material.name),
        matters=format_list(localize(case.catalogue.matter(matter).name) for matter in need.needed_by),
        until=local_day(case, first["due_at"]) if first is not None else None,
        is_expected=first is not None and bool(first["expected"]),
        brought_on=local_day(case, min(brought)) if brought else None,
    )


def build_commitment_letter(
    office: Office, tx: Transaction, case: CaseRecord, task: Row, applicant: str, *, in_full: bool
) -> CommitmentLetter:
    """Build the commitment for a matter (告知承诺书). Raises BadData if it is not handled by commitment."""
    planned = next(planned for planned in case.plan.active_matters if planned.id == task["matter"])
    if not planned.by_commitment or planned.variant is None:
        raise BadData("There is no such paper.")
    matter = planned.matter
    names = {name: localize(case.catalogue.material(name).name) for name in (*matter.materials, *planned.materials)}
    return CommitmentLetter(
        case_number=case.number,
        applicant=applicant,
        other_parties=list_present_parties(tx, case, in_full=in_full),
        is_organisation=case.row["applicant_kind"] == ORGANISATION,
        one_thing=localize(case.plan.one_thing.name),
        matter=localize(matter.name),
        organ=localize(case.catalogue.organ(task["organ"]).name),
        way=localize(planned.variant.name),
        waived=tuple(names[name] for name in matter.materials if name not in planned.materials),
        materials=tuple(names[name] for name in planned.materials),
        legal_basis=localize(matter.legal_basis) if matter.legal_basis is not None else "",
        informed_on=to_local_time(case.row["accepted_at"], case.catalogue.time_zone).date(),
        office=office.settings.name.localized(),
        phone=office.settings.phone,
    )


def _staff_number(tx: Transaction, staff: str) -> str:
    row = tx.get("staff", id=staff)
    return str(row["number"]) if row is not None else staff
