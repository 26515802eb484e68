"""Staff with sign-in and authorisation; registers of persons, organisations and organs; masking."""

from __future__ import annotations

from clerk_app.people import access_report, joined_accounts, kiosk_exit, registry, restored_staff, sign_in, staff
from clerk_app.people.documents import DOCUMENT_TYPES
from clerk_app.people.permissions import SCHEDULE, SYSTEM, authorise

RULES = (
    *staff.RULES,
    *joined_accounts.RULES,
    *restored_staff.RULES,
    *sign_in.RULES,
    *registry.RULES,
    *kiosk_exit.RULES,
    *access_report.RULES,
)

__all__ = ["DOCUMENT_TYPES", "RULES", "SCHEDULE", "SYSTEM", "authorise"]
