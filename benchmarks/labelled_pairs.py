"""Labelled pairs from a file of JSON lines: what a name check and a text comparison have to find.

Each line is an object with `kind` (name or text), `left`, `right` and `label`. Labels of names: same, same_sound, near,
different, and forbidden, of which `right` is empty. Labels of texts: copied, paraphrase, topic (the same topic, another
content), unrelated. To be found are all but different, topic and unrelated.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Literal, NamedTuple

import msgspec

from benchmarks.similarity_pairs import LabelledPair
from clerk_app.errors import BadData

_UNLIKE = frozenset({"different", "topic", "unrelated"})
_LABELS = {
    "name": frozenset({"same", "same_sound", "near", "forbidden", "different"}),
    "text": frozenset({"copied", "paraphrase", "topic", "unrelated"}),
}


class _Line(msgspec.Struct, forbid_unknown_fields=True):
    kind: Literal["name", "text"]
    left: str
    right: str
    label: str
    note: str = ""


class LabelledFile(NamedTuple):
    """The pairs of a file; `forbidden` are names that the check has to name for themselves."""

    names: list[LabelledPair]
    forbidden: list[str]
    texts: list[LabelledPair]


def read_labelled(path: Path) -> LabelledFile:
    """Return the pairs of a file. Raises BadData with the first wrong line."""
    found = LabelledFile([], [], [])
    for line in _read_lines(path):
        pair = LabelledPair(line.left, line.right, line.label not in _UNLIKE, line.label)
        if line.label == "forbidden":
            found.forbidden.append(line.left)
        else:
            (found.names if line.kind == "name" else found.texts).append(pair)
    return found


def _read_lines(path: Path) -> Iterator[_Line]:
    for number, text in enumerate(path.read_bytes().splitlines(), 1):
        if not text.strip():
            continue
        try:
            line = msgspec.json.decode(text, type=_Line)
        except msgspec.DecodeError as error:
            raise BadData("{file}, line {line}: {why}", file=path.name, line=number, why=str(error)) from None
        if line.label not in _LABELS[line.kind]:
            why = f"label {line.label} of a {line.kind}"
            raise BadData("{file}, line {line}: {why}", file=path.name, line=number, why=why)
        yield line
