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
from clerk_app.catalogue.yaml_pages import Page, Place, read_page
from clerk_app.locales import _

_LISTS: dict[str, type[BaseModel]] = {
    "licence_types": model.LicenceType,
    "organs": model.Organ,
    "materials": model.Material,
    "fields": model.Field,
    "matters": model.Matter,
    "one_things": model.OneThing,
    "calendars": model.Calendar,
}
HEAD = ("id", "version", "name", "city", "time_zone", "valid_from")
HEAD_FILE = "catalogue.yaml"
_MAX_FILES = 1000
_MAX_COMPARED = 2000  # looking for a similar name is slow


@dataclass
class Item:
    """One entry of one of the lists. `parsed` is None where it does not fit the schema."""

    page: Page
    place: Place
    raw: Any
    parsed: Any = None

    def wrong(self, where: Place, sentence: str) -> None:
        """Note a mistake at `where` inside this item."""
        self.page.wrong((*self.place, *where), sentence)

    @property
    def line(self) -> int:
        """The line it begins in."""
        return self.page.line(self.place)


@dataclass
class Draft:
    """All pages of a folder, what they say in the head, and the items of each list."""

    pages: list[Page]
    head: dict[str, Any] = field(default_factory=dict)
    head_page: Page = field(default_factory=lambda: Page(HEAD_FILE))
    lists: dict[str, list[Item]] = field(default_factory=lambda: {name: [] for name in _LISTS})
    _ids: dict[str, frozenset[str]] = field(default_factory=dict)

    def items(self, name: str) -> list[Item]:
        """The items of a list that fit the schema."""
        return [item for item in self.lists[name] if item.parsed is not None]

    def ids(self, name: str) -> frozenset[str]:
        """Every id of a list, of broken items too: a reference to one of those is not another mistake."""
        if name not in self._ids:
            key = "code" if name == "licence_types" else "id"
            raws = [item.raw for item in self.lists[name] if isinstance(item.raw, Mapping)]
            self._ids[name] = frozenset(str(raw[key]) for raw in raws if raw.get(key) is not None)
        return self._ids[name]

    def whole(self, name: str) -> bool:
        """Whether every item of a list fits the schema, so that what is not in it is nowhere."""
        return all(item.parsed is not None for item in self.lists[name])

    @property
    def clean(self) -> bool:
        """Whether no mistake has been noted so far."""
        return not any(page.mistakes for page in (*self.pages, self.head_page))


def read_draft(folder: Path) -> Draft:
    """Everything in the YAML files of `folder` and below, checked against the schema one by one."""
    head = folder / HEAD_FILE
    others = (path for ending in ("*.yaml", "*.yml") for path in folder.rglob(ending) if path != head)
    paths = [head, *sorted(others)]
    draft = Draft([read_page(path, path.relative_to(folder).as_posix()) for path in paths[:_MAX_FILES]])
    draft.head_page = draft.pages[0]
    if len(paths) > _MAX_FILES:
        draft.head_page.wrong((), _("The folder holds more than {limit} files.").format(limit=_MAX_FILES))
    for page in draft.pages:
        _sort_in(draft, page)
    return draft


def closest(name: str, known: Collection[str]) -> str:
    """A question to add to a sentence when one of `known` looks like `name`; else nothing."""
    near = get_close_matches(name, sorted(known), n=1) if len(known) <= _MAX_COMPARED else []
    return " " + _("Did you mean {name}?").format(name=near[0]) if near else ""


def _sort_in(draft: Draft, page: Page) -> None:
    if not isinstance(page.value, dict):
        if page.value is not None:
            page.wrong((), _("A block of named fields is expected here."))
        return
    for name, value in page.value.items():
        if name in _LISTS:
            _sort_in_list(draft, page, name, value)
        elif name in HEAD and page is draft.head_page:
            draft.head[name] = value
        else:
            page.wrong((name,), _("This field is not known here.") + closest(name, [*_LISTS, *HEAD]))


def _sort_in_list(draft: Draft, page: Page, name: str, value: Any) -> None:
    if not isinstance(value, list):
        page.wrong((name,), _("A list is expected here."))
        return
    for number, raw in enumerate(value):
        item = Item(page, (name, number), raw)
        draft.lists[name].append(item)
        try:
            item.parsed = _LISTS[name].model_validate(raw)
        except ValidationError as wrong:
            note(item.page, item.place, wrong)


def note(page: Page, place: Place, wrong: ValidationError) -> None:
    """Note on `page` every mistake that the schema found in the value at `place`."""
    for error in wrong.errors(include_url=False, include_context=True):
        page.wrong((*place, *error["loc"]), _sentence(error))


def _sentence(error: ErrorDetails) -> str:
    kind, limits, given = error["type"], error.get("ctx", {}), str(error["input"])[:60]
    if kind == "extra_forbidden":
        return _("This field is not known here.") + closest(str(error["loc"][-1]), _KEYS)
    if kind == "literal_error":
        sentence = _("{given} is not one of: {known}.")
        return sentence.format(given=given, known=limits["expected"]) + closest(given, _WORDS)
    say = _sentences()
    found = next((sentence for start, sentence in say.items() if kind.startswith(start)), None)
    return (found or str(error["msg"])).format(given=given, **limits) if found else str(error["msg"])


def _sentences() -> dict[str, str]:
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


_SCHEMAS = [part for part in vars(model).values() if isinstance(part, type) and issubclass(part, BaseModel)]
_KEYS = sorted({key.alias or name for part in _SCHEMAS for name, key in part.model_fields.items()})
_WORDS = sorted(
    {
        str(word)
        for part in _SCHEMAS
        for key in part.model_fields.values()
        for word in get_args(key.annotation)
        if isinstance(word, str)
    }
)
