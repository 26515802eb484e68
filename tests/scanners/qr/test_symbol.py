"""Correction of measured modules, for symbols of an independent generator."""

from __future__ import annotations

import numpy as np
import pytest
import segno
from hypothesis import given, settings
from hypothesis import strategies as st

from scanners.qr.layout import Modules, symbol_layout
from scanners.qr.reed_solomon import UNUSED_CHECKS
from scanners.qr.symbol import correct_modules, fixed_pattern_agreement


def drawn(text: str, version: int, error: str, mask: int | None = None) -> Modules:
    code = segno.make_qr(text, version=version, error=error, boost_error=False, mask=mask)
    return np.array([list(row) for row in code.matrix_iter(scale=1, border=0)], np.float32) * 2 - 1


@pytest.mark.many_cases
@pytest.mark.parametrize("version", [1, 2, 6, 7, 13, 14, 21, 32, 40])
@pytest.mark.parametrize("error", "lmqh")
def test_a_complete_symbol_of_any_version_and_level_is_read(version: int, error: str) -> None:
    modules = drawn("HELLO", version, error)
    assert fixed_pattern_agreement(modules, version) == 1
    matrix = correct_modules(modules, version)
    assert matrix is not None
    assert np.array_equal(matrix, modules > 0)


@pytest.mark.parametrize("mask", range(8))
def test_every_mask_is_undone(mask: int) -> None:
    modules = drawn("HELLO", 3, "m", mask)
    flat = modules.copy()
    flat[symbol_layout(3).bits][:8] *= -1
    assert np.array_equal(correct_modules(flat, 3), modules > 0)  # type: ignore[arg-type]


def test_twice_as_many_erasures_as_errors_are_repaired() -> None:
    modules = drawn("https://example.gov.cn/c/abc", 4, "m")
    rows, columns = symbol_layout(4).bits
    # of 100 codewords, in two blocks with 18 check codewords each, the last ones
    few, most = (slice(8 * (100 - count), 8 * 100) for count in (20, 2 * (18 - UNUSED_CHECKS)))
    for part, sureness, readable in ((few, -1, False), (most, 0.01, True), (most, -1, False)):
        damaged = modules.copy()
        damaged[rows[part], columns[part]] *= sureness if sureness < 0 else -sureness
        matrix = correct_modules(damaged, 4)
        assert (matrix is not None) == readable
        assert matrix is None or np.array_equal(matrix, modules > 0)


@settings(max_examples=60, deadline=None)
@given(
    st.integers(1, 12),
    st.sampled_from("lmqh"),
    st.floats(0, 0.4),
    st.sampled_from(["turned", "lost", "faint"]),
    st.integers(0, 2**32 - 1),
)
def test_a_damaged_symbol_is_read_as_it_was_drawn_or_not_at_all(
    version: int, error: str, share: float, how: str, seed: int
) -> None:
    modules = drawn("HELLO", version, error)
    dice = np.random.default_rng(seed)
    hurt = dice.random(modules.shape) < share
    damaged = {
        "turned": np.where(hurt, -modules, modules),
        "lost": np.where(hurt, dice.normal(0, 0.1, modules.shape), modules),
        "faint": modules + dice.normal(0, 1.2 * share, modules.shape),
    }[how].astype(np.float32)
    matrix = correct_modules(damaged, version)
    assert matrix is None or np.array_equal(matrix, modules > 0)


@settings(max_examples=60, deadline=None)
@given(st.integers(1, 10), st.integers(0, 2**32 - 1))
def test_random_modules_are_no_symbol_even_with_all_fixed_patterns(version: int, seed: int) -> None:
    fixed = symbol_layout(version).fixed
    noise = np.random.default_rng(seed).normal(0, 1, fixed.shape).astype(np.float32)
    assert correct_modules(np.where(fixed != 0, fixed, noise), version) is None
