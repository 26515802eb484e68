"""The pre-review of a paper of a case on the machine of an officer: read on request, kept in memory only."""

from __future__ import annotations

from clerk_app.cases.case_record import CaseRecord
from clerk_app.cases.dates import to_local_time
from clerk_app.cases.field_differences import FieldDifference, list_known_values
from clerk_app.cases.paper_readings import PaperReading
from clerk_app.composition.office import Office
from clerk_app.roles.papers.reading import load_paper_kinds
from clerk_app.roles.papers.review import ReviewSubject
from db.engines import Row, Transaction


def build_case_subject(
    office: Office, tx: Transaction, case: CaseRecord, material: str, reading: PaperReading
) -> ReviewSubject:
    """Return what a paper of a case is compared with."""
    zone, promised = case.catalogue.time_zone, case.row["promised_at"]
    values = tx.select("field_values", case_number=case.number)
    return ReviewSubject(
        catalogue=case.catalogue,
        plan=case.plan,
        values={row["field"]: row["value"] or "" for row in values},
        known=_list_known(tx, case),
        readings={material: reading},
        kinds=load_paper_kinds(office),
        today=office.local_time().date(),
        sources={row["field"]: row["source"] or "" for row in values},
        differences=[
            FieldDifference(
                field=row["field"], source=row["source"], known=row["known"] or "", reason=row["reason"] or ""
            )
            for row in tx.select("field_differences", case_number=case.number)
        ],
        promised=to_local_time(promised, zone).date() if promised is not None else None,
    )


def find_case_file(case: CaseRecord, material: str) -> str:
    """Return the digest of the file of the newest version of a paper; empty without one."""
    versions = [row for row in case.materials if row["material"] == material]
    return find_row_file(versions[-1]) if versions else ""


def find_row_file(row: Row) -> str:
    """Return the digest of the file of a paper of a case; empty for a material without one, and for a licence."""
    return str(row["content"] or "") if row["how"] == "paper" else ""


def _list_known(tx: Transaction, case: CaseRecord) -> dict[str, str]:
    parties = {row["role"]: _Party(row) for row in tx.select("parties", case_number=case.number)}
    claims = {row["material"]: bytes(row["claims"]) for row in case.materials if row["claims"]}
    return list_known_values(parties, claims)


class _Party:
    """A row of `parties` as `list_known_values` needs it."""

    def __init__(self, row: Row) -> None:
        self.name = str(row["name"] or "")
        self.number = str(row["number"] or "")
        self.known_by = str(row["known_by"] or "")
