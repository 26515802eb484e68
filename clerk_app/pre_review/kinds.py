"""The kinds of papers that are recognised, as data: `data/kinds.yaml`, and a city's own file in the same form."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import cache
from pathlib import Path
from typing import Annotated, Literal

from pydantic import AfterValidator, Field, TypeAdapter, ValidationError
from pydantic_core import PydanticCustomError

from clerk_app.catalogue.base_model import CatalogueModel, Id, LicenceCode, PlainText, Text
from clerk_app.catalogue.folder import add_schema_mistakes
from clerk_app.catalogue.yaml_file import Mistake, YamlFile, read_yaml_file
from clerk_app.errors import BadData
from clerk_app.locales import _
from clerk_app.pre_review.phrase_forms import PLACE, compile_phrase

OWN_FILE = Path(__file__).parent / "data" / "kinds.yaml"
CITY_FILE = "paper-kinds.yaml"
"""Name of the file in the folder of an office that adds kinds, or replaces those with the same id."""

FieldType = Literal["name", "id_number", "credit_code", "date", "money", "address", "sex", "code", "text"]

HolderFact = Literal["name", "id_number", "credit_code", "phone", "address", "birth_date", "sex"]
PaperFact = Literal["number", "issuer", "issued_on", "valid_from", "valid_to"]


def _check_pattern(pattern: str) -> str:
    import re

    try:
        re.compile(pattern)
    except re.error as error:
        raise PydanticCustomError("pattern", "this is not a regular expression") from error
    return pattern


Pattern = Annotated[PlainText, AfterValidator(_check_pattern)]


class PaperField(CatalogueModel):
    """A field of a kind of paper. `id` is that of the claim of the e-licence, if it has this field.

    `labels` are the words printed before or above the value; blanks and the way of writing do not count. `follows`:
    of several equal labels, the one that belongs to this other field, such as the number after the mother's name.
    `person`: the label that belongs to a person of this sex. `pattern`: form of a `code`; without labels it is
    looked for everywhere. `pick`: which of several dates. `in_sentence`: the value is a part of a sentence and ends
    at the next comma or full stop. `phrases` are regular expressions with `{value}` for sentences without a label;
    they are compared with text in half width without blanks, in which a paragraph ends with a line break.
    `agrees_with`: an identity number that has to contain the same date or sex. `key`: a field by which the quality
    of reading is measured.
    `holder`: the fact that it states of the holder of the material, as in `Field.prefill`: `party:ROLE.fact`.
    `paper`: what it states of the paper itself.
    """

    id: Id
    name: Text
    type: FieldType
    labels: tuple[PlainText, ...] = ()
    follows: Id | None = None
    person: Literal["female", "male"] | None = None
    pattern: Pattern | None = None
    pick: Literal["first", "last"] = "first"
    in_sentence: bool = False
    phrases: tuple[PlainText, ...] = ()
    agrees_with: Id | None = None
    key: bool = False
    holder: HolderFact | None = None
    paper: PaperFact | None = None


class PaperKind(CatalogueModel):
    """A kind of paper. It is the paper of `licence_type`, and of the `materials` of the catalogue that have none.

    `titles` are the words of its heading. Without `always_titled` pages may lack it, such as the front of an identity
    card. `marks` are further words that are printed on this kind, `other_labels` labels of fields that are not read: a
    value ends before them.
    """

    id: Id
    name: Text
    licence_type: LicenceCode | None = None
    materials: tuple[Id, ...] = ()
    titles: Annotated[tuple[PlainText, ...], Field(min_length=1)]
    always_titled: bool = True
    marks: tuple[PlainText, ...] = ()
    other_labels: tuple[PlainText, ...] = ()
    fields: tuple[PaperField, ...]

    def field(self, id: str) -> PaperField:
        """Return the field with this id. Raises KeyError."""
        return next((field for field in self.fields if field.id == id), None) or _raise_missing(id)


def _raise_missing(id: str) -> PaperField:
    raise KeyError(id)


_KIND = TypeAdapter(PaperKind)


@cache
def load_kinds(city_file: Path | None = None) -> tuple[PaperKind, ...]:
    """Return the kinds of the program, and those of a city's file, if it exists. Raises BadData with its first mistake.

    Cached: a program reads the files once.
    """
    kinds = {kind.id: kind for kind in _load_file(OWN_FILE)}
    if city_file is not None and city_file.exists():
        kinds |= {kind.id: kind for kind in _load_file(city_file)}
    return tuple(kinds.values())


def check_kinds_file(path: Path) -> tuple[tuple[PaperKind, ...], list[Mistake]]:
    """Return the kinds in a file that fit the schema, and its mistakes by line and field."""
    file = read_yaml_file(path, path.name)
    items = file.content.get("kinds") if isinstance(file.content, dict) else None
    if not isinstance(items, list):
        if not file.mistakes:
            file.add_mistake((), _("A list named kinds is expected here."))
        return (), file.mistakes
    kinds = [kind for number, item in enumerate(items) if (kind := _parse_kind(file, number, item)) is not None]
    return tuple(kinds), file.mistakes


def kind_of_material(kinds: Iterable[PaperKind], material: str, licence_type: str | None) -> PaperKind | None:
    """Return the kind of paper that a material of the catalogue is; None if it is none of them."""
    by_name = (kind for kind in kinds if material in kind.materials)
    return next(by_name, None) or next(
        (kind for kind in kinds if licence_type is not None and kind.licence_type == licence_type), None
    )


def _load_file(path: Path) -> Sequence[PaperKind]:
    kinds, mistakes = check_kinds_file(path)
    if mistakes:
        raise BadData("The file {file} of kinds of papers has a mistake. {first}", file=path, first=str(mistakes[0]))
    return kinds


def _parse_kind(file: YamlFile, number: int, item: object) -> PaperKind | None:
    try:
        kind = _KIND.validate_python(item)
    except ValidationError as error:
        add_schema_mistakes(file, ("kinds", number), error)
        return None
    ids = {field.id for field in kind.fields}
    for index, field in enumerate(kind.fields):
        for name, other in (("follows", field.follows), ("agrees_with", field.agrees_with)):
            if other is not None and other not in ids:
                file.add_mistake(
                    ("kinds", number, "fields", index, name), _("There is no field {name}.").format(name=other)
                )
        if not field.labels and not field.phrases and field.pattern is None:
            file.add_mistake(("kinds", number, "fields", index), _("A field needs labels, phrases or a pattern."))
        for place, phrase in enumerate(field.phrases):
            if not _is_phrase(phrase, field):
                file.add_mistake(
                    ("kinds", number, "fields", index, "phrases", place),
                    _("A phrase is a regular expression that contains {place} once.").format(place=PLACE),
                )
    return kind


def _is_phrase(phrase: str, field: PaperField) -> bool:
    try:
        compile_phrase(phrase, field.type, field.pattern)
    except ValueError:
        return False
    return True
