"""Publication of catalogues, and the published versions. A case keeps the version under which it was accepted."""

from __future__ import annotations

import threading
from hashlib import sha256
from typing import TYPE_CHECKING, ClassVar

from clerk_app.catalogue.legal_calendar import LegalCalendar, build_calendar
from clerk_app.errors import BadData, Refused
from clerk_app.ledger.access import MachineKind, Role
from clerk_app.ledger.commands import Command, CommandDecision, Entry, Moment, RuleSet
from clerk_app.ledger.confirmations import require_second_person
from clerk_app.locales import mark
from db.engines import Transaction

if TYPE_CHECKING:
    from clerk_app.catalogue.hall import HallConfiguration
    from clerk_app.catalogue.model import Catalogue
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
    """Return a published version. Raises BadData if the store does not have it."""
    row = tx.query_one("catalogue.version_digest", catalogue=catalogue, version=version)
    if row is None:
        raise BadData("Version {version} of the catalogue is not in this store.", version=version)
    return _parse_cached(tx, catalogue, version, row["digest"])


def is_readable_version(tx: Transaction, catalogue: str, version: int) -> bool:
    """Return whether the store has a published version, and this program can read it."""
    try:
        load_version(tx, catalogue, version)
    except BadData:
        return False
    return True


def load_newest(tx: Transaction) -> Catalogue:
    """Return the version in force. Raises BadData if none was published."""
    row = tx.query_one("catalogue.newest_version")
    if row is None:
        raise BadData("No catalogue has been published here. Run: clerk catalogue publish PATH")
    return _parse_cached(tx, row["catalogue"], row["version"], row["digest"])


def read_policy(tx: Transaction) -> CityPolicy:
    """Return the city's policy in force: that of the newest published version, or the default one if there is none.

    Executes one small statement; the parsed policy is cached by digest.
    """
    row = tx.query_one("catalogue.newest_version")
    if row is None:
        from clerk_app.catalogue.policy import DEFAULT_POLICY

        return DEFAULT_POLICY
    return _parse_cached(tx, row["catalogue"], row["version"], row["digest"]).city_policy


def read_hall(tx: Transaction) -> HallConfiguration | None:
    """Return the configuration of the halls in force; None if the newest published version has none."""
    row = tx.query_one("catalogue.newest_version")
    return None if row is None else _parse_cached(tx, row["catalogue"], row["version"], row["digest"]).hall


def read_papers(tx: Transaction) -> CityPapers | None:
    """Return the city's own papers in force; None if the newest published version has none."""
    row = tx.query_one("catalogue.newest_version")
    return None if row is None else _parse_cached(tx, row["catalogue"], row["version"], row["digest"]).papers


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
    return build_calendar(catalogue, _parse_cached(tx, row["catalogue"], row["version"], row["digest"]))


_CACHE_SIZE = 8
_cache_lock = threading.Lock()
_catalogues_by_digest: dict[str, Catalogue] = {}  # parsing takes longer than all other work of a screen update


def _parse_cached(tx: Transaction, catalogue: str, version: int, digest: str) -> Catalogue:
    with _cache_lock:
        cached = _catalogues_by_digest.get(digest)
    if cached is not None:
        return cached
    row = tx.get("catalogue_versions", catalogue=catalogue, version=version)
    if row is None:
        raise BadData("Version {version} of the catalogue is not in this store.", version=version)
    parsed = _parse_content(bytes(row["content"]))
    with _cache_lock:
        while len(_catalogues_by_digest) >= _CACHE_SIZE:
            del _catalogues_by_digest[next(iter(_catalogues_by_digest))]
        return _catalogues_by_digest.setdefault(digest, parsed)


def _parse_content(content: bytes) -> Catalogue:
    """Return a catalogue. Its models are imported at the first call: that takes as long as opening the store."""
    from clerk_app.catalogue.model import Catalogue

    return Catalogue.from_bytes(content)


def _decide_publish(tx: Transaction, command: PublishCatalogue, moment: Moment) -> CataloguePublished:
    content = command.content.encode()
    parsed = _parse_content(content)
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
    tx.mark_changed("city", f"catalogue/{command.catalogue}/{command.version}")
