"""Conditions of the catalogue in words, such as "Area: more than 100", for clerks and citizens."""

from __future__ import annotations

from typing import TYPE_CHECKING

from clerk_app.locales import _, format_list
from clerk_app.roles.formatting import localize

if TYPE_CHECKING:
    from clerk_app.catalogue.base_model import Comparison, Condition, Operand
    from clerk_app.catalogue.model import Catalogue

_SIGNS = {
    "less": "<",
    "at_most": "≤",
    "equal": "=",
    "unequal": "≠",
    "at_least": "≥",
    "more": ">",
    "same": "=",
    "different": "≠",
}
_COMPUTED = {"add": "{first} + {second}", "subtract": "{first} - {second}", "multiply": "{first} × {second}"}


class ConditionWords:
    """Words for conditions, with the names of questions and answers in the current language."""

    def __init__(self, catalogue: Catalogue) -> None:
        self._fields = {field.id: field for field in catalogue.fields}

    def describe(self, condition: Condition) -> str:
        """Return a condition as a phrase. Parts that hold together are joined by "and", alternatives by "or"."""
        if condition.all_ is not None:
            return _(" and ").join(map(self._part, condition.all_))
        if condition.any_ is not None:
            return _(" or ").join(map(self._part, condition.any_))
        if condition.not_ is not None:
            return _("not {condition}").format(condition=self._part(condition.not_))
        if condition.compare is not None:
            return self._describe_comparison(condition.compare)
        return self._describe_test(condition)

    def _part(self, condition: Condition) -> str:
        words = self.describe(condition)
        is_joined = condition.all_ is not None or condition.any_ is not None
        return _("({condition})").format(condition=words) if is_joined else words

    def _describe_test(self, condition: Condition) -> str:
        name = condition.field or ""
        if condition.known:
            return _("{question} is answered").format(question=self._name_field(name))
        answers = (condition.is_,) if condition.is_ is not None else condition.in_ or condition.not_in or ()
        words = _("{question}: not {answers}") if condition.not_in is not None else _("{question}: {answers}")
        named = format_list(self._name_answer(name, answer) for answer in answers)
        return words.format(question=self._name_field(name), answers=named)

    def _describe_comparison(self, comparison: Comparison) -> str:
        left, right = self._name_operand(comparison.left), self._name_operand(comparison.right)
        return f"{left} {_SIGNS[comparison.is_]} {right}"

    def _name_operand(self, operand: Operand) -> str:
        if operand.computation is not None:
            name, parts = operand.computation
            first, second = map(self._name_operand, parts)
            words = {
                **_COMPUTED,
                "divide": "{first} ÷ {second}",
                "days": _("days from {first} to {second}"),
                "age": _("age by {second} of a person born on {first}"),
            }[name]
            return words.format(first=first, second=second)
        if operand.born is not None:
            return _("date of birth in {question}").format(question=self._name_field(operand.born))
        if operand.today:
            return _("today")
        return operand.value if operand.value is not None else self._name_field(operand.field or "")

    def _name_field(self, name: str) -> str:
        return localize(self._fields[name].name) if name in self._fields else name

    def _name_answer(self, name: str, answer: str) -> str:
        field = self._fields.get(name)
        if field is None:
            return answer
        if field.kind == "yes_no":
            return {"yes": _("yes"), "no": _("no")}.get(answer, answer)
        return next((localize(choice.name) for choice in field.choices if choice.id == answer), answer)
