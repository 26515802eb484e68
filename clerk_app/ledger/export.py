"""A whole history as JSON lines, and back: for moving cases to another machine, engine or archive.

    {"format": "clerk-entries", "version": 1}
    {"position": 1, "node": "c1", ..., "command": "eyJ...", "link": "..."}      bytes as base64 (RFC 4648, section 4)

It is the entries that travel, every stream of them: a case stands on its catalogue, staff and numbers, and the tables
follow. They are replayed into an empty store rather than received as commands: what was decided stays decided, with its
times, links and erasures, and nothing has to be permitted anew.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from itertools import count, islice
from pathlib import Path
from typing import IO

import msgspec

from clerk_app.errors import BadData
from clerk_app.ledger.commands import Rules
from clerk_app.ledger.entries import link_of
from clerk_app.ledger.proof import entries, replay
from db.engines import Row, Store

FORMAT = {"format": "clerk-entries", "version": 1}
_TOGETHER = 500  # entries that share a transaction
_LONGEST_LINE = 64 * 1024 * 1024
Progress = Callable[[int], None]
"""Told how many entries are done, now and then."""


class Line(msgspec.Struct, frozen=True, kw_only=True):
    """One entry: the columns of `ledger_entries`."""

    position: int
    node: str
    incarnation: int
    number: int
    stream: str
    revision: int
    kind: str
    outcome: str
    actor: str
    said_at: int
    corrected_at: int
    decided_at: int
    decided_by: str
    answered_at: int | None
    command: bytes
    personal: bytes | None
    salt: bytes | None
    personal_digest: bytes | None
    decision: bytes
    previous: bytes
    link: bytes
    answer: bytes | None = None


def write_history(store: Store, file: Path, progress: Progress) -> int:
    """Writes every entry to `file`, going on where an earlier try stopped; how many it holds. Raises BadData.

    An entry that was erased after it was written keeps its personal part in the file: write a new one then.
    """
    file.touch(mode=0o600)
    with file.open("r+b") as out:
        many, last = _go_on(out, file)
        if last is not None:
            with store.read() as look:
                here = look.row("ledger_entries", position=last.position)
            if here is None or here["link"] != last.link:
                raise BadData("{path} holds another history than the store. Nothing was written.", path=file)
        for row in entries(store, last.position if last else 0):
            out.write(msgspec.json.encode(Line(**row)) + b"\n")
            many += 1
            if many % _TOGETHER == 0:
                progress(many)
        out.flush()
        os.fsync(out.fileno())
    return many


def read_history(file: Path, store: Store, rules: Rules, progress: Progress) -> int:
    """Replays a file into `store`, going on where an earlier try stopped; how many entries were new. Raises BadData."""
    with store.read() as look:
        last = look.one("ledger.last_entry")
    many = 0
    with file.open("rb") as source:
        lines = _lines(source, file)
        if last is not None:
            _skip_to(lines, last, file)
        while together := list(islice(lines, _TOGETHER)):
            with store.write() as tx:
                for line in together:
                    replay(tx, rules, _row(line))
            many += len(together)
            progress(many)
    return many


def _skip_to(lines: Iterator[Line], last: Row, file: Path) -> None:
    """Past the entry that the store has last. Raises BadData when it is not in the file."""
    for line in lines:
        if line.position == last["position"]:
            if line.link == last["link"]:
                return
            break
    raise BadData("The store holds another history than {path}. Nothing was changed.", path=file)


def _row(line: Line) -> Row:
    return {name: getattr(line, name) for name in Line.__struct_fields__}


def _lines(source: IO[bytes], file: Path) -> Iterator[Line]:
    """The entries of a file, each as it was linked. Raises BadData with the number of the line."""
    _need_heading(source.readline(_LONGEST_LINE), file)
    for number in count(2):
        text = source.readline(_LONGEST_LINE)
        if not text:
            return
        try:
            line = msgspec.json.decode(text, type=Line)
        except msgspec.DecodeError as error:
            raise BadData("{path}, line {number}: {text}", path=file, number=number, text=error) from error
        if link_of(_row(line)) != line.link:
            raise BadData("{path}, line {number}: the entry was altered.", path=file, number=number)
        yield line


def _go_on(out: IO[bytes], file: Path) -> tuple[int, Line | None]:
    """How many entries a file holds, and the last of them; a line that was not finished is cut off."""
    heading = out.readline(_LONGEST_LINE)
    if not heading:
        out.write(msgspec.json.encode(FORMAT) + b"\n")
        return 0, None
    _need_heading(heading, file)
    many, last, end = 0, b"", out.tell()
    while (text := out.readline(_LONGEST_LINE)).endswith(b"\n"):
        many, last, end = many + 1, text, out.tell()
    out.truncate(end)
    out.seek(end)
    return many, msgspec.json.decode(last, type=Line) if last else None


def _need_heading(text: bytes, file: Path) -> None:
    try:
        known = msgspec.json.decode(text) == FORMAT
    except msgspec.DecodeError:
        known = False
    if not known:
        raise BadData("The file {path} is no history that this program wrote.", path=file)
