"""Messages on the case of the open task, for its officer."""

from __future__ import annotations

from dataclasses import replace
from functools import cached_property

from clerk_app.cases.identifiers import case_number_of
from clerk_app.locales import _
from clerk_app.roles.case_messages import CaseMessageDesk
from clerk_app.roles.staff_service import OfficeStaffService
from clerk_app.views.case_messages import CaseMessageThread
from clerk_app.views.department import DepartmentView


class TaskMessages(OfficeStaffService):
    """Reads and writes messages on the case of the open task."""

    @property
    def _open_task_id(self) -> str:
        raise NotImplementedError

    def read_view(self) -> DepartmentView:
        raise NotImplementedError

    def read_messages(self) -> CaseMessageThread:
        return self._message_desk.read(case_number_of(self._open_task_id))

    def send_case_message(self, addressee: str, text: str) -> DepartmentView:
        self._message_desk.send(case_number_of(self._open_task_id), addressee, text)
        return replace(self.read_view(), message=_("Sent."))

    def show_messages_to_citizen(self) -> DepartmentView:
        """Do nothing: only a window shows them."""
        return self.read_view()

    @cached_property
    def _message_desk(self) -> CaseMessageDesk:
        return CaseMessageDesk(self._office, self._staff_id, str(self._staff["organ"]))
