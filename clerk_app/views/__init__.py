"""Contract between screens and roles: a Protocol for each role, frozen dataclasses for what to show.

A screen contains no rules. It calls a service in a worker thread, because a method may wait for disk or network, and
shows the returned view. Every text in a view is translated to the current language, masked and free of control
characters; after a change of the language the screen reads the view again. Times are aware datetimes in the time zone
of the office.

Every method may raise a ClerkError; `str()` of the error is the sentence for the message line. A method that raises has
changed nothing.
"""

from __future__ import annotations

from clerk_app.errors import BadData, ClerkError, OutOfReach, Refused
from clerk_app.views.admin import AdminService, AdminView, StaffActId, StaffRow
from clerk_app.views.case import (
    Applicant,
    CaseAction,
    CaseView,
    FieldRow,
    HistoryRow,
    IntakeView,
    LicenceCheck,
    MaterialRow,
    MaterialView,
    MatterRow,
    PartyRow,
    Receiver,
    Saving,
)
from clerk_app.views.connection import ClockQuestion, ConnectionView, RejectedWork, StaffService
from clerk_app.views.counter import (
    CounterService,
    CounterView,
    DraftRow,
    DuplicateSearch,
    FoundParty,
    RequestedTicket,
    TicketRow,
)
from clerk_app.views.department import DepartmentService, DepartmentView, TaskAction, TaskPage, TaskRow, TaskView
from clerk_app.views.kiosk import CaseStatusView, IssuedTicket, KioskCategory, KioskService, KioskView
from clerk_app.views.shared import (
    CameraService,
    CameraView,
    CasePaper,
    DetectedCode,
    GivenReasons,
    LabelledValue,
    Level,
    ListAge,
    Option,
    Paper,
    PendingPaper,
    Picture,
    Status,
)
from clerk_app.views.supervisor import (
    Alert,
    CategoryRow,
    HallAct,
    HallActId,
    HallDay,
    HallDetails,
    QueueRow,
    SupervisorService,
    SupervisorView,
    WindowRow,
)
from clerk_app.views.workstation import (
    Preferences,
    PreferenceStore,
    ReasonStore,
    StaffSession,
    StoredReasons,
    Workstation,
)

__all__ = [
    "AdminService",
    "AdminView",
    "Alert",
    "Applicant",
    "BadData",
    "CameraService",
    "CameraView",
    "CaseAction",
    "CasePaper",
    "CaseStatusView",
    "CaseView",
    "CategoryRow",
    "ClerkError",
    "ClockQuestion",
    "ConnectionView",
    "CounterService",
    "CounterView",
    "DepartmentService",
    "DepartmentView",
    "DetectedCode",
    "DraftRow",
    "DuplicateSearch",
    "FieldRow",
    "FoundParty",
    "GivenReasons",
    "HallAct",
    "HallActId",
    "HallDay",
    "HallDetails",
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
    "PendingPaper",
    "Picture",
    "PreferenceStore",
    "Preferences",
    "QueueRow",
    "ReasonStore",
    "Receiver",
    "Refused",
    "RejectedWork",
    "RequestedTicket",
    "Saving",
    "StaffActId",
    "StaffRow",
    "StaffService",
    "StaffSession",
    "Status",
    "StoredReasons",
    "SupervisorService",
    "SupervisorView",
    "TaskAction",
    "TaskPage",
    "TaskRow",
    "TaskView",
    "TicketRow",
    "WindowRow",
    "Workstation",
]
