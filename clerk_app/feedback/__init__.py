"""Ratings (我要评) and complaints (我要找茬) of citizens; both are stored at the center only."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from clerk_app.ledger.commands import RuleModules

RULE_MODULES: RuleModules = {
    "clerk_app.feedback.ratings": ("GiveRating",),
    "clerk_app.feedback.complaints": ("FileComplaint", "ReadComplaint"),
    "clerk_app.feedback.erasure": ("EraseRating", "EraseComplaint"),
}
"""Stored names of the commands of each module; a module is imported when one of them is first needed."""
