"""The hall: tickets, windows, calling, and the visits that join a person to a case."""

from __future__ import annotations

from clerk_app.hall.calling import CALLING_RULES
from clerk_app.hall.documents import KINDS
from clerk_app.hall.tickets import TICKET_RULES
from clerk_app.hall.visits import VISIT_RULES
from clerk_app.hall.windows import WINDOW_RULES

RULES = (*TICKET_RULES, *CALLING_RULES, *WINDOW_RULES, *VISIT_RULES)

__all__ = ["KINDS", "RULES"]
