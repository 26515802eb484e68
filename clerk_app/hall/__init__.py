"""The hall: tickets, windows, calls, and visits, which connect a person at a window to a case."""

from __future__ import annotations

from clerk_app.hall import (
    appointments,
    calls,
    day_report,
    emergency_calls,
    service_days,
    staff_messages,
    ticket_moves,
    ticket_outcomes,
    ticket_priority,
    tickets,
    transfers,
    visits,
    waiting_moves,
    waiting_tickets,
    window_leases,
    window_release,
    window_settings,
    windows,
)
from clerk_app.hall.documents import DOCUMENT_TYPES

RULES = (
    *service_days.RULES,
    *tickets.RULES,
    *appointments.RULES,
    *calls.RULES,
    *ticket_moves.RULES,
    *transfers.RULES,
    *ticket_outcomes.RULES,
    *waiting_tickets.RULES,
    *windows.RULES,
    *window_leases.RULES,
    *window_release.RULES,
    *window_settings.RULES,
    *visits.RULES,
    *waiting_moves.RULES,
    *ticket_priority.RULES,
    *staff_messages.RULES,
    *emergency_calls.RULES,
    *day_report.RULES,
)

__all__ = ["DOCUMENT_TYPES", "RULES"]
