"""Three-valued conditions (Kleene's strong logic): a test of an unknown fact is never "yes".

An additional fact can turn "unknown" into "yes" or "no", and never changes a "yes" or a "no".
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from clerk_app.catalogue.comparisons import TruthValue as TruthValue
from clerk_app.catalogue.comparisons import compare

if TYPE_CHECKING:
    from clerk_app.catalogue.model import Condition


def evaluate_condition(condition: Condition, facts: Mapping[str, str]) -> TruthValue:
    """Evaluate `condition` for `facts` (normalised values by field id); a missing or blank value is unknown."""
    if condition.all_ is not None:
        return _conjunction([evaluate_condition(part, facts) for part in condition.all_])
    if condition.any_ is not None:
        return _negate(_conjunction([_negate(evaluate_condition(part, facts)) for part in condition.any_]))
    if condition.not_ is not None:
        return _negate(evaluate_condition(condition.not_, facts))
    if condition.compare is not None:
        return compare(condition.compare, facts)
    return _evaluate_test(condition, facts.get(condition.field or "", ""))


def _evaluate_test(condition: Condition, value: str) -> TruthValue:
    if not value:
        return "unknown"
    if condition.is_ is not None:
        return _truth_of(value == condition.is_)
    if condition.in_ is not None:
        return _truth_of(value in condition.in_)
    if condition.not_in is not None:
        return _truth_of(value not in condition.not_in)
    return "yes"  # the test is `known: true`, and the field has a value


def _truth_of(holds: bool) -> TruthValue:
    return "yes" if holds else "no"


def _negate(value: TruthValue) -> TruthValue:
    return {"yes": "no", "no": "yes", "unknown": "unknown"}[value]  # type: ignore[return-value]


def _conjunction(answers: list[TruthValue]) -> TruthValue:
    return "no" if "no" in answers else "unknown" if "unknown" in answers else "yes"
