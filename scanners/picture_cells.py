"""Draws a picture in quadrant cells: each cell shows four pixels in the two colours that differ least from them.

A cell is seven bytes: the index of its character in QUADRANTS, the foreground colour, the background colour.
"""

from __future__ import annotations

from scanners.cell_requests import CELL_BYTES
from scanners.opencv import Picture, cv2, np

_SPLITS = np.array([[mask >> bit & 1 for bit in range(4)] for mask in range(8)], dtype=np.float32)
"""The eight ways to divide four pixels into two groups; the last pixel is in the second group always."""


def draw_cells(rgb: Picture, columns: int, rows: int) -> bytes:
    """Return the cells of an RGB picture (8 bit), scaled to `columns` x `rows` cells, row by row."""
    size = (columns * 2, rows * 2)
    shrinks = rgb.shape[1] >= size[0] and rgb.shape[0] >= size[1]
    scaled = cv2.resize(rgb, size, interpolation=cv2.INTER_AREA if shrinks else cv2.INTER_LINEAR)
    pixels = scaled.reshape(rows, 2, columns, 2, 3).transpose(0, 2, 1, 3, 4).reshape(-1, 4, 3).astype(np.float32)
    counts = _SPLITS.sum(axis=1)[:, None]  # pixels in the first group of each split
    first = np.einsum("sp,npc->nsc", _SPLITS, pixels)  # sums of colours
    second = pixels.sum(axis=1)[:, None, :] - first
    first_mean, second_mean = first / np.maximum(counts, 1), second / (4 - counts)
    # the squared error of a split is a constant minus this
    kept = (first * first_mean).sum(axis=2) + (second * second_mean).sum(axis=2)
    best = kept.argmax(axis=1)
    every = np.arange(len(best))
    cells = np.empty((len(best), CELL_BYTES), dtype=np.uint8)
    cells[:, 0] = best
    cells[:, 1:4] = np.rint(first_mean[every, best])
    cells[:, 4:7] = np.rint(second_mean[every, best])
    return cells.tobytes()
