"""Pre-review at a department: an officer has a paper of the open task read on the own machine. Nothing is stored."""

from __future__ import annotations

from clerk_app.cases.case_record import CaseRecord, read_case, read_task
from clerk_app.cases.paper_readings import PaperReading
from clerk_app.errors import Refused
from clerk_app.licences.shared_materials import RecordAccess
from clerk_app.roles.department.task_view import materials_of_matter
from clerk_app.roles.formatting import localize
from clerk_app.roles.papers.cut_outs import draw_cut_out
from clerk_app.roles.papers.viewing import FilePages, make_terms, open_stored_pages
from clerk_app.roles.staff_service import OfficeStaffService
from clerk_app.views.paper_review import PaperReview
from clerk_app.views.shared import Picture


class PaperReviews(OfficeStaffService):
    """Reads papers of the open task. The methods may be called in any thread."""

    _reviewed: tuple[PaperReading, FilePages] | None = None  # of the paper that was read last

    @property
    def _open_task_id(self) -> str:
        raise NotImplementedError

    def review_paper(self, material: str, *, again: bool = False) -> PaperReview:
        from clerk_app.roles.papers.case_reviews import build_case_subject, find_case_file
        from clerk_app.roles.papers.reading import can_read_papers, read_stored_paper
        from clerk_app.roles.papers.review import build_paper_review, build_unread_review

        case, task = self._read_open_case(material)
        if not can_read_papers():
            return build_unread_review(case.catalogue, material)
        digest, known = find_case_file(case, material), self._reviewed
        if not digest:
            raise Refused("no_file", "No pages of this paper were taken in: there is nothing to read.")
        if known is None or known[0].content != digest or again:
            purpose = localize(case.plan.one_thing.name)
            access = RecordAccess(licence="", material=material, purpose=purpose, task=task)
            self._door.perform(access, self._staff_id)
            pages = open_stored_pages(self._office, digest, make_terms(self._office, purpose, self._staff["number"]))
            known = self._reviewed = (read_stored_paper(self._office, digest), pages)
        with self._office.store.read() as tx:
            subject = build_case_subject(self._office, tx, case, material, known[0])
        return build_paper_review(subject, material, can_act=False)

    def draw_value(self, material: str, value: str, width: int, height: int) -> Picture | None:  # noqa: ARG002
        reviewed = self._reviewed
        found = next((read for read in reviewed[0].values if read.id == value), None) if reviewed is not None else None
        if reviewed is None or found is None:
            return None
        return draw_cut_out(reviewed[1], reviewed[0], found, width, height)

    def _read_open_case(self, material: str) -> tuple[CaseRecord, str]:
        """Return the case and the id of the open task. Raise Refused for a material that is not of the task."""
        task = self._open_task_id
        with self._office.store.read() as tx:
            row = read_task(tx, task)
            case = read_case(tx, row["case_number"])
        if material not in materials_of_matter(case, row["matter"]):
            raise Refused("scope", "This material does not belong to the task.")
        return case, task
