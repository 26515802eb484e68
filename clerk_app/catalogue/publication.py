"""Publication of catalogues, and the published versions. A case keeps the version under which it was accepted."""

from __future__ import annotations

import threading
from collections.abc import Callable, Collection, Sequence
from hashlib import sha256
from typing import TYPE_CHECKING, ClassVar

from clerk_app.catalogue.entries import read_container, read_frame, read_part, read_role_holders
from clerk_app.catalogue.legal_calendar import LegalCalendar, build_calendar
from clerk_app.catalogue.rows import prepare_rows, write_rows
from clerk_app.catalogue.terms import SINGLE_PREFIX
from clerk_app.errors import BadData, Refused
from clerk_app.ledger.access import MachineKind, Role
from clerk_app.ledger.commands import Command, CommandDecision, Entry, Moment, RuleSet
from clerk_app.ledger.confirmations import require_second_person
from clerk_app.locales import mark
from db.engines import Row, Store, Transaction

if TYPE_CHECKING:
    from clerk_app.catalogue.hall import HallConfiguration
    from clerk_app.catalogue.model import Catalogue, MaterialDefinition
    from clerk_app.catalogue.papers import CityPapers
    from clerk_app.catalogue.policy import CityPolicy

RULES = RuleSet()


class CataloguePublished(CommandDecision, frozen=True, kw_only=True):
    """The version was published and is in force."""

    stored_name: ClassVar[str] = "Published"
    digest: str
    alone: bool = False  # whether there was no second administrator to confirm it


class PublishCatalogue(Command[CataloguePublished], frozen=True, kw_only=True):
    """Publishes a checked catalogue; `content` is the text of `Catalogue.to_bytes`."""

    stored_name: ClassVar[str] = "PublishCatalogue"
    catalogue: str
    version: int
    content: str


def load_version(tx: Transaction, catalogue: str, version: int) -> Catalogue:
    """Return the whole of a published version. Raises BadData if the store does not have it.

    What concerns one case, draft or task uses `load_part`, and what concerns none `load_frame`: a city's catalogue has
    thousands of matters.
    """
    return _load_whole(tx, catalogue, version, _find_digest(tx, catalogue, version))


def load_part(
    tx: Transaction, catalogue: str, version: int, one_thing: str, materials: Collection[str] = ()
) -> Catalogue:
    """Return a published version with only what one of its one things refers to, directly or through others.

    A plan of this one thing is the same as with the whole version. A one thing that the version does not have gives the
    frame alone. `materials` are added: an organ may ask for one that the one thing does not need. Raises BadData if the
    store does not have the version, or this program cannot read the part.
    """
    digest = _find_digest(tx, catalogue, version)
    part = _load_part(tx, catalogue, version, digest, one_thing)
    missing = set(materials) - {material.id for material in part.materials}
    if not missing:
        return part
    more = _load_objects(tx, catalogue, version, digest, [f"materials/{name}" for name in sorted(missing)])
    return part.model_copy(update={"materials": (*part.materials, *more.materials)})


def load_newest_part(tx: Transaction, one_thing: str, materials: Collection[str] = ()) -> Catalogue:
    """Return the version in force as `load_part` does. Raises BadData if none was published."""
    return load_part(tx, *find_newest(tx), one_thing, materials)


def load_frame(tx: Transaction) -> Catalogue:
    """Return the version in force without one things, matters, materials and fields.

    Raises BadData if none was published.
    """
    row = _newest(tx)
    return _load_frame(tx, row["catalogue"], row["version"], row["digest"])


def find_newest(tx: Transaction) -> tuple[str, int]:
    """Return id and version of the catalogue in force. Raises BadData if none was published."""
    row = _newest(tx)
    return row["catalogue"], row["version"]


def load_materials(tx: Transaction, materials: Collection[str]) -> dict[str, MaterialDefinition]:
    """Return those of some materials that the version in force has. Raises BadData if none was published."""
    row, starts = _newest(tx), [f"materials/{name}" for name in sorted(set(materials))]
    found = _load_objects(tx, row["catalogue"], row["version"], row["digest"], starts)
    return {material.id: material for material in found.materials}


