"""Values of the form that are already known, each with its source (申请表格预填)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING

from clerk_app.catalogue.derived_answers import derive_values
from clerk_app.catalogue.form_values import normalize_form_value
from clerk_app.errors import BadData
from clerk_app.text.folding import is_same_text

if TYPE_CHECKING:
    from clerk_app.catalogue.form_fields import Field
    from clerk_app.catalogue.plan import Plan


@dataclass(frozen=True)
class PrefilledValue:
    """The value of a field from its best source. `conflicting` are other values with their sources."""

    field: str
    value: str
    source: str
    conflicting: tuple[tuple[str, str], ...] = ()


def prefill_fields(
    plan: Plan,
    sources: Mapping[str, str],
    answers: Mapping[str, str] = MappingProxyType({}),
    stated: frozenset[str] = frozenset(),
) -> dict[str, PrefilledValue]:
    """Return the known values of the plan's fields, by field id.

    `sources` are values by source as in `Field.prefill`: `licence:MATERIAL_ID.claim`, `party:ROLE.fact`. The first
    source with a valid value is used; a value that does not fit the field is not filled in, but counts as conflicting.
    `answers` are the values of the form, on which the check of a document number and the rules of fields depend. A rule
    is the last source of its field (`rule:FIELD.NUMBER`); `stated` are the fields that a person answered.
    """
    filled: dict[str, PrefilledValue] = {}
    for planned in plan.fields:
        given = [(sources[key].strip(), key) for key in planned.field.prefill if sources.get(key, "").strip()]
        valid = [(_valid_value(plan, planned.field, text, answers), key) for text, key in given]
        best = next(((value, key) for value, key in valid if value), None)
        if best:
            conflicting = [
                (value or text, key)
                for (value, key), (text, _key) in zip(valid, given, strict=True)
                if not is_same_text(value, best[0])
            ]
            filled[planned.field.id] = PrefilledValue(planned.field.id, *best, tuple(conflicting))
    known = {name: found.value for name, found in filled.items() if name not in stated}
    for name, derived in derive_values(plan, {**answers, **known}, stated | filled.keys()).items():
        if derived is not None:
            filled[name] = PrefilledValue(name, *derived)
    return filled


def _valid_value(plan: Plan, field: Field, text: str, answers: Mapping[str, str]) -> str:
    try:
        return normalize_form_value(plan, field, text, answers)
    except BadData:
        return ""
