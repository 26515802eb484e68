"""Arithmetic of the report: medians, percentiles, ratios, bars, the verdict."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from benchmarks.feel_report import (
    BARS,
    CHARACTER,
    KEY,
    MEMORY,
    PAINT,
    SIGNED_IN,
    STORE,
    compare_measures,
    format_table,
    format_verdict,
    percentile,
)

pytestmark = pytest.mark.usefixtures("english")

MINIMAL = {PAINT: [90.0, 100.0, 400.0], MEMORY: [40.0], KEY: [2.0, 4.0, 6.0]}


def test_a_measure_is_the_median_against_the_median_of_the_minimal_app() -> None:
    (paint,) = compare_measures(MINIMAL, {PAINT: [120.0, 130.0, 900.0]})
    assert (paint.median, paint.minimal, paint.ratio) == (130.0, 100.0, 1.3)
    assert paint.held


def test_times_are_compared_with_the_first_paint_and_keys_with_a_key() -> None:
    store, signed, character = compare_measures(MINIMAL, {STORE: [200.0], SIGNED_IN: [500.0], CHARACTER: [8.0]})
    assert [measure.ratio for measure in (store, signed, character)] == [2.0, 5.0, 2.0]


def test_a_bar_is_held_up_to_its_value_and_missed_above() -> None:
    on, above = 4.0 * BARS[CHARACTER], 4.0 * BARS[CHARACTER] + 0.1
    assert compare_measures(MINIMAL, {CHARACTER: [on]})[0].held
    assert not compare_measures(MINIMAL, {CHARACTER: [above]})[0].held


def test_signing_in_has_no_bar_because_pin_hashing_is_slow_on_purpose() -> None:
    (signed,) = compare_measures(MINIMAL, {SIGNED_IN: [10_000.0]})
    assert signed.bar is None
    assert signed.held


def test_the_verdict_names_missed_bars() -> None:
    measures = compare_measures(MINIMAL, {PAINT: [100.0], MEMORY: [400.0]})
    assert format_verdict(measures, ()) == "Broken: memory."
    assert format_verdict(measures[:1], ()) == "Every bar is held."
    assert format_verdict(measures[:1], ("numpy",)) == "Broken: imports before the first paint."


def test_every_row_shows_value_ratio_bar_and_verdict() -> None:
    table = format_table(compare_measures(MINIMAL, {PAINT: [100.0], SIGNED_IN: [300.0], MEMORY: [400.0]}))
    assert table[1].split() == ["first", "paint", "100.0", "ms", "100.0", "100.0", "1.00", "1.3", "bar", "held"]
    assert table[2].split()[-2:] == ["3.00", "-"]
    assert table[3].split()[-4:] == ["10.00", "2.7", "BAR", "BROKEN"]


def test_the_json_of_a_measure_contains_whether_its_bar_is_held() -> None:
    (memory,) = compare_measures(MINIMAL, {MEMORY: [100.0]})
    row = json.loads(memory.as_json())
    assert (row["name"], row["unit"], row["ratio"], row["bar"], row["held"]) == ("memory", "MiB", 2.5, 2.7, True)


@given(st.lists(st.floats(0, 1e6), min_size=1), st.floats(0.01, 1))
def test_a_percentile_is_a_measured_value_that_enough_values_do_not_exceed(values: list[float], share: float) -> None:
    found = percentile(values, share)
    assert found in values
    assert sum(value <= found for value in values) >= len(values) * share - 1e-6
