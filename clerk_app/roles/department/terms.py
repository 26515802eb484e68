"""What changes the period of a task, for its officers: a special procedure that is under way, and extensions."""

from __future__ import annotations

from collections.abc import Iterator

from clerk_app.cases.case_record import CaseRecord, read_case, read_task
from clerk_app.cases.dates import to_local_time
from clerk_app.cases.tasks.procedures import PROCEDURES, find_open_procedure
from clerk_app.ledger.numbers import format_task_number
from clerk_app.locales import _, translate
from clerk_app.roles.formatting import format_due_day, format_party_name, format_working_days, localize
from clerk_app.roles.staff_names import read_staff_name
from clerk_app.roles.unreadable import UNREADABLE, report_unreadable
from clerk_app.views.department import ExtensionRow
from clerk_app.views.shared import Option
from db.engines import Row, Transaction


def list_procedures() -> tuple[Option, ...]:
    """Return the special procedures that an officer can begin."""
    return tuple(Option(code, translate(name)) for code, name in PROCEDURES.items())


def list_asked_extensions(tx: Transaction, organ: str, staff: str) -> tuple[ExtensionRow, ...]:
    """Return the extensions of an organ's tasks that wait for an approval by another person than `staff`, oldest first.

    One whose case cannot be displayed is left out.
    """
    rows: list[ExtensionRow] = []
    for extension in tx.query_all("cases.asked_extensions", organ=organ, staff=staff):
        try:
            rows.append(_build_extension_row(tx, extension))
        except UNREADABLE as error:
            report_unreadable(f"extension of task {extension['task']}", error)
    return tuple(rows)


def _build_extension_row(tx: Transaction, extension: Row) -> ExtensionRow:
    task = read_task(tx, extension["task"])
    case = read_case(tx, task["case_number"])
    zone = case.catalogue.time_zone
    return ExtensionRow(
        task=task["id"],
        number=format_task_number(task["id"]),
        matter=localize(case.catalogue.matter(task["matter"]).name),
        applicant=format_party_name(case.row["applicant_name"], case.row["applicant_kind"]),
        days=_describe_days(extension["working_days"]),
        reason=extension["reason"],
        asked_by=read_staff_name(tx, extension["asked_by"]),
        asked_at=to_local_time(extension["asked_at"], zone),
        promised=format_due_day(task["due_at"], zone, expected=bool(task["expected"])),
        statutory=format_due_day(task["statutory_at"], zone, expected=bool(task["statutory_expected"])),
    )


def describe_term(tx: Transaction, case: CaseRecord, task: Row) -> Iterator[str]:
    """Yield a sentence on the special procedure of a task that is under way, and one on its extension."""
    zone = case.catalogue.time_zone
    procedure = find_open_procedure(case, task["id"])
    if procedure is not None:
        sentence = _("Special procedure: {kind}, begun on {day} by {name}: {reason}")
        yield sentence.format(
            kind=translate(PROCEDURES[procedure["kind"]]),
            day=f"{to_local_time(procedure['asked_at'], zone):%m-%d}",
            name=read_staff_name(tx, procedure["asked_by"]),
            reason=procedure["reason"],
        )
        if procedure["notified_at"] is None:
            yield _("The notice is not printed yet, so the time limit still runs.")
        elif procedure["deadline_at"] is not None:
            yield _("Expected to end by {day}.").format(day=format_due_day(procedure["deadline_at"], zone))
    extension = tx.get("extensions", task=task["id"])
    if extension is not None:
        yield _describe_extension(tx, extension)


def _describe_extension(tx: Transaction, extension: Row) -> str:
    days, outcome = _describe_days(extension["working_days"]), extension["outcome"]
    if outcome == "":
        sentence = _("{name} asks to extend the time limit by {days}; a colleague decides.")
        return sentence.format(name=read_staff_name(tx, extension["asked_by"]), days=days)
    name = read_staff_name(tx, extension["decided_by"])
    if outcome == "approved":
        return _("The time limit was extended by {days}, approved by {name}.").format(days=days, name=name)
    sentence = _("An extension by {days} was declined by {name}: {note}")
    return sentence.format(days=days, name=name, note=extension["note"])


def _describe_days(days: int) -> str:
    return format_working_days(days)
