"""Reed-Solomon decoding of errors and erasures over GF(256), as in QR codes (ISO/IEC 18004 annex B)."""

from __future__ import annotations

from collections.abc import Sequence

from scanners.opencv import NDArray, np

Codewords = NDArray[np.int64]

UNUSED_CHECKS = 3
"""Number of check codewords that detect wrong repairs when erasures are assumed (one random word in 2^24 passes)."""

_EXP = [1] * 1024
for _power in range(1, 1024):
    _double = _EXP[_power - 1] << 1
    _EXP[_power] = _double ^ 0x11D if _double > 255 else _double
_LOG = [0] * 256
for _power in range(255):
    _LOG[_EXP[_power]] = _power
_EXPS, _LOGS = np.array(_EXP, np.int64), np.array(_LOG, np.int64)


def repair_codewords(words: Codewords, certainty: NDArray[np.float32], checks: int) -> Codewords | None:
    """Return the repaired `words`, the last `checks` of which are check codewords; None if they cannot be repaired.

    `certainty` has a value for each word. Up to five attempts treat more and more of the least certain words as
    erasures.
    """
    syndromes = _syndromes(words, checks)
    if not any(syndromes):
        return words
    by_certainty = np.argsort(certainty).tolist()
    most = max(0, checks - UNUSED_CHECKS)
    for count in sorted({0, most // 4, most // 2, most * 3 // 4, most}):
        if (found := _repair_with_erasures(words, syndromes, sorted(by_certainty[:count]), checks)) is not None:
            return found
    return None


def _syndromes(words: Codewords, checks: int) -> list[int]:
    places = np.arange(len(words) - 1, -1, -1)
    logs = _LOGS[words][None, :] + np.arange(checks)[:, None] * places[None, :]
    terms = np.where(words == 0, 0, _EXPS[logs % 255])
    return [int(value) for value in np.bitwise_xor.reduce(terms, axis=1)]


def _repair_with_erasures(
    words: Codewords, syndromes: list[int], erasures: Sequence[int], checks: int
) -> Codewords | None:
    locator = _error_locator(syndromes, [len(words) - 1 - place for place in erasures], checks)
    degree = len(locator) - 1
    spare = UNUSED_CHECKS if erasures else 2 if checks > 8 else 1
    if degree < len(erasures) or 2 * (degree - len(erasures)) + len(erasures) > checks - spare:
        return None
    powers = np.arange(len(words))
    values = np.zeros(len(words), np.int64)
    for order, factor in enumerate(locator):
        if factor:
            values ^= _EXPS[(_LOG[factor] - order * powers) % 255]
    roots = [int(root) for root in np.flatnonzero(values == 0)]
    if len(roots) != degree:
        return None
    fixed = words.copy()
    weights = _multiply_polynomials(syndromes, locator)[:checks]
    for root in roots:
        slope = _evaluate([factor if order % 2 else 0 for order, factor in enumerate(locator)], -root)
        weight = _evaluate(weights, -root)
        if slope == 0:
            return None
        if weight:  # Forney's formula; slope = derivative of the locator times the position
            fixed[len(words) - 1 - root] ^= _EXP[(_LOG[weight] - _LOG[slope]) % 255]
    return fixed if not any(_syndromes(fixed, checks)) else None


def _error_locator(syndromes: list[int], erasures: list[int], checks: int) -> list[int]:
    """Return the polynomial (lowest power first) whose roots are the positions of errors and erasures.

    Berlekamp-Massey algorithm, initialised with the erasures.
    """
    locator = [1]
    for place in erasures:
        locator = _multiply_polynomials(locator, [1, _EXP[place % 255]])
    before, length, shift, last = locator, len(erasures), 1, 1
    for step in range(len(erasures), checks):
        gap = 0
        for order in range(min(len(locator), step + 1)):
            gap ^= _multiply(locator[order], syndromes[step - order])
        if gap == 0:
            shift += 1
            continue
        scale = _EXP[(_LOG[gap] - _LOG[last]) % 255]
        change = [0] * shift + [_multiply(factor, scale) for factor in before]
        width = max(len(locator), len(change))
        pairs = zip(_pad(locator, width), _pad(change, width), strict=True)
        changed = [first ^ second for first, second in pairs]
        if 2 * length <= step + len(erasures):
            before, last, shift, length = locator, gap, 1, step + 1 + len(erasures) - length
        else:
            shift += 1
        locator = changed
    while locator[-1] == 0:
        locator.pop()
    return locator


def _pad(polynomial: list[int], width: int) -> list[int]:
    return polynomial + [0] * (width - len(polynomial))


def _multiply(left: int, right: int) -> int:
    return _EXP[_LOG[left] + _LOG[right]] if left and right else 0


def _multiply_polynomials(left: list[int], right: list[int]) -> list[int]:
    product = [0] * (len(left) + len(right) - 1)
    for place, factor in enumerate(left):
        if factor:
            for order, value in enumerate(right, place):
                product[order] ^= _multiply(factor, value)
    return product


def _evaluate(polynomial: list[int], power: int) -> int:
    """Return the value of the polynomial at the generator of the field raised to `power`."""
    value = 0
    for order, factor in enumerate(polynomial):
        if factor:
            value ^= _EXP[(_LOG[factor] + order * power) % 255]
    return value
