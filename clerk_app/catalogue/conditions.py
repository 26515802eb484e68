"""Three-valued conditions: an unknown fact never becomes a yes.

Kleene's strong logic. Its law, which the tests hold: learning one more fact turns an "unknown" into an answer, and
never turns a "yes" or a "no" into anything else.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

from clerk_app.catalogue.model import Condition

Answer = Literal["yes", "no", "unknown"]


def answer(condition: Condition, facts: Mapping[str, str]) -> Answer:
    """What `facts` (field id to normal value; missing or blank is unknown) say about `condition`."""
    if condition.all_ is not None:
        return _worst([answer(part, facts) for part in condition.all_])
    if condition.any_ is not None:
        return _not(_worst([_not(answer(part, facts)) for part in condition.any_]))
    if condition.not_ is not None:
        return _not(answer(condition.not_, facts))
    return _test(condition, facts.get(condition.field or "", ""))


def _test(condition: Condition, value: str) -> Answer:
    if not value:
        return "unknown"
    if condition.is_ is not None:
        return _yes(value == condition.is_)
    if condition.in_ is not None:
        return _yes(value in condition.in_)
    if condition.not_in is not None:
        return _yes(value not in condition.not_in)
    return "yes"  # known: true


def _yes(holds: bool) -> Answer:
    return "yes" if holds else "no"


def _not(said: Answer) -> Answer:
    return {"yes": "no", "no": "yes", "unknown": "unknown"}[said]  # type: ignore[return-value]


def _worst(answers: list[Answer]) -> Answer:
    return "no" if "no" in answers else "unknown" if "unknown" in answers else "yes"
