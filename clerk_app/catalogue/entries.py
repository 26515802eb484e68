"""A published catalogue as rows: each one thing, matter, material and field is a row, the rest is one row, the frame.

The rows are derived from the content of the version, which stays as it is. A case needs the rows to which its one thing
refers, directly or through others.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import islice
from typing import Any

import msgspec

from clerk_app.catalogue.offer_index import list_offer_rows
from db.engines import Transaction
from db.json_lists import decode_json_list, encode_json_list

SECTIONS = ("one_things", "matters", "materials", "fields")
"""Lists of the catalogue that have a row for each object; their names are those in its content."""
FRAME, CONTAINER, ROLE, ORGAN = "frame", "one_thing_of", "one_thing_with_role", "materials_of_organ"
KIOSK = "kiosk"  # a single row: the ids of the matters with the mark `kiosk`

_TARGETS = {
    "one_things": ("matters", "materials", "fields"),
    "matters": ("matters", "materials", "fields"),
    "materials": ("materials", "fields"),
    "fields": ("materials", "fields"),
}
_ROWS = 500  # inserted at once
_IN_A_REFERENCE = re.compile(r"[:.]")  # "field:NAME", "licence:MATERIAL.claim"


@dataclass(frozen=True)
class CatalogueContent:
    """The decoded JSON of a published catalogue. Objects of a newer program are kept as they are."""

    data: dict[str, Any]

    @classmethod
    def decode(cls, content: bytes) -> CatalogueContent | None:
        """Decode the content of a version; None if it is no catalogue."""
        try:
            data = msgspec.json.decode(content)
        except (msgspec.DecodeError, UnicodeDecodeError):
            return None
        if not isinstance(data, dict) or not all(_is_list_of_objects(data.get(name, [])) for name in SECTIONS):
            return None
        return cls(data)

    def objects(self, section: str) -> list[dict[str, Any]]:
        """Return the objects of a section, in the order of the catalogue."""
        found: list[dict[str, Any]] = self.data.get(section, [])
        return found

    def containers(self) -> dict[str, str]:
        """Return for each matter the first one thing that contains it."""
        found: dict[str, str] = {}
        for one_thing in self.objects("one_things"):
            for matter in one_thing.get("matters", ()):
                found.setdefault(matter, one_thing["id"])
        return found

    def role_holders(self) -> dict[str, str]:
        """Return for each role the first one thing that has it."""
        found: dict[str, str] = {}
        for one_thing in self.objects("one_things"):
            for role in one_thing.get("parties", ()):
                found.setdefault(role["id"], one_thing["id"])
        return found

    def materials_by_organ(self) -> dict[str, set[str]]:
        """Return for each organ the materials of the matters that it decides."""
        found: dict[str, set[str]] = defaultdict(set)
        for matter in self.objects("matters"):
            found[matter["organ"]].update(matter.get("materials", ()))
            for variant in matter.get("variants", ()):
                found[matter["organ"]].update(variant.get("materials") or ())
        return found


def list_entry_batches(content: CatalogueContent) -> Iterator[tuple[str, list[dict[str, Any]]]]:
    """Yield the rows of a version in batches, each with its table; without the version itself."""
    rows = _entry_rows(content)
    while batch := list(islice(rows, _ROWS)):
        yield "catalogue_entries", batch


def read_frame(tx: Transaction, catalogue: str, version: int) -> bytes | None:
    """Return the JSON of a catalogue without one things, matters, materials and fields; None without rows."""
    key = {"catalogue": catalogue, "version": version}
    row = tx.get("catalogue_entries", **key, section=FRAME, id="")
    return None if row is None else bytes(row["content"])


def read_part(tx: Transaction, catalogue: str, version: int, starts: Collection[str]) -> dict[str, list[bytes]]:
    """Return the JSON of the objects `starts`, given as "section/id", and of all to which they refer, by section.

    The objects of each section are in the order of the catalogue.
    """
    found: dict[str, dict[str, tuple[int, bytes]]] = {section: {} for section in SECTIONS}
    wanted = set(starts)
    while wanted:
        by_section = defaultdict(list)
        for reference in sorted(wanted):
            section, _slash, name = reference.partition("/")
            by_section[section].append(name)
        wanted = set()
        for section, names in by_section.items():
            for row in _read_rows(tx, catalogue, version, section, names):
                found[section][row["id"]] = row["place"], bytes(row["content"])
                wanted.update(decode_json_list(row["refers_to"]))
        wanted = {name for name in wanted if name.partition("/")[2] not in found[name.partition("/")[0]]}
    return {section: [content for _place, content in sorted(rows.values())] for section, rows in found.items()}


def read_container(tx: Transaction, catalogue: str, version: int, matter: str) -> str:
    """Return the first one thing that contains a matter; "" if none does."""
    rows = _read_rows(tx, catalogue, version, CONTAINER, [matter])
    return bytes(rows[0]["content"]).decode() if rows else ""


def read_role_holders(tx: Transaction, catalogue: str, version: int, roles: Collection[str]) -> list[bytes]:
    """Return the JSON of the first one thing that has each of some roles, in the order of the catalogue."""
    holders = {bytes(row["content"]).decode() for row in _read_rows(tx, catalogue, version, ROLE, sorted(roles))}
    rows = _read_rows(tx, catalogue, version, "one_things", sorted(holders))
    return [bytes(row["content"]) for row in sorted(rows, key=lambda row: row["place"])]


def list_organ_materials(tx: Transaction, catalogue: str, version: int, organ: str) -> tuple[str, ...]:
    """Return the materials of all matters that an organ decides."""
    rows = _read_rows(tx, catalogue, version, ORGAN, [organ])
    return decode_json_list(bytes(rows[0]["content"]).decode()) if rows else ()


def list_kiosk_matters(tx: Transaction, catalogue: str, version: int) -> tuple[str, ...]:
    """Return the matters that a kiosk may accept, in the order of the catalogue."""
    rows = _read_rows(tx, catalogue, version, KIOSK, [""])
    return decode_json_list(bytes(rows[0]["content"]).decode()) if rows else ()


def _read_rows(tx: Transaction, catalogue: str, version: int, section: str, names: list[str]) -> list[Any]:
    ids = tx.encode_list(names)
    return tx.query_all("catalogue.entries", catalogue=catalogue, version=version, section=section, ids=ids)


def _entry_rows(content: CatalogueContent) -> Iterator[dict[str, Any]]:
    frame = {name: [] if name in SECTIONS else value for name, value in content.data.items()}
    yield _entry_row(FRAME, "", 0, frame)
    objects = {section: _by_id(content.objects(section)) for section in SECTIONS}
    for section, entries in objects.items():
        for name, (place, entry) in entries.items():
            yield _entry_row(section, name, place, entry, _list_references(section, entry, objects))
    for matter, one_thing in content.containers().items():
        yield _entry_row(CONTAINER, matter, 0, None) | {"content": one_thing.encode()}
    for role, one_thing in content.role_holders().items():
        yield _entry_row(ROLE, role, 0, None) | {"content": one_thing.encode()}
    for organ, materials in content.materials_by_organ().items():
        yield _entry_row(ORGAN, organ, 0, sorted(materials))
    for section, name, place, value in list_offer_rows(content.objects):
        yield _entry_row(section, name, place, value)
    if marked := [matter["id"] for matter in content.objects("matters") if matter.get("kiosk") is True]:
        yield _entry_row(KIOSK, "", 0, marked)


def _entry_row(section: str, name: str, place: int, value: object, references: Iterable[str] = ()) -> dict[str, Any]:
    return {
        "section": section,
        "id": name,
        "place": place,
        "refers_to": encode_json_list(references),
        "content": msgspec.json.encode(value),
    }


def _by_id(entries: list[dict[str, Any]]) -> dict[str, tuple[int, dict[str, Any]]]:
    """Return each object after its place; of two with one id the first, as a catalogue finds it."""
    found: dict[str, tuple[int, dict[str, Any]]] = {}
    for place, entry in enumerate(entries):
        found.setdefault(entry["id"], (place, entry))
    return found


def _list_references(section: str, entry: dict[str, Any], known: Mapping[str, Mapping[str, object]]) -> list[str]:
    """Return the objects whose ids occur anywhere in an entry.

    An answer that is spelled like an id is taken for one: that loads an object too many, and none too few.
    """
    words: set[str] = set()
    _collect_words(entry, words)
    words.discard(entry["id"])
    return sorted(f"{target}/{name}" for target in _TARGETS[section] for name in words & known[target].keys())


def _collect_words(value: object, words: set[str]) -> None:
    if isinstance(value, str):
        words.add(value)
        if ":" in value or "." in value:
            words.update(_IN_A_REFERENCE.split(value))
    elif isinstance(value, dict):
        words.update(value)
        for inner in value.values():
            _collect_words(inner, words)
    elif isinstance(value, list):
        for inner in value:
            _collect_words(inner, words)


def _is_list_of_objects(value: object) -> bool:
    return isinstance(value, list) and all(
        isinstance(entry, dict) and isinstance(entry.get("id"), str) for entry in value
    )
