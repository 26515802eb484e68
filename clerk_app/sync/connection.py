"""A window's connection to its center, as a running program holds it: line, exchange, pictures."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

from clerk_app.errors import BadData, ClerkError, OutOfReach
from clerk_app.ledger.commands import Rules
from clerk_app.ledger.door import Door
from clerk_app.ledger.replication.documents import DocumentTypes
from clerk_app.sync.attachments import AttachmentSync
from clerk_app.sync.center_client import CenterClient, monotonic_seconds, read_center_line
from clerk_app.sync.exchange_lock import ExchangeLock
from clerk_app.sync.http_transport import HttpTransport
from clerk_app.sync.sync_worker import SyncWorker
from clerk_app.sync.trust_lists import TrustListDownload
from db.attachments import AttachmentStore

KEY_FILE = "center.key"
LOCK_FILE = "line.lock"
TRUST_FOLDER = "trust"  # as clerk_app.composition.office has it


class ManagedConnection:
    """What the desks of a window have of its center (clerk_app.composition.office.Far)."""

    def __init__(
        self, folder: Path, door: Door, rules: Rules, document_types: DocumentTypes, attachments: AttachmentStore
    ) -> None:
        """Raises BadData when the window's key is missing or its center's address is none."""
        line, store = read_center_line(door.store), door.store
        if line is None:
            raise BadData("This office has no center: it is its own.")
        with store.read() as look:
            here = look.query_one("ledger.own_node")
        assert here is not None
        self.url = str(line["url"])
        self.transport = HttpTransport(self.url, here["id"], read_key(folder))
        self.client = CenterClient(
            store, rules, document_types, self.transport, clock=door.clock, lock=ExchangeLock(folder / LOCK_FILE)
        )
        self.attachments = AttachmentSync(store, attachments, folder, self.transport)
        self.trust_lists = TrustListDownload(folder / TRUST_FOLDER, self.transport, monotonic_seconds)
        self._background_jobs = (
            self.attachments.upload_new,
            self.attachments.download_requested,
            self.attachments.remove_unused,
            self.trust_lists.refresh,
        )
        self.worker = SyncWorker(self.client, door, folder, self._background_jobs)
        door.authority = self.client

    @property
    def error(self) -> str:
        """Why the center does not listen to this window; empty where nothing speaks for that."""
        return self.worker.error_message

    def fetch(self, digest: str) -> bytes:
        """A scan or picture from the center, now. Raises Refused, OutOfReach, BadData."""
        return self.attachments.fetch(digest)

    def prefetch(self, digest: str) -> None:
        """The same, whenever there is time for it."""
        if self.attachments.request_download(digest):
            self.worker.request_round()

    def sync_now(self, on_progress: Callable[[], None]) -> None:
        """One exchange to its end; `told` is called after each step. Raises OutOfReach, Refused."""
        while self.client.step():
            on_progress()
        self.client.ensure_numbers()
        for errand in self._background_jobs:
            errand()

    def start(self) -> None:
        """From now on the exchange runs beside the program."""
        self.worker.start()

    def stop(self) -> None:
        """Ends the exchange and hangs up."""
        self.worker.stop()
        self.transport.close()


class UnavailableConnection:
    """In the place of a connection that cannot be made: the window works, and says why it is alone."""

    def __init__(self, error: ClerkError) -> None:
        self._error = error

    @property
    def error(self) -> str:
        """Why there is no connection."""
        return str(self._error)

    def fetch(self, _digest: str) -> bytes:
        """Raises OutOfReach."""
        raise OutOfReach("The center is out of reach, and this picture is not kept here.")

    def prefetch(self, _digest: str) -> None:
        """Nobody can fulfil it."""

    def stop(self) -> None:
        """There is nothing to end."""


def read_key(folder: Path) -> str:
    """The key that this window speaks with. Raises BadData when it is missing or others can read it."""
    path = folder / KEY_FILE
    try:
        if path.stat().st_mode & 0o077:
            raise BadData("The key {path} can be read by others. Take that right away: chmod 600", path=path)
        return path.read_text("ascii").strip()
    except (OSError, UnicodeDecodeError) as error:
        raise BadData("The key {path} is missing. Without it the center knows no window here.", path=path) from error


def write_key(folder: Path, key: str) -> None:
    """Keeps the key so that only this user can read it, whole or not at all."""
    part = folder / f"{KEY_FILE}.part"
    part.unlink(missing_ok=True)
    with open(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="ascii") as file:
        file.write(key + "\n")
        file.flush()
        os.fsync(file.fileno())
    part.rename(folder / KEY_FILE)
