"""The pre-review of a paper of a case, on the machine of an officer or clerk: read on request, never stored."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from clerk_app.cases.case_record import CaseRecord
from clerk_app.cases.dates import to_local_time
from clerk_app.cases.field_differences import FieldDifference, list_known_values
from clerk_app.cases.overruled_findings import decode_overruled
from clerk_app.cases.paper_readings import PaperReading
from clerk_app.composition.office import Office
from clerk_app.errors import Refused
from clerk_app.locales import _
from clerk_app.roles.formatting import localize
from clerk_app.roles.papers.cut_outs import draw_cut_out
from clerk_app.roles.papers.reading import can_read_papers, load_paper_kinds, read_stored_paper
from clerk_app.roles.papers.review import ReviewSubject, build_paper_review, build_unread_review
from clerk_app.roles.papers.viewing import FilePages, make_terms, open_stored_pages
from clerk_app.views.paper_review import PaperReview
from clerk_app.views.shared import Picture
from db.engines import Row, Transaction


class CaseReadings:
    """What was read on request from the papers of one case: in memory only, and dropped with the next case."""

    def __init__(self) -> None:
        self._case = ""
        self._readings: dict[str, PaperReading] = {}  # by digest of the file

    def add(self, case: str, reading: PaperReading) -> None:
        """Keep a reading of a paper of the case, instead of an earlier one of the same file."""
        if case != self._case:
            self._case, self._readings = case, {}
        self._readings[reading.content] = reading

    def find(self, case: str, digest: str) -> PaperReading | None:
        """Return the reading of a file; None if it was not read since the case was opened."""
        return self._readings.get(digest) if case == self._case else None

    def of_papers(self, case: CaseRecord) -> dict[str, PaperReading]:
        """Return the readings of the papers that count in the case, the newest version of each, by material."""
        files = {row["material"]: find_row_file(row) for row in case.materials}  # versions follow each other
        found = {name: self.find(case.number, digest) for name, digest in files.items() if digest}
        return {name: reading for name, reading in found.items() if reading is not None}


class CaseReviewer:
    """Reads papers of cases and reviews them, also against the other papers of the case that were read before.

    `staff_number` is written across the cut-outs. The caller records that a paper is opened. For any thread.
    """

    def __init__(self, office: Office, staff_number: str) -> None:
        self._office = office
        self._staff_number = staff_number
        self._readings = CaseReadings()
        self._last: tuple[PaperReading, FilePages] | None = None

    def holds(self, digest: str) -> bool:
        """Return whether a file was reviewed last, so that it is not opened again."""
        return self._last is not None and self._last[0].content == digest

    def review(self, case: CaseRecord, material: str, *, again: bool = False) -> PaperReview:
        """Return the review of a paper, which takes seconds. Raises Refused for one without pages."""
        digest = find_case_file(case, material)
        if not digest:
            raise Refused("no_file", "No pages of this paper were taken in: there is nothing to read.")
        if not can_read_papers():
            return build_unread_review(case.catalogue, material)
        reading = None if again else self._readings.find(case.number, digest)
        if reading is None:
            reading = read_stored_paper(self._office, digest)
            self._readings.add(case.number, reading)
        if self._last is None or self._last[0] != reading:
            terms = make_terms(self._office, localize(case.plan.one_thing.name), self._staff_number)
            self._last = (reading, open_stored_pages(self._office, digest, terms))
        with self._office.store.read() as tx:
            subject = build_case_subject(self._office, tx, case, self._readings.of_papers(case))
        review = build_paper_review(subject, material, can_act=False)
        return replace(review, compared=describe_compared(case, material, subject.readings))

    def draw_value(self, value: str, width: int, height: int) -> Picture | None:
        """Return a cut-out of the paper that was read last; None if the place of the value is not known."""
        last = self._last
        found = next((read for read in last[0].values if read.id == value), None) if last is not None else None
        return draw_cut_out(last[1], last[0], found, width, height) if last is not None and found is not None else None


def build_case_subject(
    office: Office, tx: Transaction, case: CaseRecord, readings: Mapping[str, PaperReading]
) -> ReviewSubject:
    """Return what papers of a case are compared with; `readings` by material."""
    zone, promised = case.catalogue.time_zone, case.row["promised_at"]
    values = tx.select("field_values", case_number=case.number)
    return ReviewSubject(
        catalogue=case.catalogue,
        plan=case.plan,
        values={row["field"]: row["value"] or "" for row in values},
        known=_list_known(tx, case),
        readings=readings,
        kinds=load_paper_kinds(office),
        today=office.local_time().date(),
        sources={row["field"]: row["source"] or "" for row in values},
        differences=[
            FieldDifference(
                field=row["field"], source=row["source"], known=row["known"] or "", reason=row["reason"] or ""
            )
            for row in tx.select("field_differences", case_number=case.number)
        ],
        overruled={row["material"]: decode_overruled(row["overruled"]) for row in case.materials},
        promised=to_local_time(promised, zone).date() if promised is not None else None,
    )


def describe_compared(case: CaseRecord, material: str, readings: Mapping[str, PaperReading]) -> str:
    """Return with how many of the other papers of a case a paper was compared; empty if it has no other."""
    others = {row["material"] for row in case.materials if find_row_file(row)} - {material}
    if not others:
        return ""
    sentence = _("Compared with {count} of {all} other papers of the case: those that were read since it was opened.")
    return sentence.format(count=len(others & readings.keys()), all=len(others))


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
