"""Correction of an answer on which the open task of an officer depends."""

from __future__ import annotations

from dataclasses import replace

from clerk_app.cases.case_record import CaseRecord, read_case
from clerk_app.cases.identifiers import case_number_of
from clerk_app.cases.tasks.answer_corrections import list_correctable
from clerk_app.errors import Refused
from clerk_app.locales import _
from clerk_app.roles.answer_corrections import perform_correction
from clerk_app.roles.formatting import localize
from clerk_app.roles.staff_service import OfficeStaffService
from clerk_app.views.department import DepartmentView
from clerk_app.views.shared import Option


class AnswerActs(OfficeStaffService):
    """Corrects answers of the fields that the matter of the open task needs; no others are shown to its organ."""

    @property
    def _open_task_id(self) -> str:
        raise NotImplementedError

    def read_view(self) -> DepartmentView:
        raise NotImplementedError

    def list_correctable_answers(self) -> tuple[Option, ...]:
        case, needed = self._read_task_record()
        return tuple(Option(field.id, localize(field.name)) for field in list_correctable(case) if field.id in needed)

    def correct_answer(self, field: str, value: str, reason: str) -> DepartmentView:
        case, needed = self._read_task_record()
        if field not in needed:
            raise Refused("not_correctable", "This answer cannot be corrected.")
        found = perform_correction(self._office, self._staff_id, case, field, value, reason)
        return replace(self.read_view(), message=found or _("Corrected. Matters decided with it are checked again."))

    def _read_task_record(self) -> tuple[CaseRecord, frozenset[str]]:
        """Return the case of the open task, and the fields that its matter needs."""
        task = self._open_task_id
        with self._office.store.read() as tx:
            case, row = read_case(tx, case_number_of(task)), tx.get("tasks", id=task)
        matter = row["matter"] if row is not None else ""
        return case, frozenset(planned.field.id for planned in case.plan.fields if matter in planned.needed_by)
