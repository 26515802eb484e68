"""The stored form of commands and decisions: JSON field names and types, without any Python name."""

from __future__ import annotations

from typing import Any

from msgspec import inspect


def stored_form(kind: type[Any]) -> Any:
    """Return the JSON form of a struct as nested dictionaries: stored field name to form."""
    return _form(inspect.type_info(kind))


def _form(kind: inspect.Type) -> Any:
    if isinstance(kind, inspect.StructType):
        return {field.encode_name: _form(field.type) for field in kind.fields}
    if isinstance(kind, inspect.VarTupleType | inspect.ListType | inspect.SetType):
        return [_form(kind.item_type)]
    if isinstance(kind, inspect.DictType):
        return ["map", _form(kind.key_type), _form(kind.value_type)]
    if isinstance(kind, inspect.UnionType):
        return ["one of", *(_form(part) for part in kind.types)]
    if isinstance(kind, inspect.CustomType):
        return kind.cls.__name__
    return type(kind).__name__
