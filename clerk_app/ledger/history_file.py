"""Export and import of the whole log as JSON lines, to move it to another machine, engine or archive.

    {"format": "clerk-entries", "version": 2}
    {"position": 1, "node": "c1", ..., "command": "eyJ...", "link": "..."}      bytes in base64 (RFC 4648, section 4)
    {"entries": 1, "position": 1, "sha256": "...", "key": "...", "signature": "..."}

The last line ends the file: number of entries, position of the last one, digest of all lines before, and the signature
of the machine that exported it, if it has a key. A file that was cut has no such line.

The file has the entries of all streams, because a case depends on catalogue, staff and numbers. The import replays the
entries and does not perform the commands again: decisions, times, links and erasures stay as they are, no permission is
checked, and the tables are derived from the entries.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from hashlib import sha256
from itertools import islice
from pathlib import Path
from typing import IO, Annotated, Any, Literal

import msgspec

from clerk_app.errors import BadData
from clerk_app.ledger.audit import replay_outside_entry
from clerk_app.ledger.commands import Rules
from clerk_app.ledger.entries import compute_link
from clerk_app.ledger.machine_keys import PublicKey, SigningKey, encode_statement
from db.engines import Row, Store
from db.files import open_private, sync_path
from db.reports import read_log

FORMAT = {"format": "clerk-entries", "version": 2}
EARLIER_FORMAT = {"format": "clerk-entries", "version": 1}  # without a last line
_END_PURPOSE = "clerk-entries-end-1"
_BATCH_SIZE = 500  # entries per transaction
_MAX_LINE_BYTES = 64 * 1024 * 1024
Progress = Callable[[int], None]
"""Called with the number of entries done, after each batch."""


_Integer = Annotated[int, msgspec.Meta(ge=-(2**63), le=2**63 - 1)]
_Number = Annotated[int, msgspec.Meta(ge=1, le=2**63 - 1)]
_Text = Annotated[str, msgspec.Meta(max_length=10_000, pattern=r"^[^\x00]*$")]  # PostgreSQL stores no NUL


class HistoryLine(msgspec.Struct, frozen=True, kw_only=True):
    """One line of the file: an entry with the columns of `ledger_entries`."""

    position: _Number
    node: _Text
    incarnation: _Number
    number: _Number
    stream: _Text
    revision: _Number
    kind: _Text
    outcome: Literal["done", "refused"]
    actor: _Text
    said_at: _Integer
    corrected_at: _Integer
    decided_at: _Integer
    decided_by: _Text
    answered_at: _Integer | None
    command: bytes
    personal: bytes | None
    salt: bytes | None
    personal_digest: bytes | None
    decision: bytes
    previous: bytes
    link: bytes
    answer: bytes | None = None
    session: _Text | None = None
    statement: bytes | None = None
    signature: bytes | None = None


class HistoryEnd(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The last line: what the file holds, and who says so."""

    entries: int
    position: int
    sha256: str
    key: str = ""
    signature: bytes = b""

    def statement(self) -> bytes:
        """Return the bytes that are signed."""
        return encode_statement(_END_PURPOSE, self.entries, self.position, self.sha256)


@dataclass(frozen=True)
class CheckedFile:
    """A file whose entries are unaltered. `end` is None for a file without a last line, which may have been cut."""

    entries: int
    end: HistoryEnd | None

    @property
    def signer(self) -> str:
        """Fingerprint of the key that signed the file; "" for an unsigned one."""
        return PublicKey.parse(self.end.key).fingerprint if self.end is not None and self.end.key else ""


def export_history(store: Store, file: Path, progress: Progress, key: SigningKey | None = None) -> int:
    """Append the entries that `file` does not have yet, and a new last line; return its total number of entries.

    Raises BadData when the file is not an export, or not of this store. An entry that was erased after its export keeps
    its personal part in the file; only a new export omits it.
    """
    open_private(file, "ab").close()
    with file.open("r+b") as out:
        resumed = _resume_file(out, file)
        last = resumed.last
        if last is not None:
            with store.read() as tx:
                stored = tx.get("ledger_entries", position=last.position)
            if stored is None or stored["link"] != last.link:
                raise BadData("{path} holds another history than the store. Nothing was written.", path=file)
        out.truncate(resumed.end)
        out.seek(resumed.end)
        total, position = resumed.entries, last.position if last else 0
        for entry in read_log(store, position):
            line = msgspec.json.encode(HistoryLine(**entry.model_dump())) + b"\n"
            resumed.digest.update(line)
            out.write(line)
            total, position = total + 1, entry.position
            if total % _BATCH_SIZE == 0:
                progress(total)
        end = HistoryEnd(entries=total, position=position, sha256=resumed.digest.hexdigest())
        if key is not None:
            end = msgspec.structs.replace(end, key=key.public.text, signature=key.sign(end.statement()))
        out.write(msgspec.json.encode(end) + b"\n")
    sync_path(file)
    sync_path(file.parent)
    return total