def is_readable_version(tx: Transaction, catalogue: str, version: int, one_thing: str) -> bool:
    """Return whether the store has a published version, and this program can read its part of a one thing."""
    try:
        load_part(tx, catalogue, version, one_thing)
    except BadData:
        return False
    return True


def load_newest(tx: Transaction) -> Catalogue:
    """Return the whole version in force. Raises BadData if none was published."""
    row = _newest(tx)
    return _load_whole(tx, row["catalogue"], row["version"], row["digest"])


def read_policy(tx: Transaction) -> CityPolicy:
    """Return the city's policy in force: that of the newest published version, or the default one if there is none.

    Executes one small statement; the parsed policy is cached by digest.
    """
    row = tx.query_one("catalogue.newest_version")
    if row is None:
        from clerk_app.catalogue.policy import DEFAULT_POLICY

        return DEFAULT_POLICY
    return _load_frame(tx, row["catalogue"], row["version"], row["digest"]).city_policy


def read_hall(tx: Transaction) -> HallConfiguration | None:
    """Return the configuration of the halls in force; None if the newest published version has none."""
    row = tx.query_one("catalogue.newest_version")
    return None if row is None else _load_frame(tx, row["catalogue"], row["version"], row["digest"]).hall


def read_papers(tx: Transaction) -> CityPapers | None:
    """Return the city's own papers in force; None if the newest published version has none."""
    row = tx.query_one("catalogue.newest_version")
    return None if row is None else _load_frame(tx, row["catalogue"], row["version"], row["digest"]).papers


def prefetch_policy(tx: Transaction) -> None:
    """Send the statement of the next `read_policy` now, so that it costs no round trip of its own."""
    tx.prefetch("catalogue.newest_version")


def read_calendar(tx: Transaction, catalogue: Catalogue) -> LegalCalendar:
    """Return the calendar in force for a case under `catalogue`.

    The newest published catalogue has the calendars in force; years and organs that it lacks are those of `catalogue`.
    """
    row = tx.query_one("catalogue.newest_version")
    if row is None:
        return build_calendar(catalogue, catalogue)
    return build_calendar(catalogue, _load_frame(tx, row["catalogue"], row["version"], row["digest"]))


_WHOLE, _FRAME = "", "#frame"  # no ids of one things
_CACHED_VERSIONS, _CACHED_PARTS = 8, 512
_cache_lock = threading.Lock()
# by digest and part; parsing takes longer than all other work of a screen update
_whole_versions: dict[tuple[str, str], Catalogue] = {}
_parts: dict[tuple[str, str], Catalogue] = {}


def _newest(tx: Transaction) -> Row:
    row = tx.query_one("catalogue.newest_version")
    if row is None:
        raise BadData("No catalogue has been published here. Run: clerk catalogue publish PATH")
    return row


def _find_digest(tx: Transaction, catalogue: str, version: int) -> str:
    row = tx.query_one("catalogue.version_digest", catalogue=catalogue, version=version)
    if row is None:
        raise BadData("Version {version} of the catalogue is not in this store.", version=version)
    digest: str = row["digest"]
    return digest


def _load_whole(tx: Transaction, catalogue: str, version: int, digest: str) -> Catalogue:
    return _cached(_whole_versions, _CACHED_VERSIONS, (digest, _WHOLE), lambda: _read_whole(tx, catalogue, version))


def _load_frame(tx: Transaction, catalogue: str, version: int, digest: str) -> Catalogue:
    def read() -> Catalogue:
        content = read_frame(tx, catalogue, version)
        return _read_whole(tx, catalogue, version) if content is None else _parse_content(content)

    return _cached(_whole_versions, _CACHED_VERSIONS, (digest, _FRAME), read)


def _load_part(tx: Transaction, catalogue: str, version: int, digest: str, one_thing: str) -> Catalogue:
    def read() -> Catalogue:
        matter = one_thing.removeprefix(SINGLE_PREFIX) if one_thing.startswith(SINGLE_PREFIX) else ""
        # the parties of a single matter are those of the one thing that contains it
        container = read_container(tx, catalogue, version, matter) if matter else one_thing
        part = _load_objects(
            tx, catalogue, version, digest, [f"one_things/{container}" if container else f"matters/{matter}"]
        )
        if not container and part.matters and not part.one_things:
            from clerk_app.catalogue.parts import add_role_holders

            part = add_role_holders(part, matter, lambda roles: read_role_holders(tx, catalogue, version, roles))
        return part

    return _cached(_parts, _CACHED_PARTS, (digest, one_thing), read)


