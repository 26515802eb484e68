"""Finds out whether a condition can hold, and whether it can fail, whatever the applicant answers."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import product
from math import prod
from typing import TYPE_CHECKING

from clerk_app.catalogue.conditions import TruthValue, evaluate_condition

if TYPE_CHECKING:
    from clerk_app.catalogue.form_fields import Field
    from clerk_app.catalogue.model import Condition

_OTHER_ANSWER = "\0"  # an answer of a free field that no test names
_MAX_COMBINATIONS = 4096


def list_outcomes(condition: Condition, fields: Mapping[str, Field]) -> frozenset[TruthValue]:
    """Return the values that a condition has for complete answers to its fields.

    With a comparison, or too many combinations of answers, it is taken to have any value.
    """
    if _compares(condition):
        return frozenset(("yes", "no"))
    answers = {name: _possible_answers(name, condition, fields) for name in condition.field_ids()}
    if prod(map(len, answers.values())) > _MAX_COMBINATIONS:
        return frozenset(("yes", "no"))
    combinations = product(*answers.values())
    return frozenset(evaluate_condition(condition, dict(zip(answers, values, strict=True))) for values in combinations)


def _compares(condition: Condition) -> bool:
    return condition.compare is not None or any(map(_compares, condition.parts()))


def _possible_answers(name: str, condition: Condition, fields: Mapping[str, Field]) -> tuple[str, ...]:
    field = fields.get(name)
    fixed = field.fixed_answers() if field is not None else ()
    tested = tuple(dict.fromkeys(_tested_values(name, condition)))
    answers = fixed or (*tested, _OTHER_ANSWER)
    return answers if field is None or field.required else (*answers, "")


def _tested_values(name: str, condition: Condition) -> Iterator[str]:
    """Yield the values with which a condition compares a field."""
    if condition.field == name:
        yield from (condition.is_,) if condition.is_ else ()
        yield from (*(condition.in_ or ()), *(condition.not_in or ()))
    for part in condition.parts():
        yield from _tested_values(name, part)
