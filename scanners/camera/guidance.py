"""What a person should do so that a code that is seen gets read: from its place, its shape and the light on it."""

from __future__ import annotations

from itertools import pairwise
from math import dist
from typing import TYPE_CHECKING

from scanners.opencv import cv2, np

if TYPE_CHECKING:
    from scanners.camera.views import Guidance
    from scanners.codes import Corners
    from scanners.opencv import Picture
    from scanners.qr.decoder import DecodeResult, UnreadSymbol

FRAMES_BEFORE_GUIDANCE = 5
"""Frames in a row without a read before anything is said: most codes are read before a word about them is."""

MIN_MODULE_PIXELS = 4.5
"""Pixels a module; below, one code in seven is not read in a single frame (measured, codes of 300 to 900 bytes)."""

MIN_SIDE_RATIO = 0.72
"""Of two opposite sides, or of width and height: shorter than this share of the longer one."""

MAX_MOTION = 0.05
"""Of the code's side, from one frame to the next: more smears its modules."""

BURNT_LEVEL, BURNT_SHARE = 250, 0.02
"""Light out of 255 in which nothing can be told apart, and the share of a code that it may fill in one piece."""

GLARE_MODULES = 5
"""Modules: a white piece of paper as wide as that is rare in a code, a reflection is wider."""


class GuidanceAdvisor:
    """Watches the frames of one video."""

    def __init__(self) -> None:
        self._unread_frames = 0
        self._last_corners: Corners | None = None

    def advise(self, picture: Picture, found: DecodeResult) -> Guidance:
        """The word for this frame (grey, uint8) and what was found in it; "" if all is well or nothing is seen."""
        if len({(code.symbology, code.data) for code in found.codes}) > 1:
            return "two codes"
        if found.codes or not found.unread:
            self._unread_frames, self._last_corners = 0, None
            return ""
        largest = found.unread[0]
        moved = self._has_moved(largest.corners)
        self._unread_frames += 1
        return _choose_guidance(picture, largest, moved) if self._unread_frames >= FRAMES_BEFORE_GUIDANCE else ""

    def _has_moved(self, corners: Corners) -> bool:
        last, self._last_corners = self._last_corners, corners
        if last is None:
            return False
        centres = [[sum(values) / 4 for values in zip(*points, strict=True)] for points in (last, corners)]
        return dist(*centres) > MAX_MOTION * max(_side_lengths(corners))


def _choose_guidance(picture: Picture, unread: UnreadSymbol, moved: bool) -> Guidance:
    sides = _side_lengths(unread.corners)
    if moved:
        return "hold still"
    if _has_glare(picture, unread):
        return "glare"
    if _squareness(sides) < MIN_SIDE_RATIO:
        return "less tilt"
    if sum(sides) / 4 < MIN_MODULE_PIXELS * (17 + 4 * unread.version):
        return "closer"
    return "hold still"


def _squareness(sides: list[float]) -> float:
    """How near a square is seen from straight ahead: 1."""
    top, right, bottom, left = sides
    pairs = ((top, bottom), (left, right), (top + bottom, left + right))
    return min(min(pair) / max(*pair, 1e-6) for pair in pairs)


def _side_lengths(corners: Corners) -> list[float]:
    return [dist(*pair) for pair in pairwise((*corners, corners[0]))]


def _has_glare(picture: Picture, unread: UnreadSymbol) -> bool:
    """Whether the light burns out more of the code than its own white could be."""
    inside = np.zeros(picture.shape, np.uint8)
    cv2.fillConvexPoly(inside, np.array(unread.corners, np.int32), (1,))
    module = sum(_side_lengths(unread.corners)) / 4 / (17 + 4 * max(unread.version, 1))
    piece = np.ones((max(2, round(GLARE_MODULES * module)),) * 2, np.uint8)
    burnt = cv2.morphologyEx((picture >= BURNT_LEVEL).astype(np.uint8) * inside, cv2.MORPH_OPEN, piece)
    return float(burnt.sum()) > BURNT_SHARE * max(float(inside.sum()), 1.0)
