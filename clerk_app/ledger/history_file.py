"""Export and import of the whole log as JSON lines, to move it to another machine, engine or archive.

    {"format": "clerk-entries", "version": 1}
    {"position": 1, "node": "c1", ..., "command": "eyJ...", "link": "..."}      bytes in base64 (RFC 4648, section 4)

The file has the entries of all streams, because a case depends on catalogue, staff and numbers. The import replays the
entries and does not perform the commands again: decisions, times, links and erasures stay as they are, no permission is
checked, and the tables are derived from the entries.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import count, islice
from pathlib import Path
from typing import IO

import msgspec

from clerk_app.errors import BadData
from clerk_app.ledger.audit import replay_entry
from clerk_app.ledger.commands import Rules
from clerk_app.ledger.entries import compute_link
from db.engines import Row, Store
from db.files import open_private, sync_path
from db.reports import read_log

FORMAT = {"format": "clerk-entries", "version": 1}
_BATCH_SIZE = 500  # entries per transaction
_MAX_LINE_BYTES = 64 * 1024 * 1024
Progress = Callable[[int], None]
"""Called with the number of entries done, after each batch."""


class HistoryLine(msgspec.Struct, frozen=True, kw_only=True):
    """One line of the file: an entry with the columns of `ledger_entries`."""

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
    """Append the entries that `file` does not have yet; return its total number of entries.

    Raises BadData when the file is not an export, or not of this store. An entry that was erased after its export keeps
    its personal part in the file; only a new export omits it.
    """
    open_private(file, "ab").close()
    with file.open("r+b") as out:
        total, last = _resume_file(out, file)
        if last is not None:
            with store.read() as tx:
                stored = tx.get("ledger_entries", position=last.position)
            if stored is None or stored["link"] != last.link:
                raise BadData("{path} holds another history than the store. Nothing was written.", path=file)
        for entry in read_log(store, last.position if last else 0):
            out.write(msgspec.json.encode(HistoryLine(**entry.model_dump())) + b"\n")
            total += 1
            if total % _BATCH_SIZE == 0:
                progress(total)
    sync_path(file)
    sync_path(file.parent)
    return total


def import_history(file: Path, store: Store, rules: Rules, progress: Progress) -> int:
    """Replay the entries of a file that `store` does not have yet; return their number.

    Raises BadData when the file is damaged, or of another history than the store.
    """
    with store.read() as tx:
        last = tx.query_one("ledger.last_entry")
    total = 0
    with file.open("rb") as source:
        lines = _read_lines(source, file)
        if last is not None:
            _skip_to(lines, last, file)
        while batch := list(islice(lines, _BATCH_SIZE)):
            with store.write() as tx:
                for line in batch:
                    replay_entry(tx, rules, _row_of_line(line))
            total += len(batch)
            progress(total)
    return total


def _skip_to(lines: Iterator[HistoryLine], last: Row, file: Path) -> None:
    """Skip the lines up to the last entry of the store. Raises BadData when it is not in the file."""
    for line in lines:
        if line.position == last["position"]:
            if line.link == last["link"]:
                return
            break
    raise BadData("The store holds another history than {path}. Nothing was changed.", path=file)


def _row_of_line(line: HistoryLine) -> Row:
    return {name: getattr(line, name) for name in HistoryLine.__struct_fields__}


def _read_lines(source: IO[bytes], file: Path) -> Iterator[HistoryLine]:
    """Yield the entries of a file whose links are correct. Raises BadData with the number of the first faulty line."""
    _require_heading(source.readline(_MAX_LINE_BYTES), file)
    for number in count(2):
        text = source.readline(_MAX_LINE_BYTES)
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
    """Move to the end of the file, cutting off an incomplete line; return number and last of its entries."""
    heading = out.readline(_MAX_LINE_BYTES)
    if not heading:
        out.write(msgspec.json.encode(FORMAT) + b"\n")
        return 0, None
    _require_heading(heading, file)
    total, last, end = 0, b"", out.tell()
    while (text := out.readline(_MAX_LINE_BYTES)).endswith(b"\n"):
        total, last, end = total + 1, text, out.tell()
    out.truncate(end)
    out.seek(end)
    return total, msgspec.json.decode(last, type=HistoryLine) if last else None


def _require_heading(text: bytes, file: Path) -> None:
    try:
        is_known = msgspec.json.decode(text) == FORMAT
    except msgspec.DecodeError:
        is_known = False
    if not is_known:
        raise BadData("The file {path} was not exported by this program.", path=file)
