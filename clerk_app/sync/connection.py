"""A window's connection to its center in a running program: client, worker, attachments, trust lists."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import NoReturn

from clerk_app.cases.tasks.similar_cases import SimilarAnswer
from clerk_app.citizen.paper_answers import PaperAnswer
from clerk_app.composition.office import TRUST_FOLDER
from clerk_app.errors import BadData, ClerkError, OutOfReach
from clerk_app.ledger.access import MachineKind
from clerk_app.ledger.commands import Rules
from clerk_app.ledger.door import Door
from clerk_app.ledger.replication.documents import DocumentTypes
from clerk_app.locales import _
from clerk_app.registry.answers import RegistryAnswer
from clerk_app.sync.attachment_pieces import upload_data
from clerk_app.sync.attachment_transport import HttpAttachmentTransport
from clerk_app.sync.attachments import AttachmentSync
from clerk_app.sync.backoff import MAX_BACKOFF, MIN_BACKOFF
from clerk_app.sync.center_client import CenterClient
from clerk_app.sync.clock import monotonic_seconds
from clerk_app.sync.exchange_lock import ExchangeLock
from clerk_app.sync.http_transport import HttpTransport
from clerk_app.sync.lost_scopes import purge_removed_rows
from clerk_app.sync.machine_key import MachineKeyRotation, open_signer
from clerk_app.sync.outdated_data import remove_outdated_data
from clerk_app.sync.phone_uploads import HttpPhoneUploads
from clerk_app.sync.sync_worker import LONG_POLL_SECONDS, SyncWorker
from clerk_app.sync.trust_lists import TrustListDownload
from clerk_app.sync.window_rows import read_center_line
from clerk_app.sync.witness import WitnessingTransport
from db.attachments import AttachmentStore

LOCK_FILE = "line.lock"
BOARD_POLL_SECONDS = 10.0
"""Length of a long poll of a board, which shows the age of its data after 15 seconds without contact."""
BOARD_MAX_BACKOFF = 5.0  # seconds; a board continues soon after its center is back
PURGE_SECONDS = 24 * 3600.0
"""Time between two purges of removed rows; a purge writes the whole store, and commands wait for it."""


class WindowConnection:
    """A configured connection to the center (implements clerk_app.composition.office.CenterChannel)."""

    def __init__(
        self,
        folder: Path,
        door: Door,
        rules: Rules,
        document_types: DocumentTypes,
        attachments: AttachmentStore,
        *,
        min_backoff: float = MIN_BACKOFF,
        max_backoff: float = MAX_BACKOFF,
    ) -> None:
        """Set the center as the authority of `door`, the command processor.

        Raises BadData if the store does not belong to a window, the key is missing, or the URL is invalid.
        """
        line, store = read_center_line(door.store), door.store
        if line is None:
            raise BadData("This office has no center: it is its own.")
        self.url = str(line["url"])
        self.transport = HttpTransport(self.url, open_signer(store, folder))
        self._witness = WitnessingTransport(self.transport, store, self.transport.signer.credentials.key, door.clock)
        self.client = CenterClient(
            store, rules, document_types, self._witness, clock=door.clock, lock=ExchangeLock(folder / LOCK_FILE)
        )
        self.machine_key = MachineKeyRotation(
            store, folder, self.transport.signer, self.client.call, self.client.send_probe
        )
        self.attachments = AttachmentSync(
            store,
            attachments,
            folder,
            HttpAttachmentTransport(self.transport),
            should_pause=lambda: self.worker.is_round_requested,
        )
        self.uploads = HttpPhoneUploads(self.transport)
        self.trust_lists = TrustListDownload(folder / TRUST_FOLDER, self.transport, monotonic_seconds)
        self._next_removal = self._next_purge = 0.0
        self._types, self._clock = document_types, door.clock
        self._background_jobs = (
            self.machine_key.finish,
            self.attachments.upload_new,
            self.attachments.upload_left,
            self.attachments.download_requested,
            self._remove_outdated_data,
            self.attachments.remove_unused,
            self.trust_lists.refresh,
            self._purge_removed_rows,
        )
        with store.read() as tx:
            is_board = tx.get("nodes", here=True, kind=MachineKind.BOARD) is not None
        self.worker = SyncWorker(
            self.client,
            door,
            folder,
            self._background_jobs,
            min_backoff=min_backoff,
            max_backoff=min(max_backoff, BOARD_MAX_BACKOFF) if is_board else max_backoff,
            long_poll_seconds=BOARD_POLL_SECONDS if is_board else LONG_POLL_SECONDS,
        )
        self.client.signer = door.signer
        door.authority = self.client

    @property
    def error(self) -> str:
        """Why the center rejects requests of this window; empty if it accepts them."""
        return self.worker.error_message

    @property
    def problems(self) -> tuple[str, ...]:
        """What fails here while the center accepts requests, as sentences in the current language."""
        problems, skipped = self.worker.problems, self.client.skipped_entries.count
        if self._witness.is_contradicted:
            sentence = _("The log of the center does not extend what it has shown before. Tell the auditor.")
            problems = (*problems, sentence)
        if not skipped:
            return problems
        sentence = _(
            "Entries made here that no longer fit what the center has: {count}. "
            "They are not shown until the center has decided."
        )
        return (*problems, sentence.format(count=skipped))

    def fetch(self, digest: str) -> bytes:
        """Download an attachment now and return it. Raises Refused, OutOfReach, BadData."""
        return self.attachments.fetch(digest)

    def upload(self, data: bytes) -> None:
        """Send a file that this machine has announced, and does not store. Raises Refused, OutOfReach, BadData."""
        upload_data(HttpAttachmentTransport(self.transport), data)

    def prefetch(self, digest: str) -> None:
        """Download an attachment in the background."""
        if self.attachments.request_download(digest):
            self.worker.request_round()

    def read_registry(self, key: str) -> RegistryAnswer:
        """Return what this machine has asked of the registry; it is not stored. Raises Refused, OutOfReach."""
        return self.transport.get_registry_answer(key)

    def read_similar(self, key: str) -> SimilarAnswer:
        """Return the texts of a search for similar applications; not stored. Raises Refused, OutOfReach."""
        return self.transport.get_similar_answer(key)

    def read_citizen_paper(self, key: str) -> PaperAnswer:
        """Return what this kiosk lists or prints for a citizen; it is not stored. Raises Refused, OutOfReach."""
        return self.transport.get_citizen_paper(key)

    def sync_now(self, on_progress: Callable[[], None]) -> None:
        """Push and pull everything now, then run the background jobs; call `on_progress` after each exchange.

        Raises OutOfReach, Refused, BadData.
        """
        while self.client.step():
            on_progress()
        self.client.ensure_numbers()
        for run_job in self._background_jobs:
            run_job()

    def _remove_outdated_data(self) -> None:
        """Remove what need not be held any more: after the first round of the program, then once a day."""
        now = monotonic_seconds()
        if now >= self._next_removal:
            remove_outdated_data(self.client.store, self._types, self._clock())
            self._next_removal = now + PURGE_SECONDS

    def _purge_removed_rows(self) -> None:
        """Purge the store's files of removed rows: after the first round of the program, then once a day."""
        now = monotonic_seconds()
        if now >= self._next_purge and purge_removed_rows(self.client.store):
            self._next_purge = now + PURGE_SECONDS

    def start(self) -> None:
        """Start the background worker."""
        self.worker.start()

    def stop(self) -> None:
        """Stop the background worker and close the transport."""
        self.worker.stop()
        self.transport.close()


