"""The layout of QR symbols of each version (ISO/IEC 18004): patterns, format, data bits, blocks of codewords."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

from scanners.opencv import NDArray, np

Modules = NDArray[np.float32]
"""One number per module: above 0 is dark, below 0 is light; the absolute value is the certainty, about 1 if certain."""

Matrix = NDArray[np.bool_]
Indices = NDArray[np.intp]
Positions = tuple[Indices, Indices]

# Table 9, versions 1 to 40: check codewords per block and number of blocks. The rows are levels M, L, H, Q (by bits).
_CHECKS = (
    "10 16 26 18 24 16 18 22 22 26 30 22 22 24 24 28 28 26 26 26 "
    "26 28 28 28 28 28 28 28 28 28 28 28 28 28 28 28 28 28 28 28",
    "7 10 15 20 26 18 20 24 30 18 20 24 26 30 22 24 28 30 28 28 "
    "28 28 30 30 26 28 30 30 30 30 30 30 30 30 30 30 30 30 30 30",
    "17 28 22 16 22 28 26 26 24 28 24 28 22 24 24 30 28 28 26 28 "
    "30 24 30 30 30 30 30 30 30 30 30 30 30 30 30 30 30 30 30 30",
    "13 22 18 26 18 24 18 22 20 24 28 26 24 20 30 24 28 28 26 30 "
    "28 30 30 30 30 28 30 30 30 30 30 30 30 30 30 30 30 30 30 30",
)
_BLOCKS = (
    "1 1 1 2 2 4 4 4 5 5 5 8 9 9 10 10 11 13 14 16 17 17 18 20 21 23 25 26 28 29 31 33 35 37 38 40 43 45 47 49",
    "1 1 1 1 1 2 2 2 2 4 4 4 4 4 6 6 6 6 7 8 8 9 9 10 12 12 12 13 14 15 16 17 18 19 19 20 21 22 24 25",
    "1 1 2 4 4 4 5 6 8 8 11 11 16 16 18 16 19 21 25 25 25 34 30 32 35 37 40 42 45 48 51 54 57 60 63 66 70 74 77 81",
    "1 1 2 2 4 4 6 6 8 8 8 10 12 16 12 17 16 18 21 20 23 23 25 27 29 34 34 35 38 40 43 45 48 51 53 56 59 62 65 68",
)


@dataclass(frozen=True)
class SymbolLayout:
    """The layout of one version: `size` in modules, `fixed` modules (1 dark, -1 light, 0 neither), the positions of the
    data bits in order, and the two sets of positions of the 15 format bits."""

    size: int
    fixed: Modules
    bits: Positions
    formats: tuple[Positions, Positions]


@dataclass(frozen=True)
class CodewordBlock:
    """One Reed-Solomon block: positions of its codewords in the symbol; the last `checks` are check codewords."""

    positions: Indices
    checks: int


def symbol_size(version: int) -> int:
    """Return the number of modules along a side of a symbol."""
    return 17 + 4 * version


@cache
def symbol_layout(version: int) -> SymbolLayout:
    """Return the layout of `version` (1 to 40)."""
    size = symbol_size(version)
    fixed = np.zeros((size, size), np.float32)
    fixed[6, :] = fixed[:, 6] = 1 - 2 * (np.arange(size) % 2)
    for row in (centres := _alignment_centres(version)):
        for column in centres:
            if (row, column) not in ((6, 6), (6, size - 7), (size - 7, 6)):
                fixed[row - 2 : row + 3, column - 2 : column + 3] = _ring_pattern(2)
    fixed[:8, :8], fixed[:8, -8:], fixed[-8:, :8] = (_ring_pattern(4)[cut] for cut in _FINDERS)
    if version >= 7:
        word = np.array([1 if _version_word(version) >> bit & 1 else -1 for bit in range(18)]).reshape(6, 3)
        fixed[:6, -11:-8], fixed[-11:-8, :6] = word, word.T
    fixed[-8, 8] = 1
    formats = _format_positions(size)
    free = fixed == 0
    for places in formats:
        free[places] = False
    return SymbolLayout(size, fixed, _data_path(free), formats)


_FINDERS = (np.s_[1:, 1:], np.s_[1:, :-1], np.s_[:-1, 1:])


def _ring_pattern(radius: int) -> Modules:
    """Return the concentric squares of a finder (radius 4) or alignment (radius 2) pattern."""
    away = np.abs(np.arange(-radius, radius + 1))
    far = np.maximum(away[:, None], away[None, :])
    light = (far == 2) | (far == 4) if radius == 4 else far == 1
    return np.where(light, -1, 1).astype(np.float32)


def _alignment_centres(version: int) -> list[int]:
    """Return the rows of the centres of alignment patterns (annex E); the columns are the same."""
    if version == 1:
        return []
    number = version // 7 + 2
    step = 26 if version == 32 else (version * 4 + number * 2 + 1) // (number * 2 - 2) * 2
    return [6, *reversed([symbol_size(version) - 7 - step * back for back in range(number - 1)])]


def _format_positions(size: int) -> tuple[Positions, Positions]:
    """Return the positions of the format bits, highest first, at the first finder and at the other two (figure 25)."""
    along = [0, 1, 2, 3, 4, 5, 7, 8]
    first = [(8, column) for column in along] + [(row, 8) for row in reversed(along[:-1])]
    second = [(size - 1 - bit, 8) for bit in range(7)] + [(8, size - 8 + bit) for bit in range(8)]
    return _to_indices(first), _to_indices(second)


def _data_path(free: Matrix) -> Positions:
    """Return the data modules in order: pairs of columns from the right, alternately upwards and downwards."""
    size = len(free)
    path, upwards = [], True
    for right in (*range(size - 1, 6, -2), 5, 3, 1):
        rows = range(size - 1, -1, -1) if upwards else range(size)
        path += [(row, column) for row in rows for column in (right, right - 1) if free[row, column]]
        upwards = not upwards
    return _to_indices(path)


def _to_indices(pairs: list[tuple[int, int]]) -> Positions:
    rows, columns = np.array(pairs, np.intp).T
    return rows, columns


@cache
def codeword_blocks(version: int, level: int) -> tuple[CodewordBlock, ...]:
    """Return the blocks of a symbol. The codewords of all blocks are interleaved in the symbol."""
    checks = int(_CHECKS[level].split()[version - 1])
    number = int(_BLOCKS[level].split()[version - 1])
    short, longer = divmod(len(symbol_layout(version).bits[0]) // 8, number)
    data = [short - checks + (block >= number - longer) for block in range(number)]
    order = [block for word in range(data[-1]) for block in range(number) if word < data[block]]
    order += list(range(number)) * checks
    return tuple(CodewordBlock(np.flatnonzero(np.array(order) == block), checks) for block in range(number))


@cache
def format_words() -> Modules:
    """Return the 32 format words as modules (1 dark, -1 light), indexed by `level << 3 | mask`."""
    words = [(data << 10 | _bch_remainder(data << 10, 0x537, 10)) ^ 0x5412 for data in range(32)]
    return np.array([[1 if word >> 14 - bit & 1 else -1 for bit in range(15)] for word in words], np.float32)


def _version_word(version: int) -> int:
    return version << 12 | _bch_remainder(version << 12, 0x1F25, 12)


def _bch_remainder(value: int, generator: int, degree: int) -> int:
    while value.bit_length() > degree:
        value ^= generator << value.bit_length() - degree - 1
    return value
