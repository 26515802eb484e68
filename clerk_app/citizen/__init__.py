"""What a citizen does at a kiosk: sessions, and the acts in a session."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from clerk_app.ledger.commands import RuleModules

RULE_MODULES: RuleModules = {
    "clerk_app.citizen.sessions": ("EndCitizenSession", "ProlongCitizenSession"),
    "clerk_app.citizen.session_opening": ("OpenCitizenSession",),
    "clerk_app.citizen.own_matters": ("QueryOwnCases", "QueryOwnCase", "QueryOwnAccesses"),
    "clerk_app.citizen.held_materials": ("QueryHeldMaterials",),
    "clerk_app.citizen.matters": ("OpenKioskMatter", "AnswerKioskConsent", "AcceptAtKiosk"),
    "clerk_app.citizen.papers": ("ListKioskRequests", "AnnounceKioskPaper", "TakeInAtKiosk", "EraseKioskPapers"),
    "clerk_app.citizen.kiosk_prints": ("BeginKioskPrint", "RecordKioskPrint"),
    "clerk_app.citizen.licence_copies": ("ListOwnLicences", "CopyOwnLicence", "RecordCopyPrint"),
    "clerk_app.citizen.code_slips": ("RequestCodeSlip", "AnswerCodeSlip", "ReadCodeSlipState", "IssueCodeSlip"),
}
"""Stored names of the commands of each module; a module is imported when one of them is first needed."""
