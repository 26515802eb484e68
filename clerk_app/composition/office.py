"""An open office: store, door, catalogue, trust list, printer, as the desks use them."""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cache, cached_property
from pathlib import Path
from typing import Protocol

from clerk_app import people
from clerk_app.cases.dates import to_local_time
from clerk_app.cases.tasks.claims import EndLeases
from clerk_app.catalogue import publication
from clerk_app.catalogue.model import Catalogue
from clerk_app.composition.registry import all_document_types, all_rules
from clerk_app.composition.settings import Settings, read_settings, resolve_camera
from clerk_app.errors import BadData, OutOfReach, Refused
from clerk_app.ledger.door import Door, system_clock
from clerk_app.ledger.nodes import BeginIncarnation, generate_epoch
from clerk_app.ledger.numbers import RESERVE_BLOCKS, LendNumbers
from clerk_app.ledger.offline_authority import OfflineAuthority, is_window
from clerk_app.licences.formats.code_format import CodeFormatName, CodePolicy
from clerk_app.licences.list_versions import load_trust_lists
from clerk_app.licences.reasons import ListFault
from clerk_app.licences.trust_folder import StatusLists
from clerk_app.licences.trust_list import TrustList
from clerk_app.paper.printers.spool import SpoolPrinter
from clerk_app.people import SYSTEM
from db.attachments import AttachmentStore
from db.engines import Store
from db.errors import StoreError
from db.migrations import upgrade

STORE_FILE = "store.db"
TRUST_FOLDER = "trust"
KEYS_FOLDER = "keys"  # private keys, where the office issues licences itself
SEEN_LISTS_FILE = "lists-seen.json"  # beside the store, not with the lists: whoever puts lists in cannot make it forget


@cache
class CenterConnection(Protocol):
    """A window's connection to its center, while a program holds one."""

    @property
    def error(self) -> str:
        """Why the center does not listen to this window; empty if it does."""
        ...

    def fetch(self, digest: str, /) -> bytes:
        """A scan or picture from the center, now. Raises Refused, OutOfReach, BadData."""
        ...

    def prefetch(self, digest: str, /) -> None:
        """The same, whenever there is time for it."""
        ...

    def stop(self) -> None: ...


@dataclass(frozen=True)
class Office:
    """One machine's store and what lies around it, in one folder."""

    folder: Path
    settings: Settings
    store: Store
    door: Door
    connection: CenterConnection | None = None

    @cached_property
    def attachments(self) -> AttachmentStore:
        """Scans and pictures."""
        return AttachmentStore(self.folder / "content")

    @cached_property
    def printer(self) -> SpoolPrinter:
        """The spool folder of the receipt printer."""
        return SpoolPrinter(self.folder / self.settings.spool)

    @cached_property
    def code_policy(self) -> CodePolicy:
        """Which addresses are dynamic codes of this city, how long they live, which codes of others it accepts."""
        return CodePolicy(
            urls=self.settings.code_urls,
            enabled_formats=frozenset(map(CodeFormatName, self.settings.foreign_codes)),
            lifetime=timedelta(seconds=self.settings.code_seconds),
        )

    @property
    def camera_source(self) -> str:
        """The camera of this machine."""
        return resolve_camera(self.folder, self.settings)

    def read_trust_lists(self) -> tuple[TrustList | ListFault, StatusLists]:
        """The trust list and status lists on disk, read anew: they change while the program runs. Never raises."""
        return load_trust_lists(self.folder / TRUST_FOLDER, self.folder / SEEN_LISTS_FILE)

    def catalogue(self) -> Catalogue:
        """The catalogue in force."""
        with self.store.read() as tx:
            return publication.load_newest(tx)

    @property
    def now(self) -> int:
        """Microseconds UTC by the office's clock."""
        return self.door.clock()

    @property
    def utc(self) -> datetime:
        """The same as an aware datetime."""
        return datetime.fromtimestamp(self.now / 1_000_000, UTC)

    def local_time(self, moment: int | None = None) -> datetime:
        """A moment (now, if none is given) as the clock on the office's wall shows it."""
        return to_local_time(self.now if moment is None else moment, self.catalogue().time_zone)


def open_office(
    folder: Path,
    *,
    clock: Callable[[], int] = system_clock,
    window: str | None = None,
    on_statement: Callable[[str], None] | None = None,
    read_only: bool = False,
) -> Office:
    """Opens the office in `folder`; a copied store begins a new incarnation first, unless it is only looked at.

    A window notes what its center has not answered, and can ask nobody until somebody connects it.
    Raises BadData (no office there), OutOfReach (its store cannot be used).
    """
    settings = read_settings(folder)
    if window is not None:
        settings = settings.model_copy(update={"window": window})
    try:
        store = Store(settings.store or folder / STORE_FILE, on_statement=on_statement)
    except StoreError as error:
        raise OutOfReach(error.sentence, **error.facts) from error
    office = Office(folder, settings, store, Door(store, all_rules(), people.authorise, clock=clock))
    try:
        if is_window(store):
            office.door.authority = OfflineAuthority(store, all_document_types())
        if not read_only and store.is_unsettled_copy():
            begin_incarnation(office)
    except StoreError as error:
        store.close()
        raise OutOfReach(error.sentence, **error.facts) from error
    return office


def begin_incarnation(office: Office, reason: str = "") -> None:
    """A store that was copied or restored numbers anew, with a reserve of its own, and is at home here.

    A center says by a new epoch that it may have forgotten something; who held which task since then is not known.
    `reason` is why somebody decided that; none where the store itself has noticed it.
    """
    with office.store.read() as tx:
        node = tx.query_one("ledger.own_node")
    if node is not None:
        incarnation, is_center = int(node["incarnation"]) + 1, node["kind"] == "center"
        epoch = generate_epoch() if is_center else ""
        begin = BeginIncarnation(node=node["id"], incarnation=incarnation, epoch=epoch, reason=reason)
        try:
            office.door.perform(begin, SYSTEM)
            for _block in range(RESERVE_BLOCKS if is_center else 0):
                office.door.perform(LendNumbers(node=node["id"], incarnation=incarnation), SYSTEM)
            if is_center:
                office.door.perform(EndLeases(reason=reason or "put back from a copy"), SYSTEM)
        except Refused as refused:
            if refused.reason != "begun":  # another program of this office opened it in the same moment
                raise
    office.store.settle_location()


def create_office(folder: Path, settings_text: str, *, clock: Callable[[], int] = system_clock) -> Office:
    """Makes the folder of a new office: settings and an empty store. Raises BadData when one is there already."""
    if (folder / STORE_FILE).exists():
        raise BadData("There is an office in {folder} already.", folder=folder)
    folder.mkdir(parents=True, exist_ok=True)
    for name in ("spool", TRUST_FOLDER, "content"):
        (folder / name).mkdir(exist_ok=True)
    os.chmod(folder, 0o700)
    (folder / "office.toml").write_text(settings_text, "utf-8")
    upgrade(read_settings(folder).store or folder / STORE_FILE)
    return open_office(folder, clock=clock)
