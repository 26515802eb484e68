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
from clerk_app.ledger.audit import read_entries, replay_entry
from clerk_app.ledger.commands import Rules
from clerk_app.ledger.entries import compute_link
from db.engines import Row, Store

FORMAT = {"format": "clerk-entries", "version": 1}
_BATCH_SIZE = 500  # entries that share a transaction
_LONGEST_LINE = 64 * 1024 * 1024
Progress = Callable[[int], None]
"""Told how many entries are done, now and then."""


class HistoryLine(msgspec.Struct, frozen=True, kw_only=True):
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


def export_history(store: Store, file: Path, progress: Progress) -> int:
    """Writes every entry to `file`, going on where an earlier try stopped; how many it holds. Raises BadData.

    An entry that was erased after it was written keeps its personal part in the file: write a new one then.
    """
    file.touch(mode=0o600)
    with file.open("r+b") as out:
        many, last = _resume_file(out, file)
        if last is not None:
            with store.read() as look:
                here = look.get("ledger_entries", position=last.position)
            if here is None or here["link"] != last.link:
                raise BadData("{path} holds another history than the store. Nothing was written.", path=file)
        for row in read_entries(store, last.position if last else 0):
            out.write(msgspec.json.encode(HistoryLine(**row)) + b"\n")
            many += 1
            if many % _BATCH_SIZE == 0:
                progress(many)
        out.flush()
        os.fsync(out.fileno())
    return many


def import_history(file: Path, store: Store, rules: Rules, progress: Progress) -> int:
    """Replays a file into `store`, going on where an earlier try stopped; how many entries were new. Raises BadData."""
    with store.read() as look:
        last = look.query_one("ledger.last_entry")
    many = 0
    with file.open("rb") as source:
        lines = _read_lines(source, file)
        if last is not None:
            _skip_to(lines, last, file)
        while together := list(islice(lines, _BATCH_SIZE)):
            with store.write() as tx:
                for line in together:
                    replay_entry(tx, rules, _row_of_line(line))
            many += len(together)
            progress(many)
    return many


def _skip_to(lines: Iterator[HistoryLine], last: Row, file: Path) -> None:
    """Past the entry that the store has last. Raises BadData when it is not in the file."""
    for line in lines:
        if line.position == last["position"]:
            if line.link == last["link"]:
                return
            break
    raise BadData("The store holds another history than {path}. Nothing was changed.", path=file)


def _row_of_line(line: HistoryLine) -> Row:
    return {name: getattr(line, name) for name in HistoryLine.__struct_fields__}


def _read_lines(source: IO[bytes], file: Path) -> Iterator[HistoryLine]:
    """The entries of a file, each as it was linked. Raises BadData with the number of the line."""
    _require_heading(source.readline(_LONGEST_LINE), file)
    for number in count(2):
        text = source.readline(_LONGEST_LINE)
        if not text:
            return
        try:
            line = msgspec.json.decode(text, type=HistoryLine)
        except msgspec.DecodeError as error:
            raise BadData("{path}, line {number}: {text}", path=file, number=number, text=error) from error
        if compute_link(_row_of_line(line)) != line.link:
            raise BadData("{path}, line {number}: the entry was altered.", path=file, number=number)
        yield line


def _resume_file(out: IO[bytes], file: Path) -> tuple[int, HistoryLine | None]:
    """How many entries a file holds, and the last of them; a line that was not finished is cut off."""
    heading = out.readline(_LONGEST_LINE)
    if not heading:
        out.write(msgspec.json.encode(FORMAT) + b"\n")
        return 0, None
    _require_heading(heading, file)
    many, last, end = 0, b"", out.tell()
    while (text := out.readline(_LONGEST_LINE)).endswith(b"\n"):
        many, last, end = many + 1, text, out.tell()
    out.truncate(end)
    out.seek(end)
    return many, msgspec.json.decode(last, type=HistoryLine) if last else None


def _require_heading(text: bytes, file: Path) -> None:
    try:
        known = msgspec.json.decode(text) == FORMAT
    except msgspec.DecodeError:
        known = False
    if not known:
        raise BadData("The file {path} is no history that this program wrote.", path=file)
