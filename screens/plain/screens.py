"""Makes the screen of a person in the linear mode."""

from __future__ import annotations

from clerk_app.views.workstation import StaffSession, Workstation
from screens.plain.counter import LineCounter
from screens.plain.department import LineDepartment
from screens.plain.host import LineHost


def make_line_screen(
    role: str | None, workstation: Workstation, session: StaffSession, host: LineHost
) -> LineCounter | LineDepartment | None:
    """Return the screen for a session; None if the role has no linear mode, or the program is for another role."""
    if session.counter is not None and role in (None, "counter"):
        return LineCounter(session.counter, workstation.camera, host)
    if session.department is not None and role in (None, "department"):
        return LineDepartment(session.department, host)
    return None
