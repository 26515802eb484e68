"""Import of persons, organisations, relations and licences from other registers."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from clerk_app.ledger.commands import RuleModules

RULE_MODULES: RuleModules = {
    "clerk_app.registry.batches": ("ImportRegistryRows",),
    "clerk_app.registry.erasure": ("EraseRegistered",),
    "clerk_app.registry.search": ("FindRegistered",),
    "clerk_app.registry.reading": ("ReadRegistered", "UnmaskRegistered", "ReadRegistryState"),
    "clerk_app.registry.corrections": (
        "RequestCorrection",
        "ApproveCorrection",
        "EndCorrection",
        "RecordCorrectionReport",
    ),
    "clerk_app.registry.feeds": ("AdmitFeed", "InviteFeed"),
}
"""Stored names of the commands of each module; a module is imported when one of them is first needed."""
