"""A catalogue file as plain values, with the line of each.

Only maps, lists and scalars: no tags, no aliases, no second document. Every scalar comes as text (a plain `null`,
`~` or nothing as None), so that `0101` stays a code and `no` an answer; the schema says what each becomes.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

from clerk_app.locales import _

MAX_BYTES = 5_000_000
_MAX_DEPTH = 40
_MAX_MISTAKES = 1000
_LOADER = getattr(yaml, "CBaseLoader", yaml.BaseLoader)  # the same events, ten times faster

KeyPath = tuple[str | int, ...]


@dataclass(frozen=True, order=True)
class Mistake:
    """Something wrong in a catalogue: where, and a sentence in the language spoken when it was found."""

    file: str
    line: int
    field: str
    sentence: str

    def __post_init__(self) -> None:
        # what a file says reaches a terminal here: its control characters must not
        for name in ("file", "field", "sentence"):
            words = getattr(self, name)
            plain = "".join(sign if sign.isprintable() else "?" for sign in words)
            object.__setattr__(self, name, plain)

    def __str__(self) -> str:
        where = f"{self.file}:{self.line}"
        return f"{where}: {self.field}: {self.sentence}" if self.field else f"{where}: {self.sentence}"


def _line_number(event: Any) -> int:
    return int(event.start_mark.line) + 1


def format_key_path(place: KeyPath) -> str:
    """A place as people write it: `matters[2].after[0].matter`."""
    words = "".join(f"[{part}]" if isinstance(part, int) else f".{part}" for part in place)
    return words.removeprefix(".")


@dataclass
class YamlFile:
    """One file's content. `lines` knows the line of every place in it, counted from 1."""

    name: str
    content: Any = None
    lines: dict[KeyPath, int] = field(default_factory=dict)
    mistakes: list[Mistake] = field(default_factory=list)

    def line_of(self, place: KeyPath) -> int:
        """The line of `place`, or of the nearest place around it that is there."""
        while place and place not in self.lines:
            place = place[:-1]
        return self.lines.get(place, 1)

    def add_mistake(self, place: KeyPath, sentence: str) -> None:
        """Note a mistake at `place`."""
        self.add_mistake_at_line(self.line_of(place), format_key_path(place), sentence)

    def add_mistake_at_line(self, line: int, field: str, sentence: str) -> None:
        """Note a mistake in `line`; from the thousandth on nobody would read it."""
        if len(self.mistakes) < _MAX_MISTAKES:
            self.mistakes.append(Mistake(self.name, line, field, sentence))


def read_yaml_file(path: Path, file: str) -> YamlFile:
    """The page in `path`, called `file` in mistakes. What cannot be read at all is a mistake of the page."""
    page = YamlFile(file)
    try:
        if not path.is_file():
            page.add_mistake((), _("This is not a file."))
            return page
        size = path.stat().st_size
        if size > MAX_BYTES:
            page.add_mistake((), _("The file is too large: more than {limit} bytes.").format(limit=MAX_BYTES))
            return page
        text = path.read_bytes().decode("utf-8-sig")
    except UnicodeDecodeError as wrong:
        line = wrong.object[: wrong.start].count(b"\n") + 1
        page.add_mistake_at_line(line, "", _("The file is not UTF-8 text."))
        return page
    except OSError as wrong:
        page.add_mistake((), _("The file cannot be read: {why}.").format(why=wrong.strerror))
        return page
    _YamlReader(page, text).read()
    return page


class _NestingTooDeep(Exception):
    """Stops the reading of a file."""


class _YamlReader:
    """One pass over the events of a text, filling a page."""

    def __init__(self, page: YamlFile, text: str) -> None:
        self._file = page
        self._text = text
        self._events: Iterator[Any] = iter(())

    def read(self) -> None:
        odd = yaml.reader.Reader.NON_PRINTABLE.search(self._text)
        if odd:  # the two parsers count its place differently
            line = self._text.count("\n", 0, odd.start()) + 1
            self._file.add_mistake_at_line(line, "", _("This character is not allowed here."))
            return
        try:
            self._events = yaml.parse(self._text, Loader=_LOADER)
            self._read_document()
        except _NestingTooDeep:
            self._file.add_mistake((), _("The file is nested too deeply."))
        except yaml.YAMLError as wrong:
            mark = getattr(wrong, "problem_mark", None) or getattr(wrong, "context_mark", None)
            why = getattr(wrong, "problem", None) or type(wrong).__name__
            self._file.add_mistake_at_line(
                mark.line + 1 if mark else 1, "", _("This is not proper YAML: {why}.").format(why=why)
            )

    def _read_document(self) -> None:
        for event in self._events:
            if isinstance(event, yaml.DocumentStartEvent):
                if self._file.lines:
                    self._file.add_mistake_at_line(_line_number(event), "", _("A file holds one document only."))
                    return
                self._file.content = self._read_value(next(self._events), ())

    def _read_value(self, event: Any, place: KeyPath) -> Any:
        self._file.lines.setdefault(place, _line_number(event))
        if len(place) > _MAX_DEPTH:
            raise _NestingTooDeep
        if isinstance(event, yaml.AliasEvent):
            self._file.add_mistake(place, _("Aliases are not used here: write the value out."))
            return None
        if event.tag is not None:
            self._file.add_mistake(place, _("Tags are not used here."))
        if isinstance(event, yaml.SequenceStartEvent):
            return self._read_list(place)
        if isinstance(event, yaml.MappingStartEvent):
            return self._read_map(place)
        return None if event.implicit[0] and event.value in ("", "~", "null") else event.value

    def _read_list(self, place: KeyPath) -> list[Any]:
        items: list[Any] = []
        for event in self._events:
            if isinstance(event, yaml.SequenceEndEvent):
                break
            items.append(self._read_value(event, (*place, len(items))))
        return items

    def _read_map(self, place: KeyPath) -> dict[str, Any]:
        items: dict[str, Any] = {}
        for event in self._events:
            if isinstance(event, yaml.MappingEndEvent):
                break
            if not isinstance(event, yaml.ScalarEvent):
                self._file.lines[(*place, "?")] = _line_number(event)
                self._file.add_mistake((*place, "?"), _("The name of a field must be a word."))
                self._read_value(event, (*place, "?"))
                self._read_value(next(self._events), (*place, "?"))
                continue
            self._read_entry(items, event, (*place, event.value))
        return items

    def _read_entry(self, items: dict[str, Any], event: Any, place: KeyPath) -> None:
        line, name = _line_number(event), event.value
        twice = name in items
        if twice:
            sentence = _("This field is given twice; the first is in line {line}.")
            where = self._file.lines[place]
            self._file.add_mistake_at_line(line, format_key_path(place), sentence.format(line=where))
        self._file.lines.setdefault(place, line)
        value = self._read_value(next(self._events), place)
        if not twice:
            items[name] = value
