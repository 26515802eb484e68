from __future__ import annotations

from collections import Counter

from hypothesis import given
from hypothesis import strategies as st

from clerk_app.catalogue.place_set import list_places, most_frequent, pack_places, unpack_places

places = st.sets(st.integers(0, 400)).map(sorted)


@given(places, st.integers(401, 100_000))
def test_places_are_packed_and_unpacked(found: list[int], total: int) -> None:
    bits = unpack_places(pack_places(found, total))
    assert list_places(bits) == found
    assert bits.bit_count() == len(found)
    assert list_places(bits, 3) == found[:3]


@given(st.lists(places, max_size=12), st.integers(1, 20))
def test_the_most_frequent_places_are_those_with_the_highest_counts(sets: list[list[int]], many: int) -> None:
    counts = Counter(place for found in sets for place in found)
    chosen = most_frequent([unpack_places(pack_places(found, 401)) for found in sets], many)
    assert chosen == sorted(counts, key=lambda place: (-counts[place], place))[:many]
