"""What a screen may ask and do: one desk for each role, each act answered with a frozen picture of what to show.

A screen holds no rules. It calls a desk (in a worker: a desk may wait for disk or network), gets a *view* back and
paints it. Every text in a view is already in the language spoken now, masked where it must be, and safe for a terminal;
after a change of language the screen simply asks for the view again. Times are aware datetimes in the office's zone.

Any act may raise a `ClerkError`: its `str()` is the sentence for the message line, and nothing has changed.
"""

from __future__ import annotations

from clerk_app.desk.case import (
    Applicant,
    CaseView,
    FieldRow,
    HistoryRow,
    Intake,
    LicenceCheck,
    MaterialRow,
    MaterialView,
    MatterRow,
    PartyRow,
    Saving,
)
from clerk_app.desk.counter import CounterDesk, CounterView, TicketRow
from clerk_app.desk.department import DepartmentDesk, DepartmentView, TaskPage, TaskRow, TaskView
from clerk_app.desk.kiosk import CaseState, KioskCategory, KioskDesk, KioskView, Slip
from clerk_app.desk.line import LineDesk, LineView, Returned
from clerk_app.desk.shared import CameraView, Choice, CodeSeen, Lens, Level, ListAge, Pair, Paper, Picture, Status
from clerk_app.desk.signing_in import Desks, SignedIn
from clerk_app.desk.supervisor import CategoryRow, QueueRow, SupervisorDesk, SupervisorView, WindowRow
from clerk_app.errors import BadData, ClerkError, OutOfReach, Refused

__all__ = [
    "Applicant",
    "BadData",
    "CameraView",
    "CaseState",
    "CaseView",
    "CategoryRow",
    "Choice",
    "ClerkError",
    "CodeSeen",
    "CounterDesk",
    "CounterView",
    "DepartmentDesk",
    "DepartmentView",
    "Desks",
    "FieldRow",
    "HistoryRow",
    "Intake",
    "KioskCategory",
    "KioskDesk",
    "KioskView",
    "Lens",
    "Level",
    "LicenceCheck",
    "LineDesk",
    "LineView",
    "ListAge",
    "MaterialRow",
    "MaterialView",
    "MatterRow",
    "OutOfReach",
    "Pair",
    "Paper",
    "PartyRow",
    "Picture",
    "QueueRow",
    "Refused",
    "Returned",
    "Saving",
    "SignedIn",
    "Slip",
    "Status",
    "SupervisorDesk",
    "SupervisorView",
    "TaskPage",
    "TaskRow",
    "TaskView",
    "TicketRow",
    "WindowRow",
]
