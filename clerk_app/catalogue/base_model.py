"""Base classes of the objects of a catalogue, the types of their texts, ids and numbers, and conditions."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated, ClassVar, Literal, Self

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    SerializerFunctionWrapHandler,
    StringConstraints,
    model_serializer,
    model_validator,
)
from pydantic_core import PydanticCustomError

from clerk_app.errors import BadData
from clerk_app.text.characters import LINE_BREAKS
from clerk_app.text.cleaning import clean_text


def _reject_control_characters(text: str) -> str:
    # the text is written to terminals and printers, so escape sequences and hidden direction marks are rejected; it is
    # not cleaned, because the digest of a published catalogue covers it
    try:
        clean_text(text)
    except BadData as error:
        raise PydanticCustomError("control_characters", "control characters are not allowed") from error
    if any(character in LINE_BREAKS for character in text):
        raise PydanticCustomError("control_characters", "control characters are not allowed")
    return text


PlainText = Annotated[
    str,
    StringConstraints(min_length=1, max_length=400, strip_whitespace=True),
    AfterValidator(_reject_control_characters),
]
Id = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9]*([-_][a-z0-9]+)*$", max_length=60)]
LicenceCode = Annotated[str, StringConstraints(pattern=r"^[0-9]{3,8}$")]
Initials = Annotated[str, StringConstraints(pattern=r"^[a-z0-9]{1,30}$")]
Days = Annotated[int, Field(ge=0, le=1000)]
Count = Annotated[int, Field(ge=0, le=10_000)]
# a file has all values as text
TrueOnly = Annotated[Literal[True], BeforeValidator(lambda value: True if value == "true" else value)]
Level = Literal["city", "district", "street"]


class CatalogueModel(BaseModel):
    """Base of all objects of a catalogue: frozen, and unknown fields are rejected."""

    model_config = ConfigDict(frozen=True, extra="forbid", populate_by_name=True, defer_build=True)


class Text(CatalogueModel):
    """The same text in both languages."""

    zh: PlainText
    en: PlainText

    def in_language(self, language: str) -> str:
        """Return the text in `language`: English for "en", else Chinese."""
        return self.en if language == "en" else self.zh


class SourcedModel(CatalogueModel):
    """An object that names its source, or is marked as invented."""

    source: PlainText | None = Field(
        None, description='Source of the data: "S1" (a seed article), "law: ...", or a sentence.'
    )
    sample: bool = Field(False, description="Whether part of the data is invented.")


class LaterFieldsModel(CatalogueModel):
    """An object to which fields were added later. Their defaults are not stored.

    So a catalogue that was published before they existed keeps its bytes and its digest.
    """

    later_fields: ClassVar[frozenset[str]] = frozenset()

    @model_serializer(mode="wrap")
    def _leave_out_defaults(self, serialize: SerializerFunctionWrapHandler) -> dict[str, object]:
        content: dict[str, object] = serialize(self)
        fields = type(self).model_fields
        for name in self.later_fields:
            if getattr(self, name) == fields[name].default:
                content.pop(name, None)
        return content


class ExtendedModel(SourcedModel, LaterFieldsModel):
    """An object with a source to which fields were added later."""


class Operand(CatalogueModel):
    """A value in a comparison: a field, a constant, today, a date of birth, or two values that are computed.

    Numbers are added, subtracted, multiplied and divided; a date plus or minus a number is the date so many days later
    or earlier. `days` is the number of days from the first date to the second, `age` the full years of somebody born on
    the first date at the second. `born` is the date of birth in a resident identity number. `today` is the day of the
    check; it is known only in rules of fields.
    """

    field: Id | None = None
    value: PlainText | None = None
    today: TrueOnly | None = None
    born: Id | None = None
    add: tuple[Operand, Operand] | None = None
    subtract: tuple[Operand, Operand] | None = None
    multiply: tuple[Operand, Operand] | None = None
    divide: tuple[Operand, Operand] | None = None
    days: tuple[Operand, Operand] | None = None
    age: tuple[Operand, Operand] | None = None

    @model_validator(mode="after")
    def _check_shape(self) -> Self:
        if sum(getattr(self, name) is not None for name in type(self).model_fields) == 1:
            return self
        raise PydanticCustomError("operand_shape", "a value is one of field, value, today, born, or a computation")

    @property
    def computation(self) -> tuple[str, tuple[Operand, Operand]] | None:
        """The name of the computation and its two values; None if the value is not computed."""
        for name in ("add", "subtract", "multiply", "divide", "days", "age"):
            values = getattr(self, name)
            if values is not None:
                return name, values
        return None

    def parts(self) -> Iterator[Operand]:
        """Yield the value itself, and all values of which it is computed."""
        yield self
        for part in (self.computation or ("", ()))[1]:
            yield from part.parts()

    def field_ids(self) -> tuple[str, ...]:
        """Return the ids of the fields in the value, in order, without duplicates."""
        found = (part.field or part.born for part in self.parts())
        return tuple(dict.fromkeys(name for name in found if name is not None))


class Comparison(CatalogueModel):
    """A comparison of two numbers or two dates (`less` is earlier), or of two texts (`same`, `different`)."""

    left: Operand
    is_: Literal["less", "at_most", "equal", "unequal", "at_least", "more", "same", "different"] = Field(alias="is")
    right: Operand


class Condition(LaterFieldsModel):
    """A three-valued condition on the facts: exactly one of a test of one field, `compare`, `all`, `any` or `not`.

    A test is `{field, is}`, `{field, in}`, `{field, not_in}` or `{field, known: true}`.
    `clerk_app.catalogue.conditions.evaluate_condition` evaluates it.
    """

    later_fields: ClassVar[frozenset[str]] = frozenset({"compare"})

    field: Id | None = None
    is_: PlainText | None = Field(None, alias="is")
    in_: tuple[PlainText, ...] | None = Field(None, alias="in", min_length=1)
    not_in: tuple[PlainText, ...] | None = Field(None, min_length=1)
    known: TrueOnly | None = None
    all_: tuple[Condition, ...] | None = Field(None, alias="all", min_length=1)
    any_: tuple[Condition, ...] | None = Field(None, alias="any", min_length=1)
    not_: Condition | None = Field(None, alias="not")
    compare: Comparison | None = None

    @model_validator(mode="after")
    def _check_shape(self) -> Self:
        tests = sum(part is not None for part in (self.is_, self.in_, self.not_in, self.known))
        joins = sum(part is not None for part in (self.all_, self.any_, self.not_, self.compare))
        if (self.field is not None and (tests, joins) == (1, 0)) or (self.field is None and (tests, joins) == (0, 1)):
            return self
        raise PydanticCustomError("condition_shape", "a condition is one test of a field, or compare, all, any, not")

    def field_ids(self) -> tuple[str, ...]:
        """Return the ids of the fields in the condition, in order, without duplicates."""
        compared = (self.compare.left, self.compare.right) if self.compare else ()
        inner = [*self.parts(), *compared]
        found = [self.field] if self.field else [name for part in inner for name in part.field_ids()]
        return tuple(dict.fromkeys(found))

    def parts(self) -> tuple[Condition, ...]:
        """Return the conditions that it joins; empty for a test."""
        return (*(self.all_ or ()), *(self.any_ or ()), *((self.not_,) if self.not_ else ()))
