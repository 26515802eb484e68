"""Answers that follow from other answers by the rules of their field, such as the class of risk of works."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, NamedTuple

from clerk_app.catalogue.conditions import evaluate_condition

if TYPE_CHECKING:
    from clerk_app.catalogue.form_fields import DerivedAnswer, Field
    from clerk_app.catalogue.model import Catalogue
    from clerk_app.catalogue.plan import Plan

RULE_SOURCE = "rule"
"""First part of the source of an answer that follows from a rule: `rule:FIELD.NUMBER`."""


class DerivedValue(NamedTuple):
    """An answer that follows from a rule, with its source `rule:FIELD.NUMBER`; numbers begin with 1."""

    value: str
    source: str


def derive_value(field: Field, values: Mapping[str, str]) -> DerivedValue | None:
    """Return the answer that follows from `values`; None without rules, or while an unanswered question decides it."""
    for number, rule in enumerate(field.derive, 1):
        truth = evaluate_condition(rule.when, values)
        if truth == "yes":
            return DerivedValue(rule.value, f"{RULE_SOURCE}:{field.id}.{number}")
        if truth == "unknown":
            return None
    return None


def derive_values(plan: Plan, values: Mapping[str, str], stated: frozenset[str]) -> dict[str, DerivedValue | None]:
    """Return the derived answer of each field with rules, except those in `stated`; None while it is unknown.

    A field that is decided by another derived field uses what follows for that one.
    """
    open_fields = [planned.field for planned in plan.fields if planned.field.derive and planned.field.id not in stated]
    found: dict[str, DerivedValue | None] = dict.fromkeys(field.id for field in open_fields)
    for _round in open_fields:  # a checked catalogue has no circle, so each round settles at least one field
        facts = {name: value for name, value in values.items() if name not in found}
        facts |= {name: derived.value for name, derived in found.items() if derived is not None}
        found = {field.id: derive_value(field, facts) for field in open_fields}
    return found


def is_rule_source(source: str) -> bool:
    """Return whether a source is a rule of the catalogue."""
    return source.startswith(f"{RULE_SOURCE}:")


def find_rule(catalogue: Catalogue, source: str) -> DerivedAnswer | None:
    """Return the rule of a source `rule:FIELD.NUMBER`; None if the catalogue does not have it."""
    name, _dot, number = source.partition(":")[2].rpartition(".")
    field = next((field for field in catalogue.fields if field.id == name), None)
    index = int(number) - 1 if number.isdecimal() and number.isascii() else -1
    return field.derive[index] if field is not None and 0 <= index < len(field.derive) else None
