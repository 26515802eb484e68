"""Raises an objection in each open case that relies on a record of the registry which was corrected.

Only the authority does, as part of its schedule. Each step can be repeated after a crash: an objection with the same
facts is raised once.
"""

from __future__ import annotations

from typing import Any

import msgspec

from clerk_app.cases.objections import RaiseObjection
from clerk_app.composition.office import Office
from clerk_app.errors import BadData, Refused
from clerk_app.ledger.commands import Command
from clerk_app.locales import mark
from clerk_app.log import log_event
from clerk_app.people import SCHEDULE
from clerk_app.registry.corrections import CORRECTED_RECORD, RecordCorrectionReport
from clerk_app.registry.rows import LICENCE, RELATION
from db.engines import Row, Transaction

_SENTENCE = mark("The registry was corrected on {day}: {field}. Compare the case with the corrected value.")
_AT_ONCE = 20


def report_corrected_records(office: Office) -> int:
    """Report the approved corrections that were not reported yet; return how many. A failure is logged."""
    with office.store.read() as tx:
        rows = tx.query_all("registry_records.unreported_corrections", many=_AT_ONCE)
    return sum(_report(office, row) for row in rows)


def _report(office: Office, correction: Row) -> bool:
    with office.store.read() as tx:
        cases = find_open_cases(tx, correction)
        facts = _build_facts(tx, correction)
        missing = [case for case in cases if not _has_objection(tx, case, facts)]
    commands: list[Command[Any]] = [
        RaiseObjection(case=case, reason=CORRECTED_RECORD, sentence=_SENTENCE, facts=facts) for case in missing
    ]
    try:
        for command in commands:
            office.door.perform(command, SCHEDULE)
        report = RecordCorrectionReport(
            correction=correction["id"], kind=correction["kind"], subject=correction["subject"], cases=len(cases)
        )
        office.door.perform(report, SCHEDULE)
    except (BadData, Refused) as error:
        log_event("schedule", "failed", kind=RecordCorrectionReport.stored_name, error=type(error).__name__)
        return False
    return True


def find_open_cases(tx: Transaction, correction: Row) -> list[str]:
    """Return the numbers of the open cases that rely on the corrected record (`db/statements/reliance.sql`)."""
    subject = correction["subject"]
    if correction["kind"] == LICENCE:
        licence = tx.get("licences", id=subject)
        identifier = licence["identifier"] if licence is not None else ""
        rows = tx.query_all("reliance.of_licence", licence=subject, identifier=identifier)
    elif correction["kind"] == RELATION:
        relation = tx.get("relations", id=subject)
        if relation is None:
            return []
        one, other = relation["subject"], relation["other"]
        numbers = {"number": _read_number(tx, one), "other_number": _read_number(tx, other)}
        rows = tx.query_all("reliance.of_relation", subject=one, other=other, **numbers)
    else:
        rows = tx.query_all("reliance.of_person", subject=subject, number=_read_number(tx, subject))
    return [str(row["number"]) for row in rows]


def _read_number(tx: Transaction, subject: str) -> str:
    """Return the identity number or credit code of a person or organisation; "-", which nobody has, without one."""
    for table, column in (("persons", "id_number"), ("organisations", "credit_code")):
        row = tx.get(table, id=subject)
        if row is not None:
            return row[column] or "-"
    return "-"


def _build_facts(tx: Transaction, correction: Row) -> dict[str, str]:
    licence = tx.get("licences", id=correction["subject"]) if correction["kind"] == LICENCE else None
    return {
        "correction": correction["id"],
        "field": correction["field"],
        "licence_type": licence["kind"] if licence is not None else "",
        "day": correction["decided_on"],
    }


def _has_objection(tx: Transaction, case: str, facts: dict[str, str]) -> bool:
    known = tx.select("objections", case_number=case, reason=CORRECTED_RECORD)
    return any(msgspec.json.decode(row["facts"], type=dict[str, str]) == facts for row in known)
