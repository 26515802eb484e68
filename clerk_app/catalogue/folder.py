"""A catalogue folder being checked: every item beside the file and line it was read from."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from difflib import get_close_matches
from pathlib import Path
from typing import Any, get_args

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from clerk_app.catalogue import model
from clerk_app.catalogue.yaml_file import KeyPath, YamlFile, read_yaml_file
from clerk_app.locales import _

_MODELS_BY_LIST: dict[str, type[BaseModel]] = {
    "licence_types": model.LicenceType,
    "organs": model.OrganDefinition,
    "materials": model.MaterialDefinition,
    "fields": model.Field,
    "matters": model.MatterDefinition,
    "one_things": model.OneThing,
    "calendars": model.Calendar,
}
HEAD_FIELDS = ("id", "version", "name", "city", "time_zone", "valid_from")
HEAD_FILE = "catalogue.yaml"
_MAX_FILES = 1000
_MAX_COMPARED = 2000  # looking for a similar name is slow


@dataclass
class FolderItem:
    """One entry of one of the lists. `parsed` is None where it does not fit the schema."""

    file: YamlFile
    key_path: KeyPath
    raw: Any
    parsed: Any = None

    def add_mistake(self, where: KeyPath, sentence: str) -> None:
        """Note a mistake at `where` inside this item."""
        self.file.add_mistake((*self.key_path, *where), sentence)

    @property
    def line(self) -> int:
        """The line it begins in."""
        return self.file.line_of(self.key_path)


@dataclass
class CatalogueFolder:
    """All pages of a folder, what they say in the head, and the items of each list."""

    files: list[YamlFile]
    head: dict[str, Any] = field(default_factory=dict)
    head_file: YamlFile = field(default_factory=lambda: YamlFile(HEAD_FILE))
    lists: dict[str, list[FolderItem]] = field(default_factory=lambda: {name: [] for name in _MODELS_BY_LIST})
    _ids: dict[str, frozenset[str]] = field(default_factory=dict)

    def valid_items(self, name: str) -> list[FolderItem]:
        """The items of a list that fit the schema."""
        return [item for item in self.lists[name] if item.parsed is not None]

    def ids(self, name: str) -> frozenset[str]:
        """Every id of a list, of broken items too: a reference to one of those is not another mistake."""
        if name not in self._ids:
            key = "code" if name == "licence_types" else "id"
            raws = [item.raw for item in self.lists[name] if isinstance(item.raw, Mapping)]
            self._ids[name] = frozenset(str(raw[key]) for raw in raws if raw.get(key) is not None)
        return self._ids[name]

    def all_valid(self, name: str) -> bool:
        """Whether every item of a list fits the schema, so that what is not in it is nowhere."""
        return all(item.parsed is not None for item in self.lists[name])

    @property
    def has_no_mistakes(self) -> bool:
        """Whether no mistake has been noted so far."""
        return not any(page.mistakes for page in (*self.files, self.head_file))


def read_folder(folder: Path) -> CatalogueFolder:
    """Everything in the YAML files of `folder` and below, checked against the schema one by one."""
    head = folder / HEAD_FILE
    others = (path for ending in ("*.yaml", "*.yml") for path in folder.rglob(ending) if path != head)
    paths = [head, *sorted(others)]
    draft = CatalogueFolder([read_yaml_file(path, path.relative_to(folder).as_posix()) for path in paths[:_MAX_FILES]])
    draft.head_file = draft.files[0]
    if len(paths) > _MAX_FILES:
        draft.head_file.add_mistake((), _("The folder holds more than {limit} files.").format(limit=_MAX_FILES))
    for page in draft.files:
        _add_file(draft, page)
    return draft


def suggest_similar(name: str, known: Collection[str]) -> str:
    """A question to add to a sentence when one of `known` looks like `name`; else nothing."""
    near = get_close_matches(name, sorted(known), n=1) if len(known) <= _MAX_COMPARED else []
    return " " + _("Did you mean {name}?").format(name=near[0]) if near else ""


def _add_file(draft: CatalogueFolder, page: YamlFile) -> None:
    if not isinstance(page.content, dict):
        if page.content is not None:
            page.add_mistake((), _("A block of named fields is expected here."))
        return
    for name, value in page.content.items():
        if name in _MODELS_BY_LIST:
            _add_items(draft, page, name, value)
        elif name in HEAD_FIELDS and page is draft.head_file:
            draft.head[name] = value
        else:
            page.add_mistake(
                (name,), _("This field is not known here.") + suggest_similar(name, [*_MODELS_BY_LIST, *HEAD_FIELDS])
            )


def _add_items(draft: CatalogueFolder, page: YamlFile, name: str, value: Any) -> None:
    if not isinstance(value, list):
        page.add_mistake((name,), _("A list is expected here."))
        return
    for number, raw in enumerate(value):
        item = FolderItem(page, (name, number), raw)
        draft.lists[name].append(item)
        try:
            item.parsed = _MODELS_BY_LIST[name].model_validate(raw)
        except ValidationError as wrong:
            add_schema_mistakes(item.file, item.key_path, wrong)


def add_schema_mistakes(page: YamlFile, place: KeyPath, wrong: ValidationError) -> None:
    """Note on `page` every mistake that the schema found in the value at `place`."""
    for error in wrong.errors(include_url=False, include_context=True):
        page.add_mistake((*place, *error["loc"]), _describe_error(error))


def _describe_error(error: ErrorDetails) -> str:
    kind, limits, given = error["type"], error.get("ctx", {}), str(error["input"])[:60]
    if kind == "extra_forbidden":
        return _("This field is not known here.") + suggest_similar(str(error["loc"][-1]), _FIELD_NAMES)
    if kind == "literal_error":
        sentence = _("{given} is not one of: {known}.")
        return sentence.format(given=given, known=limits["expected"]) + suggest_similar(given, _LITERAL_VALUES)
    say = _sentences_by_error_type()
    found = next((sentence for start, sentence in say.items() if kind.startswith(start)), None)
    return (found or str(error["msg"])).format(given=given, **limits) if found else str(error["msg"])


def _sentences_by_error_type() -> dict[str, str]:
    """By the beginning of the schema's word for the mistake; translated when asked."""
    return {
        "missing": _("This field is missing."),
        "int_": _("{given} is not a whole number."),
        "bool_": _("{given} is neither yes nor no."),
        "date_": _("{given} is not a date such as 2026-05-01."),
        "string_pattern_mismatch": _("{given} does not have the form that is expected here."),
        "string_too_short": _("This must not be empty."),
        "string_too_long": _("This is longer than {max_length} characters."),
        "string_": _("A word or a number is expected here."),
        "tuple_type": _("A list is expected here."),
        "model_type": _("A block of named fields is expected here."),
        "too_long": _("At most {max_length} are allowed here."),
        "too_short": _("At least {min_length} are needed here."),
        "greater_than_equal": _("{given} is too small: at least {ge}."),
        "less_than_equal": _("{given} is too large: at most {le}."),
        "condition_shape": _("A condition is one test of one field, or one of: all, any, not."),
        "control_characters": _("Control characters are not allowed."),
    }


_MODELS = [part for part in vars(model).values() if isinstance(part, type) and issubclass(part, BaseModel)]
_FIELD_NAMES = sorted({key.alias or name for part in _MODELS for name, key in part.model_fields.items()})
_LITERAL_VALUES = sorted(
    {
        str(word)
        for part in _MODELS
        for key in part.model_fields.values()
        for word in get_args(key.annotation)
        if isinstance(word, str)
    }
)
