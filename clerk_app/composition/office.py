"""An opened office: store, command processor (`Door`), catalogue, trust lists, printer, attachments.

An office is a folder created by `clerk office init`. It belongs to one machine.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

import msgspec

from clerk_app import people
from clerk_app.cases.dates import to_local_time
from clerk_app.catalogue import publication
from clerk_app.catalogue.rows import ensure_rows
from clerk_app.composition.machine_printers import open_printers
from clerk_app.composition.open_papers import OpenPapers
from clerk_app.composition.registry import all_document_types, all_rules
from clerk_app.composition.settings import Settings, read_settings, resolve_camera, resolve_face_camera
from clerk_app.composition.staff_sessions import StaffSessions
from clerk_app.composition.store_errors import store_errors_as_out_of_reach
from clerk_app.composition.taken_files import TakenFiles
from clerk_app.composition.window_signer import WindowSigner
from clerk_app.errors import BadData, OutOfReach, Refused
from clerk_app.ledger.door import Door, system_clock
from clerk_app.ledger.entry_signatures import EntrySigner
from clerk_app.ledger.machine_keys import machine_key_path, read_signing_key
from clerk_app.ledger.nodes import BeginIncarnation, generate_epoch
from clerk_app.ledger.numbers import RESERVE_BLOCKS, LendNumbers
from clerk_app.ledger.offline_authority import OfflineAuthority, is_window
from clerk_app.licences.list_versions import TrustListReader, load_trust_lists
from clerk_app.licences.reasons import ListFault
from clerk_app.licences.recognised_code import CodePolicy
from clerk_app.licences.trust_folder import StatusLists
from clerk_app.licences.trust_list import TrustList
from clerk_app.log import log_event
from clerk_app.paper.printers.printer_set import PrinterSet
from clerk_app.people import SYSTEM
from db.attachments import AttachmentStore
from db.engines import Store, sqlite_library
from db.file_access import restrict_access
from db.files import create_folder, replace_file
from db.upgrade import upgrade

if TYPE_CHECKING:
    from clerk_app.cases.tasks.similar_cases import SimilarAnswer
    from clerk_app.catalogue.model import Catalogue
    from clerk_app.citizen.paper_answers import PaperAnswer
    from clerk_app.composition.sealed_tickets import SealedTickets
    from clerk_app.ledger.replication.upload_messages import UploadedFile, UploadLink
    from clerk_app.registry.answers import RegistryAnswer

STORE_FILE = "store.db"
TRUST_FOLDER = "trust"
ATTACHMENTS_FOLDER = "content"
KEYS_FOLDER = "keys"  # private keys; neither in the store nor in a backup
NODE_KEY_FILE = "center.key"  # key with which a window authenticates itself at its center
LAST_EPOCH_FILE = "center.epoch"  # in KEYS_FOLDER
SEEN_LISTS_FILE = "lists-seen.json"  # outside TRUST_FOLDER, so that replacing the lists does not reset it


class PhoneUploadChannel(Protocol):
    """Links of this window by which phones send files to its visits. Methods raise Refused, OutOfReach."""

    def open(self, visit: str, /) -> UploadLink: ...
    def read(self, link: str, /) -> UploadLink: ...
    def get_file(self, link: str, file: UploadedFile, /) -> bytes: ...
    def delete_file(self, link: str, number: int, /) -> None: ...
    def close(self, link: str, /) -> None: ...


class CenterChannel(Protocol):
    """A window's connection to its center."""

    @property
    def uploads(self) -> PhoneUploadChannel:
        """Links for phones."""
        ...

    @property
    def error(self) -> str:
        """Why the center rejects requests of this window; empty if it accepts them."""
        ...

    @property
    def problems(self) -> tuple[str, ...]:
        """What fails here while the center accepts requests, as sentences in the current language."""
        ...

    def fetch(self, digest: str, /) -> bytes:
        """Return an attachment from the center. Raises Refused, OutOfReach, BadData."""
        ...

    def upload(self, data: bytes, /) -> None:
        """Send a file that this machine has announced, and does not store. Raises Refused, OutOfReach, BadData."""
        ...

    def prefetch(self, digest: str, /) -> None:
        """Fetch an attachment in the background."""
        ...

    def read_registry(self, key: str, /) -> RegistryAnswer:
        """Return what this machine has asked of the registry. Raises Refused, OutOfReach."""
        ...

    def read_similar(self, key: str, /) -> SimilarAnswer:
        """Return the texts of a search for similar applications. Raises Refused, OutOfReach."""
        ...

    def read_citizen_paper(self, key: str, /) -> PaperAnswer:
        """Return what this kiosk lists or prints for a citizen. Raises Refused, OutOfReach."""
        ...

    def stop(self) -> None: ...


