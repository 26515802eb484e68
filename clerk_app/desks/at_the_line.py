"""What every desk of somebody who signed in says of its line to the center, and settles."""

from __future__ import annotations

from clerk_app.desk import LineView
from clerk_app.desks import returned as returned_work
from clerk_app.desks.line_view import line_view
from clerk_app.desks.office import Office
from db.engines import Row


class AtTheLine:
    """The part of a desk that is the same for all (desk.LineDesk)."""

    _office: Office
    _staff: Row

    def line(self) -> LineView:
        return line_view(self._office)

    def settle(self, returned: str, note: str) -> None:
        returned_work.settle(self._office, returned, note, str(self._staff["id"]))
