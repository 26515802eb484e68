"""What every desk of somebody who signed in says of its line to the center, and settles."""

from __future__ import annotations

from clerk_app.composition.office import Office
from clerk_app.roles import rejected_work as returned_work
from clerk_app.roles.connection_view import read_connection_view
from clerk_app.views import ConnectionView
from db.engines import Row


class OfficeStaffService:
    """The part of a desk that is the same for all (desk.LineDesk)."""

    _office: Office
    _staff: Row

    def read_connection(self) -> ConnectionView:
        return read_connection_view(self._office)

    def settle_rejected(self, returned: str, note: str) -> None:
        returned_work.settle_rejected_work(self._office, returned, note, str(self._staff["id"]))