@dataclass(frozen=True)
class Office:
    """An open store, and the other contents of the office's folder."""

    folder: Path
    settings: Settings
    store: Store
    door: Door
    connection: CenterChannel | None = None
    sessions: StaffSessions = field(default_factory=StaffSessions)
    """Sessions of the persons signed in at this program."""
    store_key: str = field(default="", repr=False)
    """Key of the encrypted store in hex; "" for a plain store."""
    trust_reader: TrustListReader | None = field(default=None, repr=False)
    """Reads the trust list and the status lists, and verifies only those that changed; None: all of them, each time."""

    @cached_property
    def attachments(self) -> AttachmentStore:
        """Store of scans and pictures, addressed by digest."""
        return AttachmentStore(self.folder / ATTACHMENTS_FOLDER)

    @cached_property
    def taken_files(self) -> TakenFiles:
        """Files of papers that this machine took in; they are attachments until nothing refers to them."""
        return TakenFiles(self.folder, self.attachments)

    @cached_property
    def open_papers(self) -> OpenPapers:
        """Papers that are being taken in at this machine."""
        return OpenPapers(self.folder)

    @cached_property
    def printers(self) -> PrinterSet:
        """The printers of this machine."""
        return open_printers(self.folder, self.settings)

    @cached_property
    def sealed_tickets(self) -> SealedTickets:
        """Keys of persons who signed in at this window, which their PIN opens without the center."""
        from clerk_app.composition.sealed_tickets import SealedTickets  # with ciphers: not before the first sign-in

        return SealedTickets(self.folder, self.store_key)

    @cached_property
    def code_policy(self) -> CodePolicy:
        """URLs and lifetime of the city's dynamic codes, and which foreign codes it accepts."""
        return CodePolicy(
            urls=self.settings.code_urls,
            enabled_formats=frozenset(self.settings.foreign_codes),
            lifetime=timedelta(seconds=self.settings.code_seconds),
        )

    @property
    def camera_source(self) -> str:
        """Source of this machine's camera."""
        return resolve_camera(self.folder, self.settings)

    @property
    def face_camera_source(self) -> str:
        """Source of the camera that sees the person at the window; empty for that of the codes."""
        return resolve_face_camera(self.folder, self.settings)

    def read_trust_lists(self) -> tuple[TrustList | ListFault, StatusLists]:
        """Read the trust list and the status lists from disk; a ListFault replaces a trust list that cannot be used.

        The files are read at every call, because they change while the program runs. Never raises.
        """
        if self.trust_reader is not None:
            return self.trust_reader.read()
        return load_trust_lists(self.folder / TRUST_FOLDER, self.folder / SEEN_LISTS_FILE)

    def catalogue(self) -> Catalogue:
        """Return the newest published catalogue, whole: for what concerns all of it. Raises BadData without any."""
        with self.store.read() as tx:
            return publication.load_newest(tx)

    def catalogue_frame(self) -> Catalogue:
        """Return the newest published catalogue without one things, matters, materials and fields. Raises BadData."""
        with self.store.read() as tx:
            return publication.load_frame(tx)

    def catalogue_part(self, one_thing: str) -> Catalogue:
        """Return the newest published catalogue with what one of its one things refers to. Raises BadData."""
        with self.store.read() as tx:
            return publication.load_newest_part(tx, one_thing)

    @property
    def now(self) -> int:
        """Current time of this machine's clock, in microseconds UTC."""
        return self.door.clock()

    @property
    def corrected_now(self) -> int:
        """Current time that counts, in microseconds UTC: at a window with the offset of the center's clock."""
        authority = self.door.authority
        return self.now + (authority.clock_offset() if authority is not None else 0)

    @property
    def utc(self) -> datetime:
        """Current time that counts, as an aware datetime in UTC."""
        return datetime.fromtimestamp(self.corrected_now / 1_000_000, UTC)

    def local_time(self, moment: int | None = None) -> datetime:
        """Convert microseconds UTC (default: the current time that counts) to the time zone of the catalogue."""
        return to_local_time(self.corrected_now if moment is None else moment, self.catalogue_frame().time_zone)


