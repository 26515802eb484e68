"""Checks comparisons: the kinds of their values must fit, and a divisor must not be zero."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING

from clerk_app.catalogue.base_model import Operand
from clerk_app.catalogue.comparisons import TEXT_TESTS, compare, compute_value, parse_day, parse_number
from clerk_app.catalogue.yaml_file import KeyPath
from clerk_app.locales import _

if TYPE_CHECKING:
    from clerk_app.catalogue.base_model import Comparison, Condition
    from clerk_app.catalogue.form_fields import Field

AddMistake = Callable[[KeyPath, str], None]
Kinds = frozenset[str]
_NUMBER, _DATE, _TEXT = "number", "date", "text"
_ANY: Kinds = frozenset((_NUMBER, _DATE, _TEXT))
_KINDS = {"number": _NUMBER, "money": _NUMBER, "date": _DATE, "birth_date": _DATE}
_WITH_BIRTH_DATE = ("id_number", "document_number")


def check_comparison(
    comparison: Comparison,
    where: KeyPath,
    fields: Mapping[str, Field],
    guards: Sequence[Comparison],
    add_mistake: AddMistake,
) -> None:
    """Report what cannot be right in a comparison: kinds that do not fit, and divisors that are or may be zero.

    `guards` are comparisons that hold wherever this one is evaluated.
    """
    left = _find_kinds(comparison.left, (*where, "left"), fields, add_mistake)
    right = _find_kinds(comparison.right, (*where, "right"), fields, add_mistake)
    both = left & right
    if left and right and not (_TEXT in both if comparison.is_ in TEXT_TESTS else both - {_TEXT}):
        sentence = _("{test} does not fit: numbers and dates are compared by size, texts with same or different.")
        add_mistake((*where, "is"), sentence.format(test=comparison.is_))
    for side, operand in (("left", comparison.left), ("right", comparison.right)):
        for divisor in _list_divisors(operand):
            _check_divisor(divisor, (*where, side), guards, add_mistake)


def uses_today(comparison: Comparison) -> bool:
    """Return whether the comparison depends on the day of the check."""
    return any(part.today for side in (comparison.left, comparison.right) for part in side.parts())


def list_certain(condition: Condition) -> tuple[Comparison, ...]:
    """Return the comparisons that hold wherever a condition holds."""
    if condition.compare is not None:
        return (condition.compare,)
    return tuple(found for part in condition.all_ or () for found in list_certain(part))


def _find_kinds(operand: Operand, where: KeyPath, fields: Mapping[str, Field], add_mistake: AddMistake) -> Kinds:
    """Return the kinds that a value can have; none if it is a mistake."""
    if operand.value is not None:
        known = {_NUMBER: parse_number(operand.value), _DATE: parse_day(operand.value)}
        return frozenset((_TEXT, *(kind for kind, value in known.items() if value is not None)))
    if operand.today:
        return frozenset((_DATE,))
    if operand.born is not None:
        field = fields.get(operand.born)
        if field is not None and field.kind not in _WITH_BIRTH_DATE:
            sentence = _("{name} has no date of birth: born needs the number of an identity document.")
            add_mistake((*where, "born"), sentence.format(name=field.id))
        return frozenset((_DATE,))
    if operand.computation is None:
        field = fields.get(operand.field or "")
        return frozenset((_KINDS.get(field.kind, _TEXT),)) if field is not None else _ANY
    name, (first, second) = operand.computation
    left = _find_kinds(first, (*where, name, 0), fields, add_mistake)
    right = _find_kinds(second, (*where, name, 1), fields, add_mistake)
    found = frozenset(_combine(name, left, right))
    if not found and left and right:
        needed = _("two dates") if name in ("days", "age") else _("numbers, or a date and a number")
        add_mistake(
            (*where, name), _("{name} does not fit these values: it needs {needed}.").format(name=name, needed=needed)
        )
    return found


def _combine(name: str, left: Kinds, right: Kinds) -> Iterator[str]:
    if name in ("days", "age"):
        yield from (_NUMBER,) if _DATE in left and _DATE in right else ()
        return
    if _NUMBER in left and _NUMBER in right:
        yield _NUMBER
    if name in ("add", "subtract") and _DATE in left and _NUMBER in right:
        yield _DATE


def _list_divisors(operand: Operand) -> Iterator[Operand]:
    for part in operand.parts():
        if part.divide is not None:
            yield part.divide[1]


def _check_divisor(divisor: Operand, where: KeyPath, guards: Sequence[Comparison], add_mistake: AddMistake) -> None:
    constant = compute_value(divisor, {})
    if constant is not None:
        if parse_number(constant) == 0:
            add_mistake(where, _("This divides by zero."))
    elif not any(_excludes_zero(guard, divisor) for guard in guards):
        name = ", ".join(divisor.field_ids()) or "today"
        sentence = _("This divides by zero if {name} is 0: compare {name} with 0 in when, or before it in all.")
        add_mistake(where, sentence.format(name=name))


def _excludes_zero(guard: Comparison, divisor: Operand) -> bool:
    """Return whether a comparison of the divisor with a constant fails for zero."""
    sides = (guard.left, guard.right)
    if divisor not in sides:
        return False
    zero = Operand(value="0")
    left, right = (zero if side == divisor else side for side in sides)
    return compare(guard.model_copy(update={"left": left, "right": right}), {}) == "no"
