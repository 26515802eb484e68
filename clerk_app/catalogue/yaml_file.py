"""Reads a YAML file of a catalogue as plain values, with the line of each value.

Only maps, lists and scalars are allowed: no tags, no aliases, no second document. Scalars are read as text (a plain
`null`, `~` or nothing as None), so that `0101` stays a code and `no` an answer; the schema converts them.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

from clerk_app.catalogue.yaml_problems import describe_encoding, describe_yaml_problem
from clerk_app.locales import _
from clerk_app.text.display import display_text

MAX_BYTES = 5_000_000
MAX_VALUES = 2_000_000  # values of all files of a folder: reading and checking them takes less than a minute
BLANK = "____"
"""Blank that the author of a catalogue has to fill in: three or more of this character."""
_MAX_DEPTH = 40
_MAX_MISTAKES = 1000
_BLANK = re.compile(r"_{3,}")
_LOADER = getattr(yaml, "CBaseLoader", yaml.BaseLoader)  # the C parser gives the same events and is ten times faster

KeyPath = tuple[str | int, ...]


@dataclass(frozen=True, order=True)
class Mistake:
    """A mistake in a catalogue file, with a sentence in the language that was current when it was found."""

    file: str
    line: int
    field: str
    sentence: str

    def __post_init__(self) -> None:
        # replace control characters, because the text of a file is shown on a terminal
        for name in ("file", "field", "sentence"):
            words = getattr(self, name)
            plain = display_text(words)
            object.__setattr__(self, name, plain)

    def __str__(self) -> str:
        where = f"{self.file}:{self.line}"
        return f"{where}: {self.field}: {self.sentence}" if self.field else f"{where}: {self.sentence}"


def _line_number(event: Any) -> int:
    return int(event.start_mark.line) + 1


def format_key_path(key_path: KeyPath) -> str:
    """Return a key path as text: `matters[2].after[0].matter`."""
    words = "".join(f"[{part}]" if isinstance(part, int) else f".{part}" for part in key_path)
    return words.removeprefix(".")


@dataclass
class YamlFile:
    """The content of one file. `lines` are line numbers, counted from 1, by key path."""

    name: str
    content: Any = None
    lines: dict[KeyPath, int] = field(default_factory=dict)
    mistakes: list[Mistake] = field(default_factory=list)
    blanks: set[KeyPath] = field(default_factory=set)
    is_readable: bool = True  # whether the whole file was read: what is missing may be in the rest of it

    def line_of(self, key_path: KeyPath) -> int:
        """Return the line of `key_path`, or of the nearest enclosing key path that exists."""
        while key_path and key_path not in self.lines:
            key_path = key_path[:-1]
        return self.lines.get(key_path, 1)

    @property
    def has_all_mistakes(self) -> bool:
        """Whether no further mistake of this file is recorded."""
        return len(self.mistakes) >= _MAX_MISTAKES

    def add_mistake(self, key_path: KeyPath, sentence: str) -> None:
        """Record a mistake at `key_path`; none at a blank, which is a mistake already."""
        if self.blanks and not self.blanks.isdisjoint(key_path[:length] for length in range(1, len(key_path) + 1)):
            return
        self.add_mistake_at_line(self.line_of(key_path), format_key_path(key_path), sentence)

    def add_mistake_at_line(self, line: int, field: str, sentence: str) -> None:
        """Record a mistake in `line`, up to _MAX_MISTAKES in one file."""
        if not self.has_all_mistakes:
            self.mistakes.append(Mistake(self.name, line, field, sentence))


def read_yaml_file(path: Path, name: str, max_values: int = MAX_VALUES) -> YamlFile:
    """Read the file at `path`, named `name` in mistakes.

    If the file cannot be read, or holds more than `max_values` values, the result has a mistake and no content.
    """
    yaml_file = YamlFile(name)
    try:
        if not path.is_file():
            return _reject(yaml_file, _("This is not a file."))
        if path.stat().st_size > MAX_BYTES:
            return _reject(yaml_file, _("The file is too large: more than {limit} bytes.").format(limit=MAX_BYTES))
        text = path.read_bytes().decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = error.object[: error.start].count(b"\n") + 1
        return _reject(yaml_file, describe_encoding(error.object), line)
    except OSError as error:
        return _reject(yaml_file, _("The file cannot be read: {why}.").format(why=error.strerror))
    _YamlReader(yaml_file, text, max_values).read()
    return yaml_file


def _reject(yaml_file: YamlFile, sentence: str, line: int = 1) -> YamlFile:
    """Return the file with the reason why its content is unknown."""
    yaml_file.content, yaml_file.is_readable = None, False
    yaml_file.add_mistake_at_line(line, "", sentence)
    return yaml_file


class _NestingTooDeep(Exception):
    """Raised to stop reading a file that is nested deeper than _MAX_DEPTH."""


class _TooManyValues(Exception):
    """Raised to stop reading a file that holds too many values."""


class _YamlReader:
    """Reads the parser events of a text into a YamlFile, in one pass."""

    def __init__(self, yaml_file: YamlFile, text: str, max_values: int) -> None:
        self._file = yaml_file
        self._text = text
        self._max_values = max_values
        self._events: Iterator[Any] = iter(())

    def read(self) -> None:
        unprintable = yaml.reader.Reader.NON_PRINTABLE.search(self._text)
        if unprintable:  # checked here, because the two parsers report its position differently
            line = self._text.count("\n", 0, unprintable.start()) + 1
            _reject(self._file, _("This character is not allowed here."), line)
            return
        try:
            self._events = yaml.parse(self._text, Loader=_LOADER)
            self._read_document()
        except _NestingTooDeep:
            _reject(self._file, _("The file is nested too deeply."))
        except _TooManyValues:
            _reject(self._file, _("The catalogue holds more than {limit} values.").format(limit=MAX_VALUES))
        except yaml.YAMLError as error:
            mark = getattr(error, "problem_mark", None) or getattr(error, "context_mark", None)
            why = getattr(error, "problem", None) or type(error).__name__
            line = mark.line + 1 if mark else 1
            _reject(self._file, describe_yaml_problem(why, self._text.splitlines(), line), line)

    def _read_document(self) -> None:
        for event in self._events:
            if isinstance(event, yaml.DocumentStartEvent):
                if self._file.lines:
                    self._file.add_mistake_at_line(_line_number(event), "", _("A file holds one document only."))
                    return
                self._file.content = self._read_value(next(self._events), ())

    def _read_value(self, event: Any, key_path: KeyPath) -> Any:
        self._file.lines.setdefault(key_path, _line_number(event))
        if len(key_path) > _MAX_DEPTH:
            raise _NestingTooDeep
        if len(self._file.lines) > self._max_values:
            raise _TooManyValues
        if isinstance(event, yaml.AliasEvent):
            self._file.add_mistake(key_path, _("Aliases are not used here: write the value out."))
            return None
        if event.tag is not None:
            self._file.add_mistake(key_path, _("Tags are not used here."))
        if isinstance(event, yaml.SequenceStartEvent):
            return self._read_list(key_path)
        if isinstance(event, yaml.MappingStartEvent):
            return self._read_map(key_path)
        if event.implicit[0] and event.value in ("", "~", "null"):
            return None
        if _BLANK.fullmatch(event.value):
            self._file.add_mistake(key_path, _("This is still to be filled in."))
            self._file.blanks.add(key_path)
        return event.value

    def _read_list(self, key_path: KeyPath) -> list[Any]:
        items: list[Any] = []
        for event in self._events:
            if isinstance(event, yaml.SequenceEndEvent):
                break
            items.append(self._read_value(event, (*key_path, len(items))))
        return items

    def _read_map(self, key_path: KeyPath) -> dict[str, Any]:
        items: dict[str, Any] = {}
        for event in self._events:
            if isinstance(event, yaml.MappingEndEvent):
                break
            if not isinstance(event, yaml.ScalarEvent):
                self._file.lines[(*key_path, "?")] = _line_number(event)
                self._file.add_mistake((*key_path, "?"), _("The name of a field must be a word."))
                self._read_value(event, (*key_path, "?"))
                self._read_value(next(self._events), (*key_path, "?"))
                continue
            self._read_entry(items, event, (*key_path, event.value))
        return items

    def _read_entry(self, items: dict[str, Any], event: Any, key_path: KeyPath) -> None:
        line, name = _line_number(event), event.value
        twice = name in items
        if twice:
            sentence = _("This field is given twice; the first is in line {line}.")
            where = self._file.lines[key_path]
            self._file.add_mistake_at_line(line, format_key_path(key_path), sentence.format(line=where))
        self._file.lines.setdefault(key_path, line)
        value = self._read_value(next(self._events), key_path)
        if not twice:
            items[name] = value
