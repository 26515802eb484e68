"""Scans and pictures between a window and its center: brought after their case, fetched when somebody looks."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import suppress
from hashlib import sha256
from pathlib import Path
from typing import Protocol

import msgspec

from clerk_app.errors import BadData, Refused
from clerk_app.sync.center_client import monotonic_seconds
from clerk_app.sync.http_transport import RetryLater
from db.attachments import AttachmentStore
from db.engines import Row, Store, Transaction
from db.errors import StoreError

UPLOADED_FILE = (
    "content-brought"  # up to which entry of the log; without it everything is brought again, which harms nothing
)
DOWNLOADED_FILE = "content-fetched"  # which files came from the center, a digest a line: only these are removed again
RETRY_SECONDS = 300.0  # seconds until a picture that was not to be had is asked for again
_PAGE_SIZE = 500  # entries looked at in one go


class AttachmentTransport(Protocol):
    """What carries files (clerk_app.sync.http_transport)."""

    def get_attachment(self, digest: str) -> bytes: ...

    def put_attachment(self, digest: str, data: bytes) -> None: ...


class AttachmentSync:
    """The content files of one window."""

    def __init__(
        self,
        store: Store,
        attachments: AttachmentStore,
        folder: Path,
        transport: AttachmentTransport,
        monotonic: Callable[[], float] = monotonic_seconds,
    ) -> None:
        self._store = store
        self._attachments = attachments
        self._uploaded_file, self._downloaded_file = folder / UPLOADED_FILE, folder / DOWNLOADED_FILE
        self._transport = transport
        self._monotonic = monotonic
        self._requested: set[str] = set()
        self._retry_at: dict[str, float] = {}  # until when each is not asked for
        self._lock = threading.Lock()

    def fetch(self, digest: str) -> bytes:
        """The bytes behind a digest, kept from now on. Raises Refused, OutOfReach, BadData (damaged on the way)."""
        data = self._transport.get_attachment(digest)
        if sha256(data).hexdigest() != digest:
            raise BadData("The picture did not arrive as its digest says.")
        with suppress(StoreError, OSError):  # a full disk is no reason not to show it
            with self._lock, self._downloaded_file.open("a", encoding="ascii") as file:
                file.write(f"{digest}\n")
            self._attachments.add(data)
        return data

    def remove_unused(self) -> None:
        """Removes what was fetched and belongs to nothing any more that this window may see."""
        with self._lock:
            fetched = self._downloaded_file.read_text("ascii").split() if self._downloaded_file.exists() else []
            with self._store.read() as look:
                used = [one for one in dict.fromkeys(fetched) if _is_used(look, one)]
            for digest in set(fetched) - set(used):
                self._attachments.remove(digest)
            if used != fetched:
                self._downloaded_file.write_text("".join(f"{one}\n" for one in used), "ascii")

    def request_download(self, digest: str) -> bool:
        """Notes that it would be shown if it were here: the next `fetch_wished` gets it. Whether it is worth a try."""
        with self._lock:
            new = digest not in self._requested and self._monotonic() >= self._retry_at.get(digest, 0.0)
            if new:
                self._requested.add(digest)
        return new

    def download_requested(self) -> None:
        """Fetches what was wished for; what is not to be had is not asked for again for a while. Raises OutOfReach."""
        while True:
            with self._lock:
                digest = self._requested.pop() if self._requested else ""
            if not digest:
                return
            try:
                self.fetch(digest)
            except (Refused, BadData, RetryLater):  # not ours to see, damaged, or not brought yet
                self._retry_at[digest] = self._monotonic() + RETRY_SECONDS

    def upload_new(self) -> None:
        """Brings the scans of cases that the center has taken. Raises OutOfReach."""
        position = self._read_position()
        while True:
            with self._store.read() as look:
                here = look.query_one("ledger.own_node")
                rows = look.query_all("ledger.entries_after", position=position, many=_PAGE_SIZE)
            for row in rows:
                own = here is not None and row["node"] == here["id"]
                if own and row["answered_at"] is None:
                    return
                if own and row["outcome"] == "done":
                    for digest in _attachment_digests(row):
                        self._upload(digest)
                position = row["position"]
            if not rows:
                return
            self._uploaded_file.write_text(f"{position}\n", "ascii")

    def _upload(self, digest: str) -> None:
        try:
            self._transport.put_attachment(digest, self._attachments.read(digest))
        except (StoreError, Refused, BadData):
            return  # it is not here, or belongs to nothing that the center knows

    def _read_position(self) -> int:
        try:
            return int(self._uploaded_file.read_text("ascii"))
        except (OSError, ValueError):
            return 0


def _is_used(tx: Transaction, digest: str) -> bool:
    return any(tx.select(table, content=digest) for table in ("materials", "licences"))


class _MaterialContent(msgspec.Struct):
    content: str = ""


class _MaterialsCommand(msgspec.Struct):
    """What commands that take materials in have in common."""

    materials: tuple[_MaterialContent, ...] = ()


def _attachment_digests(row: Row) -> Iterator[str]:
    if row["kind"] in ("AcceptCase", "TakeIn"):
        with suppress(msgspec.DecodeError):
            yield from (
                one.content
                for one in msgspec.json.decode(row["command"], type=_MaterialsCommand).materials
                if one.content
            )
