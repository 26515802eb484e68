"""The form's values that are known already, each with where it is from (申请表格预填)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from clerk_app.catalogue.field_values import normalize_value
from clerk_app.catalogue.model import Field
from clerk_app.catalogue.plan import Plan
from clerk_app.errors import BadData


@dataclass(frozen=True)
class PrefilledValue:
    """A value for a field from its best source. `others` are sources that say something else: (value, source)."""

    field: str
    value: str
    source: str
    conflicting: tuple[tuple[str, str], ...] = ()

    @property
    def has_conflict(self) -> bool:
        """Whether a person must look because two sources differ."""
        return bool(self.conflicting)


def prefill_fields(plan: Plan, sources: Mapping[str, str]) -> dict[str, PrefilledValue]:
    """What `sources` know of the plan's fields, by field id.

    Sources are keyed as in `Field.prefill`: `licence:MATERIAL_ID.claim`, `party:ROLE.fact`. The first named source with
    a proper value wins; a value that does not fit the field is never filled in, but counts as a disagreement.
    """
    filled = {}
    for planned in plan.fields:
        said = [(sources[key].strip(), key) for key in planned.field.prefill if sources.get(key, "").strip()]
        proper = [(_valid_value(planned.field, text), key) for text, key in said]
        best = next(((value, key) for value, key in proper if value), None)
        if best:
            others = [
                (value or text, key)
                for (value, key), (text, _key) in zip(proper, said, strict=True)
                if value != best[0]
            ]
            filled[planned.field.id] = PrefilledValue(planned.field.id, *best, tuple(others))
    return filled


def _valid_value(field: Field, text: str) -> str:
    try:
        return normalize_value(field, text)
    except BadData:
        return ""
