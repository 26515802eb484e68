"""Sizes of what is touched at a kiosk, and the rows that a seated person can reach.

A cell is about twice as high as wide, so the gap of TARGET_GAP is at least three columns wide in both directions.
"""

from __future__ import annotations

from typing import NamedTuple

TARGET_SHARE = 12  # what is touched is at least 1/12 of the height of the screen
TARGET_GAP = (3, 2)  # columns and rows between two targets
BAR_ROWS = 3  # of the buttons below the page, at least
LOW_REACH_CM, HIGH_REACH_CM = 40, 120
"""Heights above the floor between which a seated person reaches (ADA 308: 38 to 122 cm; EN 301 549 refers to both)."""


class Mount(NamedTuple):
    """Heights of the lower and the upper edge of the screen above the floor, in centimetres."""

    bottom: int
    top: int


PORTRAIT_MOUNT = Mount(70, 140)  # of an upright screen that nobody measured: a terminal that stands on the floor


def target_rows(rows: int) -> int:
    """Return the rows that a target has at least, in a terminal of `rows` rows."""
    return max(1, -(-rows // TARGET_SHARE))


def is_portrait(columns: int, rows: int) -> bool:
    """Return whether the screen is higher than wide; a cell is about twice as high as wide."""
    return columns * 10 < rows * 18


def reachable_rows(columns: int, rows: int, mount: Mount | None) -> tuple[int, int]:
    """Return the rows from the top that are above the reach of a seated person, and those from the bottom below it.

    Without `mount`, an upright screen counts as PORTRAIT_MOUNT, and every row of another screen as within reach.
    """
    if mount is None or mount.top <= mount.bottom:
        if not is_portrait(columns, rows):
            return 0, 0
        mount = PORTRAIT_MOUNT
    height = mount.top - mount.bottom
    above = max(0, mount.top - HIGH_REACH_CM) * rows / height
    below = max(0, LOW_REACH_CM - mount.bottom) * rows / height
    return min(rows // 2, -(-int(above * 10) // 10)), min(rows // 4, -(-int(below * 10) // 10))
