"""What a screen may ask and do: one desk for each role, each act answered with a frozen picture of what to show.

A screen holds no rules. It calls a desk (in a worker: a desk may wait for disk or network), gets a *view* back and
paints it. Every text in a view is already in the language spoken now, masked where it must be, and safe for a terminal;
after a change of language the screen simply asks for the view again. Times are aware datetimes in the office's zone.

Any act may raise a `ClerkError`: its `str()` is the sentence for the message line, and nothing has changed.
"""

from __future__ import annotations

from clerk_app.errors import BadData, ClerkError, OutOfReach, Refused
from clerk_app.views.case import (
    Applicant,
    CaseView,
    FieldRow,
    HistoryRow,
    IntakeView,
    LicenceCheck,
    MaterialRow,
    MaterialView,
    MatterRow,
    PartyRow,
    Saving,
)
from clerk_app.views.connection import ConnectionView, RejectedWork, StaffService
from clerk_app.views.counter import CounterService, CounterView, TicketRow
from clerk_app.views.department import DepartmentService, DepartmentView, TaskPage, TaskRow, TaskView
from clerk_app.views.kiosk import CaseStatusView, IssuedTicket, KioskCategory, KioskService, KioskView
from clerk_app.views.shared import (
    CameraService,
    CameraView,
    DetectedCode,
    LabelledValue,
    Level,
    ListAge,
    Option,
    Paper,
    Picture,
    Status,
)
from clerk_app.views.supervisor import CategoryRow, QueueRow, SupervisorService, SupervisorView, WindowRow
from clerk_app.views.workstation import StaffSession, Workstation

__all__ = [
    "Applicant",
    "BadData",
    "CameraService",
    "CameraView",
    "CaseStatusView",
    "CaseView",
    "CategoryRow",
    "ClerkError",
    "ConnectionView",
    "CounterService",
    "CounterView",
    "DepartmentService",
    "DepartmentView",
    "DetectedCode",
    "FieldRow",
    "HistoryRow",
    "IntakeView",
    "IssuedTicket",
    "KioskCategory",
    "KioskService",
    "KioskView",
    "LabelledValue",
    "Level",
    "LicenceCheck",
    "ListAge",
    "MaterialRow",
    "MaterialView",
    "MatterRow",
    "Option",
    "OutOfReach",
    "Paper",
    "PartyRow",
    "Picture",
    "QueueRow",
    "Refused",
    "RejectedWork",
    "Saving",
    "StaffService",
    "StaffSession",
    "Status",
    "SupervisorService",
    "SupervisorView",
    "TaskPage",
    "TaskRow",
    "TaskView",
    "TicketRow",
    "WindowRow",
    "Workstation",
]
