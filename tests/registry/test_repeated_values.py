"""Repeated values are found with bounded memory, whatever their number and order."""

from __future__ import annotations

import tracemalloc
from collections import Counter
from tempfile import TemporaryFile

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clerk_app.errors import BadData
from clerk_app.registry.repeated_values import MOST_REPEATED, RepeatedValues

CHUNK = 1_000


@given(st.lists(st.lists(st.text("abc", max_size=2))), st.integers(1, 20))
def test_the_values_that_were_added_more_than_once_are_found(chunks: list[list[str]], run: int) -> None:
    with TemporaryFile() as file:
        values = RepeatedValues(file, run)
        for chunk in chunks:
            values.add(chunk)
        counts = Counter(value for chunk in chunks for value in chunk)
        assert values.find() == {hash(value) for value, count in counts.items() if count > 1}


def _measure(rows: int) -> int:
    """Return the peak of the memory for so many values, in bytes."""
    tracemalloc.start()
    with TemporaryFile() as file:
        values = RepeatedValues(file, 50_000)
        for first in range(0, rows, CHUNK):
            values.add(str(serial) for serial in range(first, first + CHUNK))
        assert values.find() == frozenset()
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    return peak


@pytest.mark.wide
def test_the_memory_does_not_grow_with_the_number_of_values() -> None:
    _measure(CHUNK)  # imports
    assert _measure(1_000_000) < 1.5 * _measure(100_000)


def test_a_column_without_identifiers_is_refused() -> None:
    with TemporaryFile() as file:
        values = RepeatedValues(file)
        for _time in range(2):
            values.add(str(serial) for serial in range(MOST_REPEATED + 1))
        with pytest.raises(BadData):
            values.find()
