"""Which rules across fields are broken by the answers, or not decided by them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from typing import TYPE_CHECKING, NamedTuple

from clerk_app.catalogue.comparisons import TODAY
from clerk_app.catalogue.conditions import evaluate_condition

if TYPE_CHECKING:
    from clerk_app.catalogue.field_rules import FieldRule
    from clerk_app.catalogue.plan import Plan


class RuleFinding(NamedTuple):
    """A rule that is broken, or a `stop` rule that the answers do not decide (`is_open`)."""

    rule: FieldRule
    is_open: bool

    @property
    def stops(self) -> bool:
        """Whether it prevents the acceptance."""
        return self.rule.effect == "stop"


def list_rules(plan: Plan) -> tuple[FieldRule, ...]:
    """Return the rules of the matters that apply or may apply, and those of the one thing whose fields are asked.

    A rule that several matters have is there once.
    """
    asked = {planned.field.id for planned in plan.fields}
    found = [rule for rule in plan.one_thing.rules if asked.issuperset(rule.field_ids())]
    found += [rule for planned in plan.active_matters for rule in planned.matter.rules]
    return tuple(dict.fromkeys(found))


def find_broken_rules(plan: Plan, values: Mapping[str, str], today: date) -> list[RuleFinding]:
    """Return the rules that are broken, and `stop` rules that are not decided; `values` are normalised answers."""
    asked = {planned.field.id for planned in plan.fields}
    facts = {name: value for name, value in values.items() if name in asked} | {TODAY: today.isoformat()}
    return list(_find_broken(list_rules(plan), facts))


def _find_broken(rules: Iterable[FieldRule], facts: Mapping[str, str]) -> Iterator[RuleFinding]:
    for rule in rules:
        guard = evaluate_condition(rule.when, facts) if rule.when else "yes"
        holds = evaluate_condition(rule.must, facts)
        if guard == "no" or holds == "yes":
            continue
        is_open = "unknown" in (guard, holds)
        if not is_open or rule.effect == "stop":
            yield RuleFinding(rule, is_open)
