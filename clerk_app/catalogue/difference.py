"""Compares two catalogues: what was added, removed and changed, item by item and field by field."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any, Literal, NamedTuple

from pydantic import BaseModel

if TYPE_CHECKING:
    from clerk_app.catalogue.model import Catalogue, Text

ChangeKind = Literal["added", "removed", "changed"]
_KEYS = {"licence_types": "code", "calendars": "year"}
_COUNTED = frozenset({"format", "version"})  # differ in each publication
ORDER = "order"
"""Name of a change that concerns only the order of a list."""


class Change(NamedTuple):
    """A field with another value. Of a list whose items have ids, `field` is `LIST.ID` or `LIST.ID.FIELD`."""

    field: str
    before: object
    after: object


class Difference(NamedTuple):
    """An item that only one catalogue has, or that differs; `section` is its list, or the name of a single section."""

    section: str
    id: str
    name: Text | None
    kind: ChangeKind
    changes: tuple[Change, ...]


def compare_catalogues(before: Catalogue, after: Catalogue) -> tuple[Difference, ...]:
    """Return the differences in the order of the model. Without any, both have the same content but for the version."""
    return tuple(_compare(before, after))


def _compare(before: Catalogue, after: Catalogue) -> Iterator[Difference]:
    for section in type(before).model_fields:
        old, new = getattr(before, section), getattr(after, section)
        if section in _COUNTED or old == new:
            continue
        if not _is_list_of_items(old) and not _is_list_of_items(new):
            yield Difference(section, section, None, "changed", tuple(_compare_values(section, old, new)))
            continue
        key = _KEYS.get(section, "id")
        olds, news = ({str(getattr(item, key)): item for item in items} for items in (old, new))
        for name in dict.fromkeys((*news, *olds)):
            yield from _compare_items(section, name, olds.get(name), news.get(name))
        if _has_other_order(olds, news):
            yield Difference(section, section, None, "changed", (Change(ORDER, tuple(olds), tuple(news)),))


def _is_list_of_items(value: object) -> bool:
    return isinstance(value, tuple) and bool(value) and isinstance(value[0], BaseModel)


def _has_other_order(olds: Mapping[str, object], news: Mapping[str, object]) -> bool:
    """Return whether what both have is in another order."""
    return [name for name in olds if name in news] != [name for name in news if name in olds]


def _compare_items(section: str, name: str, old: Any, new: Any) -> Iterator[Difference]:
    item = new if new is not None else old
    label = getattr(item, "name", None)
    if old is None or new is None:
        yield Difference(section, name, label, "removed" if new is None else "added", ())
    elif old != new:
        yield Difference(section, name, label, "changed", tuple(_compare_fields("", old, new)))


def _compare_fields(prefix: str, old: BaseModel, new: BaseModel) -> Iterator[Change]:
    for field in type(new).model_fields:
        before, after = getattr(old, field), getattr(new, field)
        if before != after:
            yield from _compare_values(prefix + field, before, after)


def _compare_values(field: str, before: Any, after: Any) -> Iterator[Change]:
    """Yield the changes of a value: of a list whose items have ids, those of each item."""
    known = [value for value in (before, after) if value]
    if not known or not all(_is_list_of_items(value) and hasattr(value[0], "id") for value in known):
        yield Change(field, before, after)
        return
    olds, news = ({item.id: item for item in items} for items in (before, after))
    for name in dict.fromkeys((*news, *olds)):
        old, new = olds.get(name), news.get(name)
        if old is None or new is None:
            yield Change(f"{field}.{name}", old, new)
        elif old != new:
            yield from _compare_fields(f"{field}.{name}.", old, new)
    if _has_other_order(olds, news):
        yield Change(f"{field}.{ORDER}", tuple(olds), tuple(news))
