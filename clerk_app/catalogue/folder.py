"""A catalogue folder while it is checked: every item keeps the file and the line that it was read from."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from difflib import get_close_matches
from functools import lru_cache
from itertools import islice
from pathlib import Path
from typing import Any, get_args

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from clerk_app.catalogue import (
    calendars,
    citizen_papers,
    data_lists,
    feedback,
    form_fields,
    hall,
    implementing_list,
    matters,
    model,
    one_things,
    policy,
)
from clerk_app.catalogue.paper_folder import FOLDER as PAPER_FOLDER
from clerk_app.catalogue.paper_folder import read_paper_folder
from clerk_app.catalogue.yaml_file import MAX_VALUES, KeyPath, YamlFile, read_yaml_file
from clerk_app.catalogue.yaml_problems import FULL_WIDTH_SIGNS, suggest_half_width
from clerk_app.locales import _

_MODELS_BY_LIST: dict[str, type[BaseModel]] = {
    "licence_types": model.LicenceType,
    "organs": model.OrganDefinition,
    "materials": model.MaterialDefinition,
    "fields": form_fields.Field,
    "matters": model.MatterDefinition,
    "one_things": model.OneThing,
    "themes": model.Theme,
    "life_events": model.LifeEvent,
    "sites": model.ServiceSite,
    "calendars": calendars.Calendar,
    "organ_calendars": calendars.OrganCalendar,
    "stock_reasons": model.StockReason,
    "data_requirements": data_lists.DataRequirement,
    "data_responsibilities": data_lists.DataResponsibility,
    "data_exclusions": data_lists.DataExclusion,
}
_MODELS_BY_SECTION: dict[str, type[BaseModel]] = {"hall": hall.HallConfiguration}
HEAD_FIELDS = ("id", "version", "name", "city", "time_zone", "valid_from", "policy")
HEAD_FILE = "catalogue.yaml"
_KNOWN_AT_THE_TOP = (*_MODELS_BY_LIST, *_MODELS_BY_SECTION, *HEAD_FIELDS)
_MAX_FILES = 1000
_ENDINGS = (".yaml", ".yml")
_MAX_COMPARED = 2000  # in longer lists no similar name is searched for, because that is slow


@dataclass
class FolderItem:
    """One item of a list of the catalogue. `parsed` is None if the item does not fit the schema."""

    file: YamlFile
    key_path: KeyPath
    raw: Any
    parsed: Any = None

    def add_mistake(self, where: KeyPath, sentence: str) -> None:
        """Record a mistake at `where` inside this item."""
        self.file.add_mistake((*self.key_path, *where), sentence)

    @property
    def line(self) -> int:
        """The line in which the item begins."""
        return self.file.line_of(self.key_path)


@dataclass
class CatalogueFolder:
    """All files of a folder, the fields of the head, the items of each list, and the sections given once."""

    files: list[YamlFile]
    head: dict[str, Any] = field(default_factory=dict)
    head_file: YamlFile = field(default_factory=lambda: YamlFile(HEAD_FILE))
    lists: dict[str, list[FolderItem]] = field(default_factory=lambda: {name: [] for name in _MODELS_BY_LIST})
    sections: dict[str, FolderItem] = field(default_factory=dict)
    _ids: dict[str, frozenset[str]] = field(default_factory=dict)
    _valid_by_id: dict[str, dict[str, list[Any]]] = field(default_factory=dict)

    def valid_section(self, name: str) -> FolderItem | None:
        """Return a section that fits the schema; None if it is not given or does not fit."""
        item = self.sections.get(name)
        return item if item is not None and item.parsed is not None else None

    def valid_items(self, name: str) -> list[FolderItem]:
        """Return the items of a list that fit the schema."""
        return [item for item in self.lists[name] if item.parsed is not None]

    def valid_by_id(self, name: str) -> Mapping[str, list[Any]]:
        """Return the parsed items of a list by id; more than one if the id is not unique."""
        if name not in self._valid_by_id:
            found: dict[str, list[Any]] = {}
            for item in self.valid_items(name):
                found.setdefault(item.parsed.id, []).append(item.parsed)
            self._valid_by_id[name] = found
        return self._valid_by_id[name]

    @property
    def all_read(self) -> bool:
        """Whether the content of every file is known."""
        return all(file.is_readable for file in self.files)

    def ids(self, name: str) -> frozenset[str]:
        """Return all ids of a list, including those of invalid items.

        A reference to an invalid item is therefore not reported as a second mistake.
        """
        if name not in self._ids:
            key = "code" if name == "licence_types" else "id"
            raws = [item.raw for item in self.lists[name] if isinstance(item.raw, Mapping)]
            self._ids[name] = frozenset(str(raw[key]) for raw in raws if raw.get(key) is not None)
        return self._ids[name]

    def all_valid(self, name: str) -> bool:
        """Return whether all items of a list fit the schema. Only then is an unknown id certainly a mistake."""
        return all(item.parsed is not None for item in self.lists[name])

    @property
    def has_no_mistakes(self) -> bool:
        """Whether no mistake was recorded so far."""
        return not any(file.mistakes for file in (*self.files, self.head_file))


def read_folder(folder: Path, without: frozenset[Path] = frozenset()) -> CatalogueFolder:
    """Read the YAML files in `folder` and its subfolders, and check each item against the schema.

    The files in `without` are left out.
    """
    head = folder / HEAD_FILE
    papers = folder / PAPER_FOLDER
    left_out = {head, *without}
    others = (path for path in _list_files(folder) if path not in left_out and not path.is_relative_to(papers))
    paths = [head, *sorted(islice(others, _MAX_FILES))]
    content = CatalogueFolder([])
    remaining_values = MAX_VALUES
    for path in paths[:_MAX_FILES]:
        name = path.relative_to(folder).as_posix()
        if path.suffix not in _ENDINGS:
            content.files.append(_misnamed_file(name))
            continue
        file = read_yaml_file(path, name, remaining_values)
        remaining_values = max(0, remaining_values - len(file.lines))
        content.files.append(file)
    content.head_file = content.files[0]
    if len(paths) > _MAX_FILES:
        content.head_file.add_mistake((), _("The folder holds more than {limit} files.").format(limit=_MAX_FILES))
    for file in content.files:
        _add_file(content, file)
    _add_papers(content, papers)
    return content


def _list_files(folder: Path) -> Iterator[Path]:
    """Yield the YAML files in a folder and its subfolders, also those with an ending that only looks like it."""
    for path in folder.rglob("*"):
        if path.suffix in _ENDINGS or re.search(r"\.ya?ml(\.txt)?$", path.name, re.IGNORECASE):
            yield path


def _misnamed_file(name: str) -> YamlFile:
    file = YamlFile(name, is_readable=False)
    file.add_mistake((), _("The name of this file must end in .yaml, otherwise it is not read."))
    return file


def suggest_similar(name: str, known: Collection[str]) -> str:
    """Return " Did you mean ...?" in the current language if one of `known` is similar to `name`; otherwise ""."""
    others = sorted(set(known) - {name})  # a known name in the wrong place is not misspelled
    near = _find_similar(name, tuple(others)) if len(known) <= _MAX_COMPARED and name not in known else ""
    return " " + _("Did you mean {name}?").format(name=near) if near else ""


@lru_cache(maxsize=256)
def _find_similar(name: str, others: tuple[str, ...]) -> str:
    """Return the most similar of `others`, or "". It is slow, and one wrong name is often used many times."""
    return next(iter(get_close_matches(name, others, n=1)), "")


def _add_file(content: CatalogueFolder, file: YamlFile) -> None:
    if not isinstance(file.content, dict):
        if file.content is not None:
            file.add_mistake((), _("A block of named fields is expected here."))
        return
    for name, value in file.content.items():
        if name in _MODELS_BY_LIST:
            _add_items(content, file, name, value)
        elif name in _MODELS_BY_SECTION:
            _add_section(content, file, name, value)
        elif name in HEAD_FIELDS and file is content.head_file:
            content.head[name] = value
        elif name in HEAD_FIELDS:
            file.add_mistake((name,), _("This field belongs in {file} only.").format(file=HEAD_FILE))
        else:
            file.add_mistake((name,), _("This field is not known here.") + suggest_similar(name, _KNOWN_AT_THE_TOP))


def _add_papers(content: CatalogueFolder, folder: Path) -> None:
    """Add the section of the folder of papers, which has a form of its own."""
    papers = read_paper_folder(folder, f"{PAPER_FOLDER}/")
    content.files += papers.files
    section = papers.to_section()
    if section is not None:
        content.sections[PAPER_FOLDER] = FolderItem(papers.files[0], (), None, section)


def _add_section(content: CatalogueFolder, file: YamlFile, name: str, value: Any) -> None:
    first = content.sections.get(name)
    if first is not None:
        sentence = _("{name} is there twice; the first is {file}:{line}.")
        file.add_mistake((name,), sentence.format(name=name, file=first.file.name, line=first.line))
        return
    content.sections[name] = item = FolderItem(file, (name,), value)
    try:
        item.parsed = _MODELS_BY_SECTION[name].model_validate(value)
    except ValidationError as error:
        add_schema_mistakes(file, item.key_path, error)


def _add_items(content: CatalogueFolder, file: YamlFile, name: str, value: Any) -> None:
    if not isinstance(value, list):
        file.add_mistake((name,), _("A list is expected here."))
        return
    for number, raw in enumerate(value):
        item = FolderItem(file, (name, number), raw)
        content.lists[name].append(item)
        try:
            item.parsed = _MODELS_BY_LIST[name].model_validate(raw)
        except ValidationError as error:
            add_schema_mistakes(item.file, item.key_path, error)


def add_schema_mistakes(file: YamlFile, key_path: KeyPath, error: ValidationError) -> None:
    """Record in `file` every mistake that the schema found in the value at `key_path`."""
    if file.has_all_mistakes:
        return
    for details in error.errors(include_url=False, include_context=True):
        file.add_mistake((*key_path, *details["loc"]), describe_schema_error(details, _FIELD_NAMES, _LITERAL_VALUES))


_MAY_BE_FULL_WIDTH = ("int_", "date_", "string_pattern_mismatch")


def describe_schema_error(error: ErrorDetails, field_names: Collection[str], literals: Collection[str]) -> str:
    """Return the translated sentence of a schema error, with a suggestion if a known name is similar."""
    kind, limits, given = error["type"], error.get("ctx", {}), str(error["input"])[:60]
    if kind == "extra_forbidden" and not set(FULL_WIDTH_SIGNS).isdisjoint(str(error["loc"][-1])):
        return (
            _("This field is not known here.")
            + " "
            + _("Its name contains a full-width sign, such as a colon or comma.")
        )
    if kind == "extra_forbidden":
        return _("This field is not known here.") + suggest_similar(str(error["loc"][-1]), field_names)
    if kind == "literal_error":
        sentence = _("{given} is not one of: {known}.")
        return sentence.format(given=given, known=limits["expected"]) + suggest_similar(given, literals)
    sentences = _sentences_by_error_type().items()
    found = next((sentence for start, sentence in sentences if kind.startswith(start)), None)
    if not found:
        return str(error["msg"])
    hint = suggest_half_width(given) if kind.startswith(_MAY_BE_FULL_WIDTH) else ""
    return found.format(given=given, **limits) + hint


def _sentences_by_error_type() -> dict[str, str]:
    """Return the translated sentences by the first characters of pydantic's error type."""
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
        "condition_shape": _("A condition is one test of one field, or one of: compare, all, any, not."),
        "operand_shape": _("A value is one of: field, value, today, born, add, subtract, multiply, divide, days, age."),
        "listed_twice": _("{name} is there twice."),
        "control_characters": _("Control characters are not allowed."),
    }


_MODELS = [
    value
    for module in (
        policy,
        citizen_papers,
        feedback,
        hall,
        calendars,
        data_lists,
        form_fields,
        implementing_list,
        matters,
        one_things,
        model,
    )
    for value in vars(module).values()
    if isinstance(value, type) and issubclass(value, BaseModel)
]
_FIELD_NAMES = sorted(
    {field_info.alias or name for schema in _MODELS for name, field_info in schema.model_fields.items()}
)
_LITERAL_VALUES = sorted(
    {
        str(literal)
        for schema in _MODELS
        for field_info in schema.model_fields.values()
        for literal in get_args(field_info.annotation)
        if isinstance(literal, str)
    }
)
