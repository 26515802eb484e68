"""Attachments (scans and pictures) of a window: uploaded after their entry was answered, downloaded on demand."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path

import msgspec

from clerk_app.composition.taken_files import TakenFiles
from clerk_app.errors import BadData, Refused
from clerk_app.sync.attachment_pieces import (
    AttachmentTransport,
    TransferPausedError,
    download_attachment,
    never_pause,
    upload_attachment,
)
from clerk_app.sync.clock import monotonic_seconds
from clerk_app.sync.digest_list import DigestList
from clerk_app.sync.transport import RetryLater
from db.attachments import AttachmentStore
from db.engines import Row, Store, Transaction
from db.errors import StoreError
from db.files import replace_file

UPLOADED_FILE = "content-brought"  # position of the last uploaded entry; without the file, all are uploaded again
DOWNLOADED_FILE = "content-fetched"  # digests of downloaded attachments, one per line; only these may be removed
RETRY_SECONDS = 300.0  # time after which an attachment that could not be downloaded may be requested again
_PAGE_SIZE = 500  # entries read at once
_MATERIALS_COMMANDS = ("AcceptCase", "TakeIn")  # stored names, see clerk_app.cases


class AttachmentSync:
    """Transfers the attachments of one window. Thread-safe."""

    def __init__(
        self,
        store: Store,
        attachments: AttachmentStore,
        folder: Path,
        transport: AttachmentTransport,
        monotonic: Callable[[], float] = monotonic_seconds,
        *,
        should_pause: Callable[[], bool] = never_pause,
    ) -> None:
        """`should_pause`: whether entries wait, so that a transfer in the background is paused after its piece."""
        self._store = store
        self._attachments = attachments
        self._uploaded_file = folder / UPLOADED_FILE
        self._downloaded = DigestList(folder / DOWNLOADED_FILE)
        self._taken = TakenFiles(folder, attachments)
        self._transport = transport
        self._monotonic, self._should_pause = monotonic, should_pause
        self._requested: set[str] = set()
        self._retry_at: dict[str, float] = {}  # by digest
        self._lock = threading.Lock()

    def fetch(self, digest: str) -> bytes:
        """Download an attachment, store it and return it. Raises Refused, OutOfReach, BadData (wrong digest)."""
        return self._download(digest, never_pause)

    def _download(self, digest: str, should_pause: Callable[[], bool]) -> bytes:
        data = download_attachment(self._transport, self._attachments, digest, should_pause)
        with suppress(StoreError, OSError):  # the attachment can be shown even if the disk is full
            self._downloaded.append(digest)  # first: a file that is not in the list would never be removed
            self._attachments.add(data)
            self._attachments.drop_pieces(digest)
        return data

    def remove_unused(self) -> None:
        """Remove downloaded attachments that no visible document refers to any more, and files left by a crash."""
        self._attachments.remove_leftovers()
        with self._downloaded.edit() as downloaded:
            with self._store.read() as tx:
                used = [digest for digest in downloaded if _is_used(tx, digest)]
            for digest in set(downloaded) - set(used):
                self._attachments.remove(digest)
            downloaded[:] = used

    def request_download(self, digest: str) -> bool:
        """Queue an attachment for `download_requested`; return whether it was added.

        It is not added if it is queued already, or if a download failed less than RETRY_SECONDS ago.
        """
        with self._lock:
            is_new = digest not in self._requested and self._monotonic() >= self._retry_at.get(digest, 0.0)
            if is_new:
                self._requested.add(digest)
        return is_new

    def download_requested(self) -> None:
        """Download all queued attachments. Raises OutOfReach."""
        while True:
            with self._lock:
                digest = self._requested.pop() if self._requested else ""
            if not digest:
                return
            try:
                self._download(digest, self._should_pause)
            except TransferPausedError:
                with self._lock:
                    self._requested.add(digest)
                return
            except (Refused, BadData, RetryLater):  # not visible here, damaged, not uploaded yet, or center busy
                self._retry_later(digest)

    def upload_new(self) -> None:
        """Upload the attachments of entries that the center has answered. Raises OutOfReach."""
        with suppress(TransferPausedError):
            self._upload_new()

    def _upload_new(self) -> None:
        position = self._read_position()
        while True:
            with self._store.read() as tx:
                own = tx.query_one("ledger.own_node")
                rows = tx.query_all("ledger.entries_after", position=position, many=_PAGE_SIZE)
            for row in rows:
                is_own = own is not None and row["node"] == own["id"]
                if is_own and row["answered_at"] is None:
                    return
                if is_own and row["outcome"] == "done":
                    for digest in _attachment_digests(row):
                        self._upload(digest)
                position = row["position"]
            if not rows:
                return
            replace_file(self._uploaded_file, f"{position}\n".encode())

    def upload_left(self) -> None:
        """Upload the files of papers that the center lacks although a case of this window, or a ticket, refers to them.

        It had refused one whose acceptance it rejected, and a supervisor has accepted it again since. The papers of a
        ticket are taken in at the center itself.
        Raises OutOfReach.
        """
        with suppress(TransferPausedError):
            self._upload_left()

    def _upload_left(self) -> None:
        left = [
            digest for digest, state in self._taken.list_files().items() if state.is_given and not state.is_uploaded
        ]
        waiting = list_pending_uploads(self._store, self._uploaded_file.parent) if left else frozenset()
        for digest in left:
            with self._lock:
                is_due = self._monotonic() >= self._retry_at.get(digest, 0.0)
            if digest in waiting or not is_due:
                continue
            with self._store.read() as tx:
                is_needed = any(tx.select(table, content=digest) for table in ("materials", "ticket_papers"))
            if is_needed and not self._upload(digest):
                self._retry_later(digest)

    def _retry_later(self, digest: str) -> None:
        now = self._monotonic()
        with self._lock:
            self._retry_at = {other: at for other, at in self._retry_at.items() if at > now}
            self._retry_at[digest] = now + RETRY_SECONDS

    def _upload(self, digest: str) -> bool:
        """Upload an attachment; return whether the center has it now."""
        try:
            upload_attachment(self._transport, self._attachments, digest, self._should_pause)
        except (StoreError, Refused, BadData):
            return False  # missing here, or no document at the center refers to the attachment
        self._taken.mark_uploaded(digest)
        return True

    def _read_position(self) -> int:
        return _read_position(self._uploaded_file)


def list_pending_uploads(store: Store, folder: Path) -> frozenset[str]:
    """Return the digests of the attachments of a window that the center may not have yet."""
    position = _read_position(folder / UPLOADED_FILE)
    digests: set[str] = set()
    with store.read() as tx:
        own = tx.query_one("ledger.own_node")
        while rows := tx.query_all("ledger.entries_after", position=position, many=_PAGE_SIZE):
            position = rows[-1]["position"]
            for row in rows:
                if own is not None and row["node"] == own["id"] and row["outcome"] == "done":
                    digests.update(_attachment_digests(row))
    return frozenset(digests)


def _read_position(uploaded_file: Path) -> int:
    try:
        return int(uploaded_file.read_text("ascii"))
    except (OSError, ValueError):
        return 0


def _is_used(tx: Transaction, digest: str) -> bool:
    tables = ("materials", "licences", "earlier_materials", "ticket_papers")
    return any(tx.select(table, content=digest) for table in tables)


class _MaterialContent(msgspec.Struct):
    content: str = ""


class _MaterialsCommand(msgspec.Struct):
    """The field that all commands of _MATERIALS_COMMANDS have in common."""

    materials: tuple[_MaterialContent, ...] = ()


def _attachment_digests(row: Row) -> Iterator[str]:
    if row["kind"] in _MATERIALS_COMMANDS:
        with suppress(ValueError, RecursionError):
            command = msgspec.json.decode(row["command"], type=_MaterialsCommand)
            yield from (material.content for material in command.materials if material.content)