def _load_objects(tx: Transaction, catalogue: str, version: int, digest: str, starts: Sequence[str]) -> Catalogue:
    """Return the frame with some objects, given as "section/id"; the whole version where there are no rows of it."""
    from clerk_app.catalogue.parts import add_objects  # imports the models, like the frame

    frame = _load_frame(tx, catalogue, version, digest)
    return frame if frame.one_things else add_objects(frame, read_part(tx, catalogue, version, starts))


def _cached(
    cache: dict[tuple[str, str], Catalogue], size: int, key: tuple[str, str], read: Callable[[], Catalogue]
) -> Catalogue:
    with _cache_lock:
        cached = cache.get(key)
    if cached is not None:
        return cached
    parsed = read()
    with _cache_lock:
        while len(cache) >= size:
            del cache[next(iter(cache))]
        return cache.setdefault(key, parsed)


def _read_whole(tx: Transaction, catalogue: str, version: int) -> Catalogue:
    row = tx.get("catalogue_versions", catalogue=catalogue, version=version)
    if row is None:
        raise BadData("Version {version} of the catalogue is not in this store.", version=version)
    return _parse_content(bytes(row["content"]))


def _parse_content(content: bytes) -> Catalogue:
    """Return a catalogue. Its models are imported at the first call: that takes as long as opening the store."""
    from clerk_app.catalogue.model import Catalogue

    return Catalogue.from_bytes(content)


def _decide_publish(tx: Transaction, command: PublishCatalogue, moment: Moment) -> CataloguePublished:
    content = command.content.encode()
    parsed = _parse_once(content)
    if (parsed.id, parsed.version) != (command.catalogue, command.version):
        raise Refused("version", "The catalogue names another version than the command.")
    last = tx.query_one("catalogue.last_version", catalogue=command.catalogue)
    if last and last["version"] and last["version"] >= command.version:
        raise Refused(
            "version",
            "Version {ours} is not newer than the published {last}.",
            ours=command.version,
            last=last["version"],
        )
    alone = require_second_person(tx, command, moment)
    return CataloguePublished(digest=sha256(content).hexdigest(), alone=alone)


def prepare_publication(store: Store, catalogue: str, version: int, content: str) -> None:
    """Check a catalogue and write its rows before `PublishCatalogue`, which is short then. Raises BadData.

    The rows are written in batches, so that other writers of the store wait for none of them; nothing is visible before
    the version is published.
    """
    _parse_once(content.encode())
    prepare_rows(store, catalogue, version, content.encode())


def _parse_once(content: bytes) -> Catalogue:
    """Return a catalogue as it is read from the store later."""
    key = (sha256(content).hexdigest(), _WHOLE)
    return _cached(_whole_versions, _CACHED_VERSIONS, key, lambda: _parse_content(content))


@RULES.register(
    PublishCatalogue,
    CataloguePublished,
    permission="catalogue.publish",
    roles=(
        Role.ADMINISTRATOR,
        Role.SYSTEM,
    ),
    machines=(MachineKind.ADMIN,),
    label=mark("Publication of a catalogue"),
    decide=_decide_publish,
    stream=lambda command, _: f"catalogue/{command.catalogue}",
    documents=("catalogue",),
    max_bytes=0,
)
def _apply_publish(tx: Transaction, entry: Entry[PublishCatalogue, CataloguePublished]) -> None:
    command: PublishCatalogue = entry.command
    tx.insert(
        "catalogue_versions",
        catalogue=command.catalogue,
        version=command.version,
        content=command.content.encode(),
        digest=entry.decision.digest,
        published_at=entry.decided_at,
        published_by=entry.moment.actor.id,
    )
    write_rows(tx, command.catalogue, command.version)
    tx.mark_changed("city", f"catalogue/{command.catalogue}/{command.version}")
