"""Base class of the services of all signed-in staff."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from clerk_app.composition.office import Office
from clerk_app.ledger.access import Role
from clerk_app.roles.clock import read_clock_question, set_clock
from clerk_app.roles.connection_view import read_connection_view
from clerk_app.views.connection import ClockQuestion, ConnectionView, RejectedWork
from clerk_app.views.courier import CourierView
from db.engines import Row

if TYPE_CHECKING:
    from clerk_app.roles.courier import CourierDesk


class OfficeCourierService:
    """Implements views.CourierService for counter and department; a counter has a window."""

    _office: Office
    _staff: Row
    _window: str = ""

    def read_courier(self) -> CourierView:
        return self._courier_desk().read()

    def send_papers(self, papers: Sequence[str], courier: str) -> str:
        return self._courier_desk().send(papers, courier)

    def receive_papers(self, consignment: str, positions: Sequence[int], note: str = "") -> str:
        return self._courier_desk().receive(consignment, positions, note)

    def _courier_desk(self) -> CourierDesk:
        from clerk_app.roles.courier import CourierDesk  # not before the first paper that a courier takes

        return CourierDesk(self._office, self._staff, self._window)


class OfficeStaffService:
    """Implements views.StaffService: connection view and rejected work, for counter, department and supervisor."""

    def __init__(self, office: Office, staff: Row) -> None:
        self._office = office
        self._door = office.door
        self._staff = staff

    @property
    def _staff_id(self) -> str:
        return str(self._staff["id"])

    def read_clock_question(self) -> ClockQuestion | None:
        return read_clock_question(self._office)

    def set_clock(self, time: str) -> None:
        set_clock(self._office, time, self._staff_id)

    def read_connection(self) -> ConnectionView:
        return read_connection_view(self._office, with_acceptances=self._staff["role"] == Role.SUPERVISOR)

    def settle_rejected(self, work_id: str, note: str, act: str = "") -> None:
        from clerk_app.roles.rejected_hall_entries import do_hall_act  # with most commands: not at the start
        from clerk_app.roles.rejected_work import settle_rejected_work

        if act:
            do_hall_act(self._office, work_id, note, act, self._staff_id)
        settle_rejected_work(self._office, work_id, note, self._staff_id)

    def fetch_rejected(self, work_id: str) -> RejectedWork:
        from clerk_app.roles.rejected_work import fetch_rejected

        return fetch_rejected(self._office, work_id, self._staff_id)

    def accept_rejected(self, work_id: str) -> str:
        from clerk_app.roles.rejected_work import accept_rejected

        return accept_rejected(self._office, work_id, self._staff_id)
