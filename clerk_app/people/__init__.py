"""Staff with sign-in and authorisation; registers of persons, organisations and organs; masking."""

from __future__ import annotations

from typing import TYPE_CHECKING

from clerk_app.people.permissions import SCHEDULE, SYSTEM, authorise

if TYPE_CHECKING:
    from clerk_app.ledger.commands import RuleModules

RULE_MODULES: RuleModules = {
    "clerk_app.people.staff": ("RegisterStaff", "ChangeStaff", "SetStaffState", "ResetPin", "ChangePin", "SetBadge"),
    "clerk_app.people.joined_accounts": ("SetPerson",),
    "clerk_app.people.organ_heads": ("SetOrganHead",),
    "clerk_app.people.restored_staff": ("RestoreStaff",),
    "clerk_app.people.sign_in": ("SignIn", "EndLockout"),
    "clerk_app.people.registry": ("RegisterPerson", "RegisterOrganisation", "RegisterOrgan"),
    "clerk_app.people.kiosk_exit": ("LeaveKiosk",),
    "clerk_app.people.access_report": ("AskAccess",),
}
"""Stored names of the commands of each module; a module is imported when one of them is first needed."""

__all__ = ["RULE_MODULES", "SCHEDULE", "SYSTEM", "authorise"]