def check_history_file(file: Path) -> CheckedFile:
    """Read a whole file and check each link, and its last line if it has one.

    Raises BadData with the number of the first faulty line, or if the last line does not fit the others.
    """
    entries, position = 0, 0
    with file.open("rb") as source:
        digest = sha256(_read_heading(source, file))
        for number, text in enumerate(_read_texts(source), 2):
            end = _decode_end(text)
            if end is None:
                position = _decode_line(text, number, file).position
                entries += 1
                digest.update(text)
                continue
            if (end.entries, end.position, end.sha256) != (entries, position, digest.hexdigest()):
                raise BadData("{path}: lines were altered, removed or added: the last line does not fit.", path=file)
            if end.key and not PublicKey.parse(end.key).verifies(end.signature, end.statement()):
                raise BadData("{path}: the signature of the last line is wrong.", path=file)
            if source.read(1):
                raise BadData("{path}: lines were added after the last line.", path=file)
            return CheckedFile(entries, end)
    return CheckedFile(entries, None)


def import_history(file: Path, store: Store, rules: Rules, progress: Progress) -> int:
    """Replay the entries of a checked file that `store` does not have yet; return their number.

    Raises BadData when the file is damaged, or of another history than the store.
    """
    with store.read() as tx:
        last = tx.query_one("ledger.last_entry")
    total = 0
    with file.open("rb") as source:
        _read_heading(source, file)
        lines = _read_lines(source, file)
        if last is not None:
            _skip_to(lines, last, file)
        while batch := list(islice(lines, _BATCH_SIZE)):
            with store.write() as tx:
                for line in batch:
                    replay_outside_entry(tx, rules, _row_of_line(line))
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
    for number, text in enumerate(_read_texts(source), 2):
        if _decode_end(text) is None:
            yield _decode_line(text, number, file)


def _read_texts(source: IO[bytes]) -> Iterator[bytes]:
    """Yield the complete lines; a line that was cut is left out, as the lines after it are."""
    while (text := source.readline(_MAX_LINE_BYTES)).endswith(b"\n"):
        yield text


def _decode_line(text: bytes, number: int, file: Path) -> HistoryLine:
    try:
        line = msgspec.json.decode(text, type=HistoryLine)
    except (ValueError, RecursionError) as error:
        raise BadData("{path}, line {number}: {text}", path=file, number=number, text=error) from error
    if compute_link(_row_of_line(line)) != line.link:
        raise BadData("{path}, line {number}: the entry was altered.", path=file, number=number)
    return line


def _decode_end(text: bytes) -> HistoryEnd | None:
    """Return the last line of a file; None for the line of an entry."""
    if not text.startswith(b'{"entries":'):
        return None
    try:
        return msgspec.json.decode(text, type=HistoryEnd)
    except (ValueError, RecursionError):
        return None


@dataclass
class _ResumedFile:
    """What an earlier export wrote: its entries, their digest with the heading, and the offset behind them."""

    entries: int
    digest: Any  # of hashlib, whose type has no public name
    end: int
    last: HistoryLine | None


def _resume_file(out: IO[bytes], file: Path) -> _ResumedFile:
    """Read an earlier export up to its last complete entry; write the heading of a new file."""
    if not out.read(1):
        heading = msgspec.json.encode(FORMAT) + b"\n"
        out.write(heading)
        return _ResumedFile(0, sha256(heading), len(heading), None)
    out.seek(0)
    heading = _read_heading(out, file)
    if msgspec.json.decode(heading) != FORMAT:
        raise BadData("{path} was exported by an earlier version. Export to a new file.", path=file)
    resumed = _ResumedFile(0, sha256(heading), out.tell(), None)
    text = b""
    for line in _read_texts(out):
        if _decode_end(line) is not None:
            break
        text = line
        resumed.digest.update(line)
        resumed.entries, resumed.end = resumed.entries + 1, resumed.end + len(line)
    resumed.last = _decode_line(text, resumed.entries + 1, file) if text else None
    return resumed


def _read_heading(source: IO[bytes], file: Path) -> bytes:
    """Read and return the first line. Raises BadData when it is not that of an export."""
    text = source.readline(_MAX_LINE_BYTES)
    try:
        is_known = msgspec.json.decode(text) in (FORMAT, EARLIER_FORMAT)
    except (ValueError, RecursionError):
        is_known = False
    if not is_known:
        raise BadData("The file {path} was not exported by this program.", path=file)
    return text
