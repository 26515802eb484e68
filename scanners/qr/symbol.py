"""Corrects the errors of a QR symbol by the measured certainty of its modules (ISO/IEC 18004, section 12).

Error correction repairs half as many codewords as there are check codewords, or twice that number if the positions of
the wrong codewords are known (erasures). Uncertain modules show these positions: glare, blots and scratches.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import cache

from scanners.opencv import np
from scanners.qr.layout import (
    Indices,
    Matrix,
    Modules,
    Positions,
    SymbolLayout,
    codeword_blocks,
    format_words,
    symbol_layout,
)
from scanners.qr.reed_solomon import repair_codewords

MIN_FIXED_AGREEMENT = 0.8
"""Share of finder, timing and alignment modules that must be right. A smaller share means that there is no symbol, or
one that is rotated or of another version. Random modules reach a half."""

MIN_FORMAT_CERTAINTY = 0.55
"""Share of the weight of the measured format bits that must agree with one of the 32 format words. The words differ
from each other in at least 7 of 15 bits."""

_MASKS: tuple[Callable[[Indices, Indices], Indices], ...] = (  # table 10
    lambda i, j: (i + j) % 2,
    lambda i, j: i % 2,  # noqa: ARG005
    lambda i, j: j % 3,  # noqa: ARG005
    lambda i, j: (i + j) % 3,
    lambda i, j: (i // 2 + j // 3) % 2,
    lambda i, j: i * j % 2 + i * j % 3,
    lambda i, j: (i * j % 2 + i * j % 3) % 2,
    lambda i, j: ((i + j) % 2 + i * j % 3) % 2,
)


def fixed_pattern_agreement(measured: Modules, version: int) -> float:
    """Return the share of the fixed modules of `version` that were measured with the right colour."""
    fixed = symbol_layout(version).fixed
    return float((np.sign(measured) == fixed)[fixed != 0].mean())


def correct_modules(measured: Modules, version: int) -> Matrix | None:
    """Return the corrected symbol (True is dark); None if too many modules are wrong."""
    if fixed_pattern_agreement(measured, version) < MIN_FIXED_AGREEMENT:
        return None
    plan = symbol_layout(version)
    return next(
        (
            matrix
            for word in _likely_formats(measured, plan)
            if (matrix := _read_with_format(measured, version, word)) is not None
        ),
        None,
    )


def read_data_codewords(matrix: Matrix, version: int) -> bytes | None:
    """Return the data codewords of a symbol without errors (True is dark); None if its format is not recognised."""
    plan = symbol_layout(version)
    word = next(_likely_formats(np.where(matrix, 1, -1).astype(np.float32), plan), None)
    if word is None:
        return None
    bits = matrix[plan.bits] ^ (_MASKS[word & 7](*plan.bits) == 0)
    words = np.packbits(bits[: len(bits) // 8 * 8])
    blocks = codeword_blocks(version, word >> 3)
    return b"".join(words[block.positions[: len(block.positions) - block.checks]].tobytes() for block in blocks)


def read_first_bits(matrix: Matrix, version: int, count: int) -> int | None:
    """Return the first data bits of a symbol without correcting errors; None if its format has errors."""
    plan = symbol_layout(version)
    word = _exact_formats().get(_to_number(matrix[plan.formats[0]]))
    if word is None:
        return None
    rows, columns = _first_positions(version, word >> 3, count)
    return _to_number(matrix[rows, columns] ^ (_MASKS[word & 7](rows, columns) == 0))


@cache
def _first_positions(version: int, level: int, count: int) -> Positions:
    """Return the positions of the first data bits."""
    words = codeword_blocks(version, level)[0].positions[: -(-count // 8)]
    first = (8 * words[:, None] + np.arange(8)).ravel()[:count]
    rows, columns = symbol_layout(version).bits
    return rows[first], columns[first]


@cache
def _exact_formats() -> dict[int, int]:
    """Return each valid format word (15 bits) with its error correction level and mask."""
    return {_to_number(modules > 0): word for word, modules in enumerate(format_words())}


def _to_number(bits: Matrix) -> int:
    return int.from_bytes(np.packbits(bits).tobytes(), "big") >> -len(bits) % 8


def _likely_formats(measured: Modules, plan: SymbolLayout) -> Iterator[int]:
    """Yield up to two format words, the most likely first, that reach MIN_FORMAT_CERTAINTY."""
    votes = sum(np.clip(measured[places], -1, 1) for places in plan.formats)
    sure = format_words() @ votes / max(float(np.abs(votes).sum()), 1e-6)
    return (int(word) for word in np.argsort(sure)[:-3:-1] if sure[word] >= MIN_FORMAT_CERTAINTY)


def _read_with_format(measured: Modules, version: int, word: int) -> Matrix | None:
    plan = symbol_layout(version)
    light = _MASKS[word & 7](*plan.bits) == 0  # where the mask inverts a module
    turned = np.where(light, -measured[plan.bits], measured[plan.bits])
    number = len(turned) // 8
    bits = turned[: number * 8].reshape(number, 8)
    words = np.packbits(bits > 0, axis=1)[:, 0].astype(np.int64)
    sure = np.abs(bits).min(axis=1)
    for block in codeword_blocks(version, word >> 3):
        block_words = repair_codewords(words[block.positions], sure[block.positions], block.checks)
        if block_words is None:
            return None
        words[block.positions] = block_words
    dark = plan.fixed > 0
    for places in plan.formats:
        dark[places] = format_words()[word] > 0
    data = np.zeros(len(turned), np.bool_)
    data[: number * 8] = np.unpackbits(words.astype(np.uint8)) > 0
    dark[plan.bits] = data ^ light
    return dark
