"""What a person should do so that a code that is seen gets read: from its place, its shape and the light on it."""

from __future__ import annotations

from itertools import pairwise
from math import dist
from typing import TYPE_CHECKING

from scanners.opencv import cv2, np

if TYPE_CHECKING:
    from scanners.decode import Found, Unread
    from scanners.opencv import Picture
    from scanners.views import Corners, Guidance

PATIENCE = 5
"""Frames in a row without a read before anything is said: most codes are read before a word about them is."""

SMALL = 4.5
"""Pixels a module; below, one code in seven is not read in a single frame (measured, codes of 300 to 900 bytes)."""

TILTED = 0.72
"""Of two opposite sides, or of width and height: shorter than this share of the longer one."""

MOVED = 0.05
"""Of the code's side, from one frame to the next: more smears its modules."""

BURNT, BURNT_SHARE = 250, 0.02
"""Light out of 255 in which nothing can be told apart, and the share of a code that it may fill in one piece."""

BLOT = 5
"""Modules: a white piece of paper as wide as that is rare in a code, a reflection is wider."""


class Guide:
    """Watches the frames of one video."""

    def __init__(self) -> None:
        self._unread = 0
        self._last: Corners | None = None

    def advise(self, picture: Picture, found: Found) -> Guidance:
        """The word for this frame (grey, uint8) and what was found in it; "" if all is well or nothing is seen."""
        if len({(code.symbology, code.data) for code in found.codes}) > 1:
            return "two codes"
        if found.codes or not found.unread:
            self._unread, self._last = 0, None
            return ""
        largest = found.unread[0]
        moved = self._moved(largest.corners)
        self._unread += 1
        return _reason(picture, largest, moved) if self._unread >= PATIENCE else ""

    def _moved(self, corners: Corners) -> bool:
        last, self._last = self._last, corners
        if last is None:
            return False
        centres = [[sum(values) / 4 for values in zip(*points, strict=True)] for points in (last, corners)]
        return dist(*centres) > MOVED * max(_sides(corners))


def _reason(picture: Picture, unread: Unread, moved: bool) -> Guidance:
    sides = _sides(unread.corners)
    if moved:
        return "hold still"
    if _glares(picture, unread):
        return "glare"
    if _shape(sides) < TILTED:
        return "less tilt"
    if sum(sides) / 4 < SMALL * (17 + 4 * unread.version):
        return "closer"
    return "hold still"


def _shape(sides: list[float]) -> float:
    """How near a square is seen from straight ahead: 1."""
    top, right, bottom, left = sides
    pairs = ((top, bottom), (left, right), (top + bottom, left + right))
    return min(min(pair) / max(*pair, 1e-6) for pair in pairs)


def _sides(corners: Corners) -> list[float]:
    return [dist(*pair) for pair in pairwise((*corners, corners[0]))]


def _glares(picture: Picture, unread: Unread) -> bool:
    """Whether the light burns out more of the code than its own white could be."""
    inside = np.zeros(picture.shape, np.uint8)
    cv2.fillConvexPoly(inside, np.array(unread.corners, np.int32), (1,))
    module = sum(_sides(unread.corners)) / 4 / (17 + 4 * max(unread.version, 1))
    piece = np.ones((max(2, round(BLOT * module)),) * 2, np.uint8)
    burnt = cv2.morphologyEx((picture >= BURNT).astype(np.uint8) * inside, cv2.MORPH_OPEN, piece)
    return float(burnt.sum()) > BURNT_SHARE * max(float(inside.sum()), 1.0)
