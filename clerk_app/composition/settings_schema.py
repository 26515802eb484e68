"""Structs as pydantic models: every mistake of a file at once, and a JSON Schema for the docs."""

from __future__ import annotations

from functools import cache, partial
from types import NoneType, UnionType
from typing import Annotated, Any, Literal, get_args, get_origin, get_type_hints

import msgspec
from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationError, create_model
from pydantic_core import PydanticKnownError

_STRICT = ConfigDict(frozen=True, extra="forbid", strict=True)
_BOUNDS = ("ge", "le", "pattern", "description")


@cache
def make_model(struct: type[msgspec.Struct]) -> type[BaseModel]:
    """Return the model of a struct, whose fields are annotated with a type and its `msgspec.Meta`."""
    hints = get_type_hints(struct, include_extras=True)
    fields: dict[str, Any] = {}
    for field in msgspec.structs.fields(struct):
        kind, meta = get_args(hints[field.name])
        bounds = {name: value for name in _BOUNDS if (value := getattr(meta, name)) is not None}
        default = ... if field.default is msgspec.NODEFAULT else field.default
        fields[field.name] = (_model_type(kind), Field(default, **bounds))
    return create_model(struct.__name__, __config__=_STRICT, __doc__=struct.__doc__, **fields)


def _model_type(kind: Any) -> Any:
    """Return the type of a field with structs replaced by their models. TOML has lists where a struct has tuples."""
    if isinstance(kind, type) and issubclass(kind, msgspec.Struct):
        return make_model(kind)
    if get_origin(kind) is UnionType:
        (part,) = (part for part in get_args(kind) if part is not NoneType)
        return _model_type(part) | None
    if get_origin(kind) is tuple:
        return Annotated[tuple.__class_getitem__((_model_type(get_args(kind)[0]), ...)), Field(strict=False)]
    if get_origin(kind) is Literal:
        return Annotated[kind, BeforeValidator(partial(_require_type_of_literal, get_args(kind)))]
    return kind


def _require_type_of_literal(literals: tuple[object, ...], value: object) -> object:
    """Return `value` if it has the type of a literal. Pydantic takes 58.0 for 58, which a struct does not."""
    if type(value) not in {type(literal) for literal in literals}:
        raise PydanticKnownError("literal_error", {"expected": " or ".join(repr(literal) for literal in literals)})
    return value


def find_first_mistake(values: dict[str, Any], struct: type[msgspec.Struct]) -> tuple[str, str]:
    """Return the key of the first mistake in values that do not fit `struct`, and what is wrong with it."""
    try:
        make_model(struct).model_validate(values)
    except ValidationError as error:
        first = error.errors()[0]
        return ".".join(str(part) for part in first["loc"]), first["msg"]
    raise AssertionError("the model accepts what the struct rejects")
