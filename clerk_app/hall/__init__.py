"""The hall: tickets, windows, calling, and the visits that join a person to a case."""

from __future__ import annotations

from clerk_app.hall import calling, tickets, visits, windows
from clerk_app.hall.documents import KINDS

RULES = (*tickets.RULES, *calling.RULES, *windows.RULES, *visits.RULES)

__all__ = ["KINDS", "RULES"]
