"""Similarity of enterprise names and of texts; the register of enterprise names at the center."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from clerk_app.ledger.commands import RuleModules

RULE_MODULES: RuleModules = {
    "clerk_app.similarity.names.register": ("RegisterNames",),
    "clerk_app.similarity.names.checking": ("CheckName",),
    "clerk_app.similarity.names.reservations": ("ReserveName", "ReleaseName"),
}
"""Stored names of the commands of each module; a module is imported when one of them is first needed."""
