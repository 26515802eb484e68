"""Pre-review at a department: an officer has a paper of the open task read on the own machine. Nothing is stored."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

from clerk_app.cases.case_record import CaseRecord, read_case, read_task
from clerk_app.errors import Refused
from clerk_app.licences.shared_materials import RecordAccess
from clerk_app.roles.department.task_view import materials_of_matter
from clerk_app.roles.formatting import localize
from clerk_app.roles.staff_service import OfficeStaffService
from clerk_app.views.paper_review import PaperReview
from clerk_app.views.shared import Option, Picture
from clerk_app.views.similar import SimilarRow

if TYPE_CHECKING:
    from clerk_app.roles.papers.case_reviews import CaseReviewer


class PaperReviews(OfficeStaffService):
    """Reads papers of the open task. The methods may be called in any thread."""

    @property
    def _open_task_id(self) -> str:
        raise NotImplementedError

    def review_paper(self, material: str, *, again: bool = False) -> PaperReview:
        from clerk_app.roles.papers.case_reviews import find_case_file

        case, task = self._read_open_case(material)
        digest = find_case_file(case, material)
        if digest and (again or not self._reviewer.holds(digest)):
            purpose = localize(case.plan.one_thing.name)
            access = RecordAccess(licence="", material=material, purpose=purpose, task=task)
            self._door.perform(access, self._staff_id)
        return self._reviewer.review(case, material, again=again)

    def draw_value(self, material: str, value: str, width: int, height: int) -> Picture | None:  # noqa: ARG002
        return self._reviewer.draw_value(value, width, height)

    def find_similar(self) -> tuple[SimilarRow, ...]:
        from clerk_app.roles.department.similar import find_similar  # few matters compare texts

        return find_similar(self._office, self._open_task_id, self._staff_id)

    def list_finding_codes(self) -> tuple[Option, ...]:
        from clerk_app.roles.department.similar import list_finding_codes

        return list_finding_codes()

    def settle_similar(self, number: str, code: str, note: str) -> str:
        from clerk_app.roles.department.similar import settle_similar

        return settle_similar(self._office, self._open_task_id, number, code, note, self._staff_id)

    @cached_property
    def _reviewer(self) -> CaseReviewer:
        from clerk_app.roles.papers.case_reviews import CaseReviewer  # kinds of papers: not before the first one

        return CaseReviewer(self._office, str(self._staff["number"]))

    def _read_open_case(self, material: str) -> tuple[CaseRecord, str]:
        """Return the case and the id of the open task. Raise Refused for a material that is not of the task."""
        task = self._open_task_id
        with self._office.store.read() as tx:
            row = read_task(tx, task)
            case = read_case(tx, row["case_number"])
        if material not in materials_of_matter(case, row["matter"]):
            raise Refused("scope", "This material does not belong to the task.")
        return case, task
