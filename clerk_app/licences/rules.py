"""The modules with the commands of this package."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from clerk_app.ledger.commands import RuleModules

RULE_MODULES: RuleModules = {
    "clerk_app.licences.repository": ("RegisterLicence", "RevokeLicence", "AddContent", "MakeCode", "ResolveCode"),
    "clerk_app.licences.shared_materials": ("FetchMaterials", "GiveConsent", "LookAt"),
    "clerk_app.licences.consent_changes": ("DeclineConsent", "WithdrawConsent"),
    "clerk_app.licences.co_signatures": ("CoSignByCode", "CoSignOnPaper", "PrintCoSignatureSheet"),
    "clerk_app.licences.consent_lists": ("PrintConsentList",),
    "clerk_app.licences.absent_lists": ("IssueAbsentList", "FindAbsentList", "TakeAbsentList"),
    "clerk_app.licences.licence_copies": ("CopyLicence",),
    "clerk_app.licences.identity_proof": ("ProveIdentity",),
    "clerk_app.licences.licence_release": ("ReleaseLicences",),
    "clerk_app.licences.trust_publication": ("PublishTrustList",),
    "clerk_app.licences.removed_issuers": ("RecordRemovedIssuers", "RecordRemovalReport"),
    "clerk_app.licences.received_lists": ("RecordReceivedList",),
    "clerk_app.licences.representations": ("ShowRelations", "ShowDelegation", "EndRepresentation"),
}
"""Stored names of the commands of each module; a module is imported when one of them is first needed."""
