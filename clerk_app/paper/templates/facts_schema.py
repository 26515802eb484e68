"""Types of the facts of a paper as templates name them: text, number, day, moment, yes_no, list and record."""

from __future__ import annotations

import types
from dataclasses import dataclass, fields, is_dataclass
from datetime import date, datetime
from enum import StrEnum
from functools import cache
from typing import Any, Union, get_args, get_origin, get_type_hints


class FieldKind(StrEnum):
    """What a field holds."""

    TEXT = "text"
    NUMBER = "number"
    DAY = "day"
    MOMENT = "moment"
    YES_NO = "yes_no"
    LIST = "list"
    RECORD = "record"


_KINDS: dict[type, FieldKind] = {
    str: FieldKind.TEXT,
    bool: FieldKind.YES_NO,
    int: FieldKind.NUMBER,
    datetime: FieldKind.MOMENT,
    date: FieldKind.DAY,
}


@dataclass(frozen=True, slots=True)
class FieldType:
    """The type of a field. `optional`: it may be None. A list has the type of its items, a record its dataclass."""

    kind: FieldKind
    optional: bool = False
    item: FieldType | None = None
    record: type | None = None


def find_field(record: type, name: str) -> FieldType | None:
    """Return the type of a field or a property of a dataclass; None if it has none with this name."""
    return describe_record(record).get(name)


@cache
def describe_record(record: type) -> dict[str, FieldType]:
    """Return the fields and properties of a dataclass and of its bases with their types, in the order of the classes.

    Raises TypeError for a type that templates have no format for.
    """
    if not is_dataclass(record):
        raise TypeError(record)
    hints = get_type_hints(record)
    types_by_name = {field.name: hints[field.name] for field in fields(record)}
    for name, member in ((name, vars(owner)[name]) for owner in reversed(record.__mro__) for name in vars(owner)):
        if isinstance(member, property) and member.fget is not None and not name.startswith("_"):
            types_by_name[name] = get_type_hints(member.fget)["return"]
    return {name: _describe(hint) for name, hint in types_by_name.items()}


def _describe(hint: Any) -> FieldType:
    origin, parts = get_origin(hint), get_args(hint)
    if origin in (Union, types.UnionType):
        (inner,) = (part for part in parts if part is not type(None))
        described = _describe(inner)
        return FieldType(described.kind, True, described.item, described.record)
    if origin is tuple and parts[1:] == (...,):
        return FieldType(FieldKind.LIST, item=_describe(parts[0]))
    if hint in _KINDS:
        return FieldType(_KINDS[hint])
    if isinstance(hint, type) and is_dataclass(hint):
        return FieldType(FieldKind.RECORD, record=hint)
    if isinstance(hint, type) and issubclass(hint, StrEnum):
        return FieldType(FieldKind.TEXT)
    raise TypeError(hint)
