"""The modules with the commands of this package."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from clerk_app.ledger.commands import RuleModules

RULE_MODULES: RuleModules = {
    "clerk_app.ledger.nodes": ("EnrolNode", "BeginIncarnation", "InviteNode", "AdmitNode", "ShutNode"),
    "clerk_app.ledger.node_keys": ("RegisterNodeKey", "UseNodeKey", "SetCenterKey"),
    "clerk_app.ledger.clock_check": ("CorrectClock",),
    "clerk_app.ledger.confirmations": ("ConfirmCommand",),
    "clerk_app.ledger.kept_entries": ("ReleaseKept",),
    "clerk_app.ledger.recovery_wait": ("EndWait",),
    "clerk_app.ledger.window_setup": ("FoundWindow",),
    "clerk_app.ledger.rejected_work": ("SettleRefusal",),
    "clerk_app.ledger.numbers": ("LendNumbers",),
}
"""Stored names of the commands of each module; a module is imported when one of them is first needed."""
