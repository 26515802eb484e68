"""Index of the names of published catalogues: rows with names, and rows with the places of the names of each gram."""

from __future__ import annotations

from array import array
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import reduce
from operator import and_, or_
from typing import Any

import msgspec

from clerk_app.catalogue.grams import (
    exact_grams,
    facet_gram,
    item_grams,
    kind_gram,
    name_grams,
    similar_grams,
    sound_grams,
)
from clerk_app.catalogue.names import ITEM, ONE_THING, Name
from clerk_app.catalogue.place_set import list_places, most_frequent, pack_places, unpack_places
from clerk_app.catalogue.search import ENOUGH_MATCHES, Match, Query, collect_matches, mark_match
from db.engines import Transaction

CANDIDATES = 500
"""Names that are compared with a query. If more have its grams, one things and matters are taken before items."""
_SIMILAR = 200  # names that are compared with a query with mistakes
_DECODE = msgspec.msgpack.Decoder(Name)
_ROWS = 2000  # of names and grams that are inserted at once


class Found(msgspec.Struct, frozen=True):
    """The best matches of a query; `total` counts all, `is_exact` is false if it counts some that may not match."""

    matches: Sequence[Match]
    total: int
    is_exact: bool = True


def count_one_things(names: Sequence[Name]) -> int:
    """Return how many of the names are those of one things."""
    return sum(name.kind == ONE_THING for name in names)


def list_name_batches(names: Sequence[Name]) -> Iterator[tuple[str, list[dict[str, Any]]]]:
    """Yield the rows of the names of a version in batches, each with its table; without the version itself."""
    places: dict[str, array[int]] = defaultdict(lambda: array("I"))
    for begin in range(0, len(names), _ROWS):
        yield (
            "catalogue_names",
            [
                {"place": place, "content": msgspec.msgpack.encode(name)}
                for place, name in enumerate(names[begin : begin + _ROWS], begin)
            ],
        )
    for block in _blocks(names):
        first = names[block[0]]
        for gram in name_grams(first):
            places[gram].extend(block)
        for place in block[1:]:
            for gram in item_grams(names[place], first):
                found = places[gram]
                if not found or found[-1] < place:
                    found.append(place)
    ordered = sorted(places)
    for begin in range(0, len(ordered), _ROWS):
        yield (
            "catalogue_grams",
            [
                {"gram": gram, "places": pack_places(places.pop(gram), len(names))}
                for gram in ordered[begin : begin + _ROWS]
            ],
        )


def _blocks(names: Sequence[Name]) -> Iterator[range]:
    """Yield the places of each name, a matter together with the handling items after it."""
    begin = 0
    for place in range(1, len(names) + 1):
        is_item = place < len(names) and names[place].kind == ITEM and names[place].id == names[begin].id
        if not is_item:
            yield range(begin, place)
            begin = place


