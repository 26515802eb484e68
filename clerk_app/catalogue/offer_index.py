"""Rows of what a catalogue offers further: found by the facts that are known, so that no other offer is loaded."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import lru_cache
from typing import TYPE_CHECKING, Any

import msgspec

from clerk_app.catalogue.terms import SINGLE_PREFIX
from db.engines import Transaction
from db.json_lists import decode_json_list

if TYPE_CHECKING:
    from clerk_app.catalogue.offer_conditions import OfferCondition

OFFER, OFFERS_BY = "offer", "offers_by"
"""Sections: an offer by the id with which its draft begins; the offers that depend on a fact."""
MAX_OFFERS = 200
"""Offers that are judged for an applicant, those first that come first in the catalogue."""

_OBJECTS = {"one_things": "", "matters": SINGLE_PREFIX}


class StoredOffer(msgspec.Struct, frozen=True):
    """An offer. `prefill` has the sources of the fields on which it depends, as `Field.prefill`."""

    id: str
    condition: OfferCondition
    prefill: Mapping[str, tuple[str, ...]]


def list_offer_rows(objects: Callable[[str], Iterable[dict[str, Any]]]) -> Iterator[tuple[str, str, int, object]]:
    """Yield section, id, place and value of each row of the offers; `objects` returns those of a section."""
    sources = {field["id"]: field.get("prefill", ()) for field in objects("fields")}
    by_fact: dict[str, list[str]] = defaultdict(list)
    place = 0
    for section, prefix in _OBJECTS.items():
        for entry in objects(section):
            condition = entry.get("offer")
            if not isinstance(condition, dict):
                continue
            name, place = prefix + entry["id"], place + 1
            fields = sorted(set(_list_fields(condition.get("when"))))
            prefill = {field: sources.get(field, ()) for field in fields if sources.get(field)}
            yield OFFER, name, place, {"condition": condition, "prefill": prefill}
            facts = [f"field/{field}" for field in fields] + [f"material/{held}" for held in condition.get("holds", ())]
            facts += [f"material/{held}" for given in prefill.values() for held in _list_materials(given)]
            for fact in dict.fromkeys(facts):
                by_fact[fact].append(name)
    for fact, names in by_fact.items():
        yield OFFERS_BY, fact, 0, names


def read_offers(
    tx: Transaction, catalogue: str, version: int, fields: Iterable[str], materials: Iterable[str]
) -> list[StoredOffer]:
    """Return the offers that depend on one of these fields or materials, in the order of the catalogue."""
    facts = [*(f"field/{name}" for name in fields), *(f"material/{name}" for name in materials)]
    found = _read_rows(tx, catalogue, version, OFFERS_BY, facts) if facts else []
    names = {name for row in found for name in decode_json_list(bytes(row["content"]).decode())}
    rows = _read_rows(tx, catalogue, version, OFFER, sorted(names)) if names else []
    return [
        StoredOffer(row["id"], *_parse_offer(bytes(row["content"])))
        for row in sorted(rows, key=lambda row: row["place"])[:MAX_OFFERS]
    ]


def _read_rows(tx: Transaction, catalogue: str, version: int, section: str, names: list[str]) -> list[Any]:
    ids = tx.encode_list(names)
    return tx.query_all("catalogue.entries", catalogue=catalogue, version=version, section=section, ids=ids)


@lru_cache(maxsize=512)
def _parse_offer(content: bytes) -> tuple[OfferCondition, Mapping[str, tuple[str, ...]]]:
    from clerk_app.catalogue.offer_conditions import OfferCondition  # imports the models

    data = msgspec.json.decode(content)
    prefill = {field: tuple(sources) for field, sources in data["prefill"].items()}
    return OfferCondition.model_validate(data["condition"]), prefill


def _list_fields(value: object) -> Iterator[str]:
    """Yield the fields in the JSON of a condition."""
    if isinstance(value, dict):
        for key, inner in value.items():
            if key in ("field", "born") and isinstance(inner, str):
                yield inner
            else:
                yield from _list_fields(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from _list_fields(inner)


def _list_materials(sources: Iterable[str]) -> Iterator[str]:
    """Yield the materials among the sources of a field (`licence:MATERIAL.claim`)."""
    for source in sources:
        kind, _colon, rest = source.partition(":")
        if kind == "licence":
            yield rest.partition(".")[0]
