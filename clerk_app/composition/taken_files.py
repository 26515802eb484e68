"""Files of papers that this machine took in: stored as attachments, and removed once nothing refers to them.

A list in the office's folder names them. A digest enters the list before its file is written, so that every file that
a crash leaves is in the list; the next removal of unused files removes it.
"""

from __future__ import annotations

import fcntl
import re
from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING

from db.errors import StoreUnwritable
from db.files import append_line, create_folder, open_private, replace_file

if TYPE_CHECKING:
    from db.attachments import AttachmentStore
    from db.engines import Store, Transaction

LIST_FILE = "taken-papers"  # in the folder of the office
KEPT_UNUSED = 900_000_000  # microseconds; a discarded draft can be restored for two minutes
KEPT_GIVEN = 30 * 86_400_000_000
"""Microseconds for which the file of an acceptance stays that the center rejected: a supervisor may accept it again."""
_GIVEN, _UPLOADED, _UNUSED = "given", "uploaded", "unused"
_LINE = re.compile(rb"([0-9a-f]{64})(?: (given|uploaded|unused)(?: ([0-9]{1,18}))?)?\s*$", re.MULTILINE)
_TABLES = ("materials", "licences", "earlier_materials", "application_attachments", "ticket_papers", "kiosk_papers")


@dataclass(frozen=True)
class TakenFile:
    """State of a file: whether an acceptance names it, whether the center has it, and since when nothing refers to it.

    Times are microseconds UTC, 0 for none.
    """

    is_given: bool = False
    is_uploaded: bool = False
    unused_since: int = 0


class TakenFiles:
    """The list of the files of papers of one office. Thread-safe; several programs may use it."""

    def __init__(self, folder: Path, attachments: AttachmentStore) -> None:
        self._path = folder / LIST_FILE
        self._attachments = attachments

    def add(self, data: bytes) -> str:
        """Store a file durably and return its digest. Raises StoreUnwritable."""
        digest = sha256(data).hexdigest()
        with self._locked():
            self._append(digest)
            return self._attachments.add(data)

    def mark_given(self, digests: Collection[str]) -> None:
        """Record that a command which is about to be performed names these files. Raises StoreUnwritable."""
        for digest in digests:
            with self._locked():
                self._append(f"{digest} {_GIVEN}")

    def unmark_given(self, digests: Collection[str]) -> None:
        """Record that the command was refused. Raises StoreUnwritable."""
        for digest in digests:
            with self._locked():
                self._append(digest)

    def mark_uploaded(self, digest: str) -> None:
        """Record that the center has a file. Raises StoreUnwritable."""
        with self._locked():
            if digest in _parse(self._read()):
                self._append(f"{digest} {_UPLOADED}")

    def list_files(self) -> dict[str, TakenFile]:
        """Return the files and their states, by digest."""
        return _parse(self._read())

    def remove_unused(self, store: Store, now: int, *, also_used: Collection[str] = (), is_window: bool) -> int:
        """Remove the files that nothing has referred to for KEPT_UNUSED; return how many.

        At a window, the file of an acceptance that the center does not have stays for KEPT_GIVEN. `now` is in
        microseconds UTC. Raises StoreError.
        """
        with self._locked():
            content = self._read()
            files, removed = _parse(content), 0
            with store.read() as tx:
                used = set(also_used) | set(_list_used(tx, files))
            kept: dict[str, TakenFile] = {}
            for digest, state in files.items():
                since = 0 if digest in used else state.unused_since or now
                limit = KEPT_GIVEN if is_window and state.is_given and not state.is_uploaded else KEPT_UNUSED
                if since and now - since >= limit:
                    self._attachments.remove(digest)
                    removed += 1
                else:
                    kept[digest] = replace(state, unused_since=since)
            new_content = _format(kept)
            if new_content != content:
                replace_file(self._path, new_content)
        return removed

    def _read(self) -> bytes:
        return self._path.read_bytes() if self._path.exists() else b""

    def _append(self, line: str) -> None:
        append_line(self._path, line.encode("ascii"))

    @contextmanager
    def _locked(self) -> Iterator[None]:
        """Hold the lock of the list, also against other threads. Raises StoreUnwritable for an error of the disk."""
        try:
            create_folder(self._path.parent)
            with open_private(self._path.with_suffix(".lock"), "ab") as file:
                fcntl.flock(file, fcntl.LOCK_EX)
                yield
        except OSError as error:
            text = error.strerror or str(error)
            raise StoreUnwritable("The file cannot be kept: {text}", text=text) from error


def _parse(content: bytes) -> dict[str, TakenFile]:
    """Return the states by digest; a line that a crash has cut is left out."""
    files: dict[str, TakenFile] = {}
    for digest, mark, number in _LINE.findall(content):
        name, kind = digest.decode("ascii"), mark.decode("ascii")
        state = files.get(name, TakenFile())
        if kind == _GIVEN:
            state = replace(state, is_given=True, unused_since=0)
        elif kind == _UPLOADED:
            state = replace(state, is_uploaded=True)
        elif kind == _UNUSED:
            state = replace(state, unused_since=int(number or b"0"))
        else:  # taken in, once more: the center may have removed the file of a case that is erased
            state = TakenFile(is_uploaded=False)
        files[name] = state
    return files


def _format(files: Mapping[str, TakenFile]) -> bytes:
    lines: list[str] = []
    for digest, state in files.items():
        lines.append(digest)
        if state.is_given:
            lines.append(f"{digest} {_GIVEN}")
        if state.is_uploaded:
            lines.append(f"{digest} {_UPLOADED}")
        if state.unused_since:
            lines.append(f"{digest} {_UNUSED} {state.unused_since}")
    return "".join(f"{line}\n" for line in lines).encode("ascii")


def _list_used(tx: Transaction, digests: Collection[str]) -> Iterator[str]:
    """Yield the digests to which a case, a visit, an application or a draft of this store refers."""
    drafts = b"".join(bytes(row["content"]) for row in tx.select("drafts") if row["content"]) if digests else b""
    for digest in digests:
        if digest.encode("ascii") in drafts or any(tx.select(table, content=digest) for table in _TABLES):
            yield digest