class NameIndex:
    """Finds names of one catalogue version, whose rows are in the store, within a transaction."""

    def __init__(self, tx: Transaction, catalogue: str, version: int) -> None:
        self._tx = tx
        self._key: dict[str, Any] = {"catalogue": catalogue, "version": version}
        self._places: dict[str, int] = {}

    def list_one_things(self) -> list[Name]:
        """Return the one things in the order of the catalogue."""
        row = self._tx.get("catalogue_indexes", **self._key)
        rows = self._tx.query_all("catalogue.first_names", **self._key, below=row["one_things"] if row else 0)
        return [_DECODE.decode(bytes(row["content"])) for row in rows]

    def count_names(self) -> int:
        """Return how many names there are."""
        row = self._tx.get("catalogue_indexes", **self._key)
        return row["names"] if row else 0

    def find(self, query: Query, facets: Mapping[str, str], many: int) -> Found:
        """Return the `many` best matches of a query among the names with these values of facets.

        An empty query without facets finds the one things, with facets everything.
        """
        allowed = self._with_facets(facets)
        if not query.text:
            return self._list(allowed, many)
        exact = self._candidates(query)
        exact = exact if allowed is None else exact & allowed
        count, chosen = exact.bit_count(), self._choose(exact, CANDIDATES)
        matches = collect_matches(self._read(chosen), query, with_mistakes=False)
        total = count - len(chosen) + len(matches)
        if len(matches) < ENOUGH_MATCHES:
            taken = {match.place for match in matches}
            similar = [place for place in self._similar(query, allowed) if place not in taken]
            mistaken = collect_matches(self._read(similar), query, with_mistakes=True)
            matches, total = matches + mistaken, total + len(mistaken)
        shown = [msgspec.structs.replace(match, marked=mark_match(match.name, query)) for match in matches[:many]]
        return Found(shown, total, count == len(chosen))

    def count_values(
        self, query: Query, facets: Mapping[str, str], facet: str, values: Iterable[str]
    ) -> dict[str, int]:
        """Return how many names match for each value of a facet, under the other facets; mistakes are not counted."""
        others = {name: value for name, value in facets.items() if name != facet and value}
        wanted = self._with_facets(others)
        if query.text:
            found = self._candidates(query)
            wanted = found if wanted is None else wanted & found
        grams = {value: facet_gram(facet, value) for value in values}
        self._load(grams.values())
        return {
            value: (self._places[gram] if wanted is None else self._places[gram] & wanted).bit_count()
            for value, gram in grams.items()
        }

    def _list(self, allowed: int | None, many: int) -> Found:
        if allowed is None:
            names = list(enumerate(self.list_one_things()))
            return Found([Match(name, place, 0) for place, name in names[:many]], len(names))
        found = [Match(name, place, 0) for place, name in self._read(self._choose(allowed, many))]
        return Found(sorted(found, key=lambda match: (match.name.kind == ITEM, match.place)), allowed.bit_count())

    def _choose(self, found: int, many: int) -> list[int]:
        """Return `many` places, those of handling items last."""
        if found.bit_count() <= many:
            return list_places(found)
        items = self._having(kind_gram(ITEM))
        first = list_places(found & ~items, many)
        return sorted([*first, *(list_places(found & items, many - len(first)) if len(first) < many else ())])

    def _with_facets(self, facets: Mapping[str, str]) -> int | None:
        """Return the places of the names with these values; None without any."""
        grams = [facet_gram(facet, value) for facet, value in facets.items() if value]
        self._load(grams)
        return self._having_all(grams) if grams else None

    def _candidates(self, query: Query) -> int:
        """Return the places of all names that match without mistakes, and of some that do not."""
        phrases = [exact_grams(phrase) for phrase in (query, *query.words)]
        self._load(gram for lists in phrases for grams in lists for gram in grams)
        found, *words = (reduce(or_, map(self._having_all, lists), 0) for lists in phrases)
        return found | reduce(and_, words) if words else found

    def _similar(self, query: Query, allowed: int | None) -> list[int]:
        grams, sounds = similar_grams(query), sound_grams(query)
        self._load([*grams, *sounds])
        alike = self._having_all(sounds) if sounds else 0
        some = -1 if allowed is None else allowed
        shared = most_frequent((self._places[gram] & some for gram in grams), _SIMILAR)
        return sorted({*list_places(alike & some, _SIMILAR), *shared})

    def _having(self, gram: str) -> int:
        self._load([gram])
        return self._places[gram]

    def _having_all(self, grams: Iterable[str]) -> int:
        return reduce(and_, (self._places[gram] for gram in grams))

    def _load(self, grams: Iterable[str]) -> None:
        missing = [gram for gram in dict.fromkeys(grams) if gram not in self._places]
        self._places.update((gram, 0) for gram in missing)
        for row in self._tx.query_all("catalogue.grams", **self._key, grams=self._tx.encode_list(missing)):
            self._places[row["gram"]] = unpack_places(bytes(row["places"]))

    def _read(self, places: Sequence[int]) -> list[tuple[int, Name]]:
        encoded = self._tx.encode_list([str(place) for place in places])
        rows = self._tx.query_all("catalogue.names", **self._key, places=encoded)
        return sorted((row["place"], _DECODE.decode(bytes(row["content"]))) for row in rows)
