"""Comparisons of numbers, dates and texts among the facts; three-valued, exact, and without exceptions.

A value that is missing, does not fit, or cannot be computed (a division by zero, a date outside the calendar) makes the
comparison unknown.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import date, timedelta
from fractions import Fraction
from operator import add, eq, ge, gt, le, lt, mul, ne, sub
from typing import TYPE_CHECKING, Any, Literal

from clerk_app.text.folding import fold_text
from clerk_app.text.identity_documents import birth_date_of_number

if TYPE_CHECKING:
    from clerk_app.catalogue.base_model import Comparison, Operand

TruthValue = Literal["yes", "no", "unknown"]
Value = Fraction | date | str
TODAY = "today."
"""Key of the day of the check among the facts; no field has it, because ids have no dot."""
_NUMBER = re.compile(r"-?[0-9]{1,40}(\.[0-9]{1,12})?")
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_COMPARE: dict[str, Callable[[Any, Any], bool]] = {
    "less": lt,
    "at_most": le,
    "equal": eq,
    "unequal": ne,
    "at_least": ge,
    "more": gt,
}
_COMPUTE: dict[str, Callable[[Fraction, Fraction], Fraction]] = {"add": add, "subtract": sub, "multiply": mul}
TEXT_TESTS = ("same", "different")


def compare(comparison: Comparison, facts: Mapping[str, str]) -> TruthValue:
    """Return whether a comparison holds for `facts`: normalised values by field id, and the day by TODAY."""
    left, right = compute_value(comparison.left, facts), compute_value(comparison.right, facts)
    if left is None or right is None:
        return "unknown"
    if comparison.is_ in TEXT_TESTS:
        if not isinstance(left, str) or not isinstance(right, str):
            return "unknown"
        return "yes" if (fold_text(left) == fold_text(right)) == (comparison.is_ == "same") else "no"
    for parse in (parse_number, parse_day):
        first, second = parse(left), parse(right)
        if first is not None and second is not None:
            return "yes" if _COMPARE[comparison.is_](first, second) else "no"
    return "unknown"


def compute_value(operand: Operand, facts: Mapping[str, str]) -> Value | None:
    """Return the value of an operand, None if it is unknown. Fields and constants stay text until they are used."""
    if operand.computation is not None:
        name, (first, second) = operand.computation
        left, right = compute_value(first, facts), compute_value(second, facts)
        if left is None or right is None:
            return None
        try:
            return _compute(name, left, right)
        except (ArithmeticError, ValueError):  # a division by zero, or a date outside the calendar
            return None
    if operand.born is not None:
        return birth_date_of_number(facts.get(operand.born, "")) or None
    if operand.value is not None:
        return operand.value
    return facts.get(TODAY if operand.today else operand.field or "") or None


def _compute(name: str, left: Value, right: Value) -> Value | None:
    day, second_day = parse_day(left), parse_day(right)
    if name in ("days", "age"):
        if day is None or second_day is None:
            return None
        return Fraction((second_day - day).days if name == "days" else _count_years(day, second_day))
    number, second = parse_number(left), parse_number(right)
    if number is not None and second is not None:
        return number / second if name == "divide" else _COMPUTE[name](number, second)
    if day is None or second is None or second.denominator != 1 or name not in ("add", "subtract"):
        return None
    return day + timedelta(days=int(second) if name == "add" else -int(second))


def _count_years(born: date, at: date) -> int:
    """Return the full years; somebody born on 29 February is a year older on 1 March."""
    return at.year - born.year - ((at.month, at.day) < (born.month, born.day))


def parse_number(value: Value) -> Fraction | None:
    """Return a value as a number; None if it is none."""
    if isinstance(value, str):
        return Fraction(value) if _NUMBER.fullmatch(value) else None
    return value if isinstance(value, Fraction) else None


def parse_day(value: Value) -> date | None:
    """Return a value as a date; None if it is none."""
    if isinstance(value, str):
        try:
            return date.fromisoformat(value) if _DAY.fullmatch(value) else None
        except ValueError:
            return None
    return value if isinstance(value, date) else None
