"""The hall: tickets, windows, calls, and visits, which connect a person at a window to a case."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from clerk_app.ledger.commands import RuleModules

RULE_MODULES: RuleModules = {
    "clerk_app.hall.service_days": ("OpenServiceDay", "CloseServiceDay"),
    "clerk_app.hall.tickets": ("PrepareTicket", "EndSlip"),
    "clerk_app.hall.appointments": ("RegisterAppointments", "CancelAppointment"),
    "clerk_app.hall.calls": ("CallNext", "PickTicket", "CallTicket", "WalkIn"),
    "clerk_app.hall.ticket_moves": ("MoveTicket",),
    "clerk_app.hall.transfers": ("TransferTicket", "SetStations", "TakeTicketBack"),
    "clerk_app.hall.ticket_outcomes": ("RecordTicketOutcome",),
    "clerk_app.hall.waiting_tickets": ("CancelTicket", "RecordSlipReprint"),
    "clerk_app.hall.windows": ("RegisterWindow", "SetWindow"),
    "clerk_app.hall.window_leases": ("EndWindowLease",),
    "clerk_app.hall.window_release": ("ReleaseWindow",),
    "clerk_app.hall.window_settings": ("SetWindowCategories", "CloseWindowAfterVisit", "SetWindowZone"),
    "clerk_app.hall.visits": ("Identify", "RefuseCode", "ConfirmPerson", "IdentifyParty"),
    "clerk_app.hall.face_comparisons": ("RejectPerson", "DoubtPerson", "SettleDoubt"),
    "clerk_app.hall.waiting_moves": ("MoveWaitingTicket", "SetWaitingStations"),
    "clerk_app.hall.ticket_priority": ("PrioritiseTicket", "RemovePriority"),
    "clerk_app.hall.ticket_papers": (
        "TakeTicketPapers",
        "RemoveTicketPaper",
        "OpenTicketPaper",
        "EraseTicketPapers",
    ),
    "clerk_app.hall.staff_messages": ("SendMessage", "MarkMessageRead"),
    "clerk_app.hall.emergency_calls": ("RaiseEmergency", "AnswerEmergency", "EndEmergency"),
    "clerk_app.hall.kiosk_calls": ("CallStaffToKiosk", "AnswerKioskCall"),
    "clerk_app.hall.day_report": ("QueryDayMeasures",),
}
"""Stored names of the commands of each module; a module is imported when one of them is first needed."""
