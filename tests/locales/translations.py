"""Extraction of every translatable sentence of the source into the Chinese catalogue. `make words` runs it.

A sentence is the first string argument of `_`, of `mark`, or of an error class whose first string people read. These
classes are found in the source, so that a new one cannot be missed.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

ROOT = Path(__file__).parents[2]
SOURCE_FOLDERS = ("clerk_app", "screens", "scanners", "db")  # benchmarks and simulation speak English only
CHINESE = ROOT / "clerk_app/locales/zh_CN/LC_MESSAGES/clerk.po"
COMPILED = CHINESE.with_suffix(".mo")

_FUNCTIONS = ("_", "mark")
_ERRORS = {
    "ClerkError": 1,
    "StoreError": 1,
    "ScanError": 1,
    "Refused": 2,
}  # which argument is the sentence, counted from 1


@dataclass(frozen=True)
class Call:
    """A call in the source with a sentence as argument."""

    place: str  # file:line
    sentence: ast.expr


@cache
def sources() -> dict[str, ast.Module]:
    """Parse every module; return the syntax trees by their path from the root."""
    return {
        path.relative_to(ROOT).as_posix(): ast.parse(path.read_text("utf-8"))
        for folder in SOURCE_FOLDERS
        for path in sorted((ROOT / folder).rglob("*.py"))
    }


def keywords() -> dict[str, int]:
    """Return the names that take a sentence, and which argument it is, counted from 1."""
    parents = {
        node.name: [base.id for base in node.bases if isinstance(base, ast.Name)]
        for tree in sources().values()
        for node in ast.walk(tree)
        if isinstance(node, ast.ClassDef)
    }
    known = dict.fromkeys(_FUNCTIONS, 1) | _ERRORS
    while found := {
        name: known[base] for name, bases in parents.items() for base in bases if base in known and name not in known
    }:
        known |= found
    return known


def find_calls(known: Mapping[str, int]) -> Iterator[Call]:
    """Find every call of a keyword, also inside f-strings, which Babel does not read."""
    for path, tree in sources().items():
        for node in ast.walk(tree):
            if isinstance(node, ast.Call):
                position = known.get(_name(node.func), 0)
                if position and len(node.args) >= position:
                    yield Call(f"{path}:{node.lineno}", node.args[position - 1])


def collect_sentences(known: Mapping[str, int]) -> set[str]:
    """Collect every sentence of the source with Babel."""
    positions = {name: (position,) for name, position in known.items()}
    return {
        str(message)
        for folder in SOURCE_FOLDERS
        for _path, _line, message, _comments, _context in extract_from_dir(
            ROOT / folder, [("**.py", "python")], {}, keywords=positions
        )
    }


def read_chinese() -> Catalog:
    """Read the committed Chinese catalogue."""
    with CHINESE.open("rb") as file:
        return read_po(file, locale="zh_CN", abort_invalid=True)


def catalogue_sentences(catalogue: Catalog) -> dict[str, str]:
    """Return each English sentence of a catalogue with its Chinese; empty if it has none."""
    return {str(message.id): str(message.string or "") for message in catalogue if message.id}


def update_catalogue() -> list[str]:
    """Update and compile the catalogue. Returns the sentences without Chinese.

    There is no fuzzy matching: a reworded sentence has no Chinese, and its old form is deleted.
    """
    catalogue, found = read_chinese(), collect_sentences(keywords())
    for stale in catalogue_sentences(catalogue).keys() - found:
        catalogue.delete(stale)
    for sentence in found - catalogue_sentences(catalogue).keys():
        catalogue.add(sentence)
    with CHINESE.open("wb") as file:
        write_po(file, catalogue, width=120, no_location=True, sort_output=True, ignore_obsolete=True)
    with COMPILED.open("wb") as file:
        write_mo(file, catalogue)
    return sorted(english for english, words in catalogue_sentences(catalogue).items() if not words)


def _name(called: ast.expr) -> str:
    if isinstance(called, ast.Name):
        return called.id
    return called.attr if isinstance(called, ast.Attribute) else ""


if __name__ == "__main__":
    for sentence in update_catalogue():
        print(f"no Chinese yet: {sentence!r}")  # noqa: T201