class UnavailableConnection:
    """Replaces a connection that cannot be set up: the window works offline and shows the error."""

    def __init__(self, error: ClerkError) -> None:
        self._error = error

    @property
    def error(self) -> str:
        """Why there is no connection."""
        return str(self._error)

    @property
    def problems(self) -> tuple[str, ...]:
        """Nothing: `error` is the problem."""
        return ()

    @property
    def uploads(self) -> NoReturn:
        """Raise OutOfReach."""
        raise OutOfReach("The center is out of reach, and pictures from phones arrive there.")

    def fetch(self, _digest: str) -> bytes:
        """Raise OutOfReach."""
        raise OutOfReach("The center is out of reach, and this picture is not kept here.")

    def upload(self, _data: bytes) -> None:
        """Raise OutOfReach."""
        raise OutOfReach("The center is out of reach, and the pages are kept there.")

    def prefetch(self, _digest: str) -> None:
        """Do nothing."""

    def read_registry(self, _key: str) -> RegistryAnswer:
        """Raise OutOfReach."""
        raise OutOfReach("The center is out of reach, and the registry is there.")

    def read_similar(self, _key: str) -> SimilarAnswer:
        """Raise OutOfReach."""
        raise OutOfReach("The center is out of reach, and the other applications are there.")

    def read_citizen_paper(self, _key: str) -> PaperAnswer:
        """Raise OutOfReach."""
        raise OutOfReach("The center is out of reach. Please try again later, or ask at a window.")

    def stop(self) -> None:
        """Do nothing."""
