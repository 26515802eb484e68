"""Cases: drafts, acceptance, department tasks, issued results, objections, erasure."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from clerk_app.ledger.commands import RuleModules

RULE_MODULES: RuleModules = {
    "clerk_app.cases.intake.drafts": ("KeepDraft", "DiscardDraft"),
    "clerk_app.cases.intake.draft_terms": ("EndDraft",),
    "clerk_app.cases.duplicates": ("FindDuplicates",),
    "clerk_app.cases.case_search": ("FindCases",),
    "clerk_app.cases.intake.acceptance": ("AcceptCase", "NotAccept"),
    "clerk_app.cases.tasks.claims": ("ClaimTask", "Reassign", "KeepClaim", "ReleaseTask", "TakeBack", "EndLeases"),
    "clerk_app.cases.tasks.decisions": ("DecideTask", "CommitTask"),
    "clerk_app.cases.tasks.corrections": ("ReopenDecision",),
    "clerk_app.cases.tasks.supplements": ("ReturnTask", "TakeIn"),
    "clerk_app.cases.tasks.consent_withdrawals": ("WithdrawCaseConsent",),
    "clerk_app.cases.tasks.papers_terms": ("EndPapersTerm",),
    "clerk_app.cases.tasks.procedures": ("BeginProcedure", "EndProcedure"),
    "clerk_app.cases.tasks.extensions": ("AskExtension", "DecideExtension"),
    "clerk_app.cases.delivery.results": ("IssueSet", "HandOver"),
    "clerk_app.cases.delivery.parts": ("HandOverPart",),
    "clerk_app.cases.result_licences": ("RecordResultLicence", "RecordRevokedResult"),
    "clerk_app.cases.delivery.consignments": ("SendPapers", "ReceivePapers"),
    "clerk_app.cases.delivery.closure": ("WithdrawCase", "ArchiveCase"),
    "clerk_app.cases.notices": ("EndNotice",),
    "clerk_app.cases.prints": ("BeginPrint", "RecordPrint"),
    "clerk_app.cases.erasure": ("EraseCase",),
    "clerk_app.cases.objections": ("RaiseObjection", "SettleObjection"),
    "clerk_app.cases.rejected_acceptances": ("AcceptRejected", "FetchRejected", "InformCitizen", "DeclareNotValid"),
    "clerk_app.cases.recomputation": ("RecomputeDates",),
    "clerk_app.cases.site_transfer": ("BringCase",),
    "clerk_app.cases.status_query": ("AskState", "AskCase"),
    "clerk_app.cases.unmasking": ("Unmask",),
    "clerk_app.cases.originals": ("OpenOriginal",),
    "clerk_app.cases.case_fetch": ("FetchCase",),
    "clerk_app.cases.visit_erasure": ("EraseVisit", "EraseDraft"),
    "clerk_app.cases.message_erasure": ("EraseMessage",),
    "clerk_app.cases.applications.answers": ("AnswerApplication",),
    "clerk_app.cases.applications.assignment": ("AssignApplication",),
    "clerk_app.cases.applications.opening": ("OpenApplication", "ReturnApplication"),
    "clerk_app.cases.applications.queries": ("ListApplications",),
    "clerk_app.cases.applications.receipt": ("ReceiveApplication",),
    "clerk_app.cases.applications.retention": ("ExpireApplication", "EraseApplication"),
    "clerk_app.cases.applications.scans": ("ReplaceScans",),
    "clerk_app.cases.applications.withdrawal": ("WithdrawApplication",),
}
"""Stored names of the commands of each module; a module is imported when one of them is first needed."""
