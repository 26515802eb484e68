"""Objection to an acceptance of another node whose answers break a rule across fields."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from clerk_app.cases.completeness import normalize_valid
from clerk_app.catalogue.broken_rules import find_broken_rules
from clerk_app.catalogue.plan import make_plan
from clerk_app.catalogue.terms import join_names
from clerk_app.errors import Refused
from clerk_app.locales import mark
from clerk_app.people.earlier_materials import to_city_day

if TYPE_CHECKING:
    from clerk_app.catalogue.model import Catalogue

BROKEN_RULE = "broken_rule"
"""Reason of the objection."""
_OBJECTION = mark("Accepted with answers that do not agree with each other: {rules}")


def find_rule_objection(command: Any, catalogue: Catalogue, accepted_at: int) -> Refused | None:
    """Return the objection to an acceptance that its own program should have refused; `rules` are their reasons.

    `accepted_at` is in microseconds UTC.
    """
    details = command.personal
    if details is None or not hasattr(command, "materials"):  # erased, or not accepted
        return None
    chosen = None if command.chosen is None else frozenset(command.chosen)
    plan = make_plan(catalogue, command.one_thing, chosen, details.values)
    today = to_city_day(accepted_at, catalogue)
    findings = find_broken_rules(plan, normalize_valid(plan, details.values, today), today)
    reasons = [finding.rule.reason for finding in findings if finding.stops]
    return Refused(BROKEN_RULE, _OBJECTION, rules=join_names(reasons)) if reasons else None