def open_office(
    folder: Path,
    *,
    clock: Callable[[], int] = system_clock,
    window: str | None = None,
    on_statement: Callable[[str], None] | None = None,
    read_only: bool = False,
) -> Office:
    """Open the office in `folder`. If its store was copied or restored, begin a new incarnation unless `read_only`.

    `window` replaces the window of the settings. `Door.authority` of a window is an OfflineAuthority; the caller may
    replace it by a connection to the center. Raises BadData (no office in the folder), OutOfReach (store unusable).
    """
    settings = read_settings(folder)
    if not read_only:
        _close_exposed_files(folder)
    if window is not None:
        settings = msgspec.structs.replace(settings, window=window)
    if settings.store_key:
        from clerk_app.composition.store_key import unlock_store  # imports what a plain store does not need

        unlock_store(folder, settings)
    with store_errors_as_out_of_reach():
        store = Store(settings.store or folder / STORE_FILE, on_statement=on_statement)
    trust_reader = TrustListReader(folder / TRUST_FOLDER, folder / SEEN_LISTS_FILE)
    door = Door(store, all_rules(), people.authorise, clock=clock, read_trust=trust_reader.read)
    store_key = sqlite_library.store_key() if settings.store_key else ""
    office = Office(folder, settings, store, door, store_key=store_key, trust_reader=trust_reader)
    try:
        with store_errors_as_out_of_reach():
            if is_window(store):
                office.door.authority = OfflineAuthority(store, all_document_types())
                office.door.signer = make_signer(office)
            if not read_only:
                ensure_rows(store)
            if not read_only and store.is_unsettled_copy():
                begin_incarnation(office)
    except OutOfReach:
        store.close()
        raise
    return office


def _close_exposed_files(folder: Path) -> None:
    """Take away the permissions of other users that an earlier version, or a copy, gave to files of the office.

    Private keys are left as they are: a key that others could read is reported and not used.
    """
    closed = restrict_access(folder, keep=(KEYS_FOLDER, NODE_KEY_FILE))
    if closed:
        log_event("office", "permissions of other users removed", number=closed)


def make_signer(office: Office) -> EntrySigner | None:
    """Return the signer of the entries of a window; None without a center. Raises BadData for a damaged key."""
    with office.store.read() as tx:
        line, own = tx.query_one("ledger.center_connection"), tx.query_one("ledger.own_node")
    if line is None or own is None:
        return None
    return WindowSigner(line["center"], own, read_signing_key(machine_key_path(office.folder)), office.sessions)


def begin_incarnation(office: Office, reason: str = "") -> None:
    """Begin a new incarnation of the node, with its own entry numbers, and register the location of the store.

    A center also begins a new epoch, borrows number blocks and ends all leases, because claims made after the copy are
    unknown. `reason` is the operator's reason; empty if the program detected the copy.
    """
    with office.store.read() as tx:
        node = tx.query_one("ledger.own_node")
    if node is not None:
        incarnation, is_center = int(node["incarnation"]) + 1, node["kind"] == "center"
        epoch = generate_epoch() if is_center else ""
        previous_epoch = _read_last_epoch(office.folder, node["epoch"]) if is_center else ""
        begin = BeginIncarnation(
            node=node["id"], incarnation=incarnation, epoch=epoch, previous_epoch=previous_epoch, reason=reason
        )
        try:
            office.door.perform(begin, SYSTEM)
            if is_center:
                _record_epoch(office.folder, epoch)
            for _block in range(RESERVE_BLOCKS if is_center else 0):
                office.door.perform(LendNumbers(node=node["id"], incarnation=incarnation), SYSTEM)
            if is_center:
                from clerk_app.cases.tasks.claims import EndLeases  # with most commands of a case: not at each start

                office.door.perform(EndLeases(reason=reason or "put back from a copy"), SYSTEM)
        except Refused as refused:
            if refused.reason != "begun":  # another program opened this office at the same moment
                raise
    office.store.settle_location()
    if node is not None:
        log_event("office", "incarnation begun", number=incarnation)


def _read_last_epoch(folder: Path, stored_epoch: str) -> str:
    """Return the last epoch of a center, from a file outside its store: a backup may have an older one."""
    with suppress(OSError):
        return (folder / KEYS_FOLDER / LAST_EPOCH_FILE).read_text("utf-8").strip()
    return stored_epoch


def _record_epoch(folder: Path, epoch: str) -> None:
    with suppress(OSError):  # the store has the epoch too
        (folder / KEYS_FOLDER).mkdir(mode=0o700, exist_ok=True)
        replace_file(folder / KEYS_FOLDER / LAST_EPOCH_FILE, epoch.encode())


def create_office(folder: Path, settings_text: str, *, clock: Callable[[], int] = system_clock) -> Office:
    """Create a new office with settings and an empty store, and open it. Raises BadData if the folder has a store."""
    if (folder / STORE_FILE).exists():
        raise BadData("There is an office in {folder} already.", folder=folder)
    create_folder(folder)
    os.chmod(folder, 0o700)  # an empty folder may exist already
    for name in ("spool", TRUST_FOLDER, ATTACHMENTS_FOLDER):
        create_folder(folder / name)
    replace_file(folder / "office.toml", settings_text.encode())
    upgrade(read_settings(folder).store or folder / STORE_FILE)
    return open_office(folder, clock=clock)
