"""An open office: store, door, catalogue, trust list, printer, as the desks use them."""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cache, cached_property
from pathlib import Path
from typing import Protocol

from clerk_app import cases, hall, people
from clerk_app.cases.claims import EndLeases
from clerk_app.cases.dates import local
from clerk_app.catalogue import documents, published
from clerk_app.catalogue.model import Catalogue
from clerk_app.desks.settings import Settings, camera_of, read_settings
from clerk_app.errors import BadData, OutOfReach, Refused
from clerk_app.ledger import founding, nodes, numbers, refusals
from clerk_app.ledger.commands import Rules
from clerk_app.ledger.documents import Kinds
from clerk_app.ledger.door import Door, system_clock
from clerk_app.ledger.nodes import BeginIncarnation, new_epoch
from clerk_app.ledger.numbers import BLOCKS, RESERVE, LendNumbers
from clerk_app.ledger.provisional import Provisional, is_window
from clerk_app.licences.codes import CodePolicy, Form
from clerk_app.licences.folder import StatusLists
from clerk_app.licences.reasons import ListFault
from clerk_app.licences.rules import RULES as LICENCE_RULES
from clerk_app.licences.seen import read_lists
from clerk_app.licences.trust import TrustList
from clerk_app.paper.spool import Printer
from clerk_app.people import SYSTEM
from db.contents import Contents
from db.engines import Store
from db.errors import StoreError
from db.migrations import upgrade

STORE = "store.db"
TRUST = "trust"
KEYS = "keys"  # private keys, where the office issues licences itself
LISTS_SEEN = "lists-seen.json"  # beside the store, not with the lists: whoever puts lists in cannot make it forget


@cache
def all_rules() -> Rules:
    """Every command the program knows."""
    return Rules(
        (
            *nodes.RULES,
            *founding.RULES,
            *refusals.RULES,
            *numbers.RULES,
            *published.RULES,
            *people.RULES,
            *hall.RULES,
            *cases.RULES,
            *LICENCE_RULES,
        )
    )


def all_kinds() -> Kinds:
    """Every kind of document that travels between a center and its windows."""
    return Kinds((*documents.KINDS, *people.KINDS, *hall.KINDS, *cases.KINDS, BLOCKS))


class Far(Protocol):
    """A window's connection to its center, while a program holds one."""

    @property
    def trouble(self) -> str:
        """Why the center does not listen to this window; empty if it does."""
        ...

    def fetch(self, digest: str, /) -> bytes:
        """A scan or picture from the center, now. Raises Refused, OutOfReach, BadData."""
        ...

    def wish(self, digest: str, /) -> None:
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
    far: Far | None = None

    @cached_property
    def contents(self) -> Contents:
        """Scans and pictures."""
        return Contents(self.folder / "content")

    @cached_property
    def printer(self) -> Printer:
        """The spool folder of the receipt printer."""
        return Printer(self.folder / self.settings.spool)

    @cached_property
    def code_policy(self) -> CodePolicy:
        """Which addresses are dynamic codes of this city, how long they live, which codes of others it accepts."""
        return CodePolicy(
            urls=self.settings.code_urls,
            foreign=frozenset(map(Form, self.settings.foreign_codes)),
            life=timedelta(seconds=self.settings.code_seconds),
        )

    @property
    def camera_source(self) -> str:
        """The camera of this machine."""
        return camera_of(self.folder, self.settings)

    def trust(self) -> tuple[TrustList | ListFault, StatusLists]:
        """The trust list and status lists on disk, read anew: they change while the program runs. Never raises."""
        return read_lists(self.folder / TRUST, self.folder / LISTS_SEEN)

    def catalogue(self) -> Catalogue:
        """The catalogue in force."""
        with self.store.read() as look:
            return published.newest(look)

    @property
    def now(self) -> int:
        """Microseconds UTC by the office's clock."""
        return self.door.clock()

    @property
    def utc(self) -> datetime:
        """The same as an aware datetime."""
        return datetime.fromtimestamp(self.now / 1_000_000, UTC)

    def wall(self, moment: int | None = None) -> datetime:
        """A moment (now, if none is given) as the clock on the office's wall shows it."""
        return local(self.now if moment is None else moment, self.catalogue().time_zone)


def open_office(
    folder: Path,
    *,
    clock: Callable[[], int] = system_clock,
    window: str | None = None,
    on_statement: Callable[[str], None] | None = None,
    look_only: bool = False,
) -> Office:
    """Opens the office in `folder`; a copied store begins a new incarnation first, unless it is only looked at.

    A window notes what its center has not answered, and can ask nobody until somebody connects it.
    Raises BadData (no office there), OutOfReach (its store cannot be used).
    """
    settings = read_settings(folder)
    if window is not None:
        settings = settings.model_copy(update={"window": window})
    try:
        store = Store(settings.store or folder / STORE, on_statement=on_statement)
    except StoreError as error:
        raise OutOfReach(error.sentence, **error.facts) from error
    office = Office(folder, settings, store, Door(store, all_rules(), people.authorise, clock=clock))
    try:
        if is_window(store):
            office.door.center = Provisional(store, all_kinds())
        if not look_only and store.moved():
            begin_anew(office)
    except StoreError as error:
        store.close()
        raise OutOfReach(error.sentence, **error.facts) from error
    return office


def begin_anew(office: Office, reason: str = "") -> None:
    """A store that was copied or restored numbers anew, with a reserve of its own, and is at home here.

    A center says by a new epoch that it may have forgotten something; who held which task since then is not known.
    `reason` is why somebody decided that; none where the store itself has noticed it.
    """
    with office.store.read() as look:
        node = look.one("ledger.here")
    if node is not None:
        incarnation, is_center = int(node["incarnation"]) + 1, node["kind"] == "center"
        epoch = new_epoch() if is_center else ""
        begin = BeginIncarnation(node=node["id"], incarnation=incarnation, epoch=epoch, reason=reason)
        try:
            office.door.perform(begin, SYSTEM)
            for _block in range(RESERVE if is_center else 0):
                office.door.perform(LendNumbers(node=node["id"], incarnation=incarnation), SYSTEM)
            if is_center:
                office.door.perform(EndLeases(reason=reason or "put back from a copy"), SYSTEM)
        except Refused as refused:
            if refused.reason != "begun":  # another program of this office opened it in the same moment
                raise
    office.store.settle()


def make_office(folder: Path, settings_text: str, *, clock: Callable[[], int] = system_clock) -> Office:
    """Makes the folder of a new office: settings and an empty store. Raises BadData when one is there already."""
    if (folder / STORE).exists():
        raise BadData("There is an office in {folder} already.", folder=folder)
    folder.mkdir(parents=True, exist_ok=True)
    for name in ("spool", TRUST, "content"):
        (folder / name).mkdir(exist_ok=True)
    os.chmod(folder, 0o700)
    (folder / "office.toml").write_text(settings_text, "utf-8")
    upgrade(read_settings(folder).store or folder / STORE)
    return open_office(folder, clock=clock)
