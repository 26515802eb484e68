"""Builds the letters on the time limit of a matter from the store: special procedure and extension."""

from __future__ import annotations

from clerk_app.cases.case_record import CaseRecord, read_task
from clerk_app.cases.dates import compute_papers_deadline, to_local_time
from clerk_app.cases.identifiers import case_number_of
from clerk_app.cases.states import ENDED_TASK_STATES
from clerk_app.cases.tasks.procedures import PROCEDURES
from clerk_app.catalogue.publication import read_calendar
from clerk_app.composition.office import Office
from clerk_app.errors import BadData
from clerk_app.locales import translate
from clerk_app.paper.documents.term_letters import ExtensionLetter, ProcedureLetter
from clerk_app.roles.formatting import localize
from clerk_app.roles.staff_names import read_staff_name
from db.engines import Row, Transaction


def build_procedure_letter(
    office: Office, tx: Transaction, case: CaseRecord, notice: Row, applicant: str
) -> ProcedureLetter:
    """Build the notice of a special procedure (特别程序告知书). Raises BadData if it belongs to none."""
    row = next((row for row in case.supplements if row["notice"] == notice["id"]), None)
    if row is None:
        raise BadData("There is no such paper.")
    task, zone = read_task(tx, row["task"]), case.catalogue.time_zone
    notified_at, until, is_expected = procedure_dates(office, tx, case, row)
    return ProcedureLetter(
        case_number=case.number,
        applicant=applicant,
        one_thing=localize(case.plan.one_thing.name),
        matter=localize(case.catalogue.matter(task["matter"]).name),
        organ=localize(case.catalogue.organ(task["organ"]).name),
        procedure=translate(PROCEDURES[row["kind"]]),
        reason=row["reason"],
        working_days=row["working_days"],
        expected_until=to_local_time(until, zone).date(),
        is_expected=is_expected,
        has_ended=row["answered_at"] is not None,
        officer=read_staff_name(tx, row["asked_by"]),
        notified_on=to_local_time(notified_at, zone).date(),
        office=office.settings.name.localized(),
        phone=office.settings.phone,
    )


def procedure_dates(office: Office, tx: Transaction, case: CaseRecord, row: Row) -> tuple[int, int, bool]:
    """Return when the notice was given, the expected end (microseconds UTC), and whether that may change.

    They are those stored at the first print; before it, those of a print now.
    """
    if row["notified_at"] is not None and row["deadline_at"] is not None:
        return row["notified_at"], row["deadline_at"], bool(row["deadline_expected"])
    now, calendar = office.corrected_now, read_calendar(tx, case.catalogue)
    organ = read_task(tx, row["task"])["organ"]
    return now, *compute_papers_deadline(calendar, (organ,), now, row["working_days"])


def build_extension_letter(
    office: Office, tx: Transaction, case: CaseRecord, notice: Row, applicant: str
) -> ExtensionLetter:
    """Build the notice of an extension (延期告知书). Raises BadData if it belongs to none."""
    row = next((row for row in tx.select("extensions", case_number=case.number) if row["notice"] == notice["id"]), None)
    if row is None:
        raise BadData("There is no such paper.")
    task, zone = read_task(tx, row["task"]), case.catalogue.time_zone
    is_open = task["state"] not in ENDED_TASK_STATES
    promised, statutory = (task[name] if is_open else None for name in ("due_at", "statutory_at"))
    return ExtensionLetter(
        case_number=case_number_of(notice["id"]),
        applicant=applicant,
        one_thing=localize(case.plan.one_thing.name),
        matter=localize(case.catalogue.matter(task["matter"]).name),
        organ=localize(case.catalogue.organ(task["organ"]).name),
        working_days=row["working_days"],
        reason=row["reason"],
        approved_by=read_staff_name(tx, row["decided_by"]),
        approved_on=to_local_time(row["decided_at"], zone).date(),
        promised=to_local_time(promised, zone).date() if promised is not None else None,
        statutory=to_local_time(statutory, zone).date() if statutory is not None else None,
        is_expected=bool(task["expected"]),
        statutory_expected=bool(task["statutory_expected"]),
        office=office.settings.name.localized(),
        phone=office.settings.phone,
    )
