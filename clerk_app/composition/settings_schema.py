"""The settings as pydantic models, made from the structs: every mistake at once, and a JSON Schema for the docs."""

from __future__ import annotations

from types import NoneType, UnionType
from typing import Annotated, Any, get_args, get_origin, get_type_hints

import msgspec
from pydantic import BaseModel, ConfigDict, Field, ValidationError, create_model

from clerk_app.composition.settings import LocalizedText, Settings, TicketCategory

_STRICT = ConfigDict(frozen=True, extra="forbid", strict=True)
_BOUNDS = ("ge", "le", "pattern", "description")


def _make_model(struct: type[msgspec.Struct], models: dict[type, type[BaseModel]]) -> type[BaseModel]:
    """Return the model of a struct; `models` are those of the structs among its fields."""
    hints = get_type_hints(struct, include_extras=True)
    fields: dict[str, Any] = {}
    for field in msgspec.structs.fields(struct):
        kind, meta = get_args(hints[field.name])
        bounds = {name: value for name in _BOUNDS if (value := getattr(meta, name)) is not None}
        default = ... if field.default is msgspec.NODEFAULT else field.default
        fields[field.name] = (_model_type(kind, models), Field(default, **bounds))
    return create_model(struct.__name__, __config__=_STRICT, __doc__=struct.__doc__, **fields)


def _model_type(kind: Any, models: dict[type, type[BaseModel]]) -> Any:
    """Return the type of a field with structs replaced by their models. TOML has lists where a struct has tuples."""
    if kind in models:
        return models[kind]
    if get_origin(kind) is UnionType:
        (part,) = (part for part in get_args(kind) if part is not NoneType)
        return _model_type(part, models) | None
    if get_origin(kind) is tuple:
        item = _model_type(get_args(kind)[0], models)
        return Annotated[tuple.__class_getitem__((item, ...)), Field(strict=False)]
    return kind


_TEXT = _make_model(LocalizedText, {})
_CATEGORY = _make_model(TicketCategory, {LocalizedText: _TEXT})
SETTINGS_SCHEMA = _make_model(Settings, {LocalizedText: _TEXT, TicketCategory: _CATEGORY})
SETTINGS_SCHEMAS = (SETTINGS_SCHEMA, _CATEGORY, _TEXT)


def find_first_mistake(values: dict[str, Any]) -> tuple[str, str]:
    """Return the key of the first mistake in values that are no settings, and what is wrong with it."""
    try:
        SETTINGS_SCHEMA.model_validate(values)
    except ValidationError as error:
        first = error.errors()[0]
        return ".".join(str(part) for part in first["loc"]), first["msg"]
    raise AssertionError("the schema accepts what the struct rejects")
