"""Derives advice for a person whose code is located but not read, from position, shape and brightness of the code."""

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
"""Consecutive frames with an unread code before advice is given; most codes are read earlier."""

MIN_MODULE_PIXELS = 4.5
"""Pixels per module below which the advice is "closer". With fewer pixels, one code in seven is not read in a single
frame (measured with codes of 300 to 900 bytes)."""

MIN_SIDE_RATIO = 0.72
"""Ratio of opposite sides, and of width and height, below which a code counts as tilted."""

MAX_MOTION = 0.05
"""Movement between two frames, as a share of the side of the code, above which its modules are smeared."""

OVEREXPOSED_LEVEL, OVEREXPOSED_SHARE = 250, 0.02
"""Brightness (0 to 255) that counts as overexposed, and the largest share of a code that one such area may cover."""

GLARE_MODULES = 5
"""Width in modules above which a white area counts as glare; white areas of a code are rarely that wide."""


class GuidanceAdvisor:
    """Derives advice from the frames of one video."""

    def __init__(self) -> None:
        self._unread_frames = 0
        self._last_corners: Corners | None = None

    def advise(self, picture: Picture, found: DecodeResult) -> Guidance:
        """Return the advice for a frame (grey, uint8) and its decode result; "" if none is needed."""
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
        previous, self._last_corners = self._last_corners, corners
        if previous is None:
            return False
        centres = [[sum(values) / 4 for values in zip(*points, strict=True)] for points in (previous, corners)]
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
    """Return the smallest ratio of opposite sides and of width to height; 1 for a square seen from the front."""
    top, right, bottom, left = sides
    pairs = ((top, bottom), (left, right), (top + bottom, left + right))
    return min(min(pair) / max(*pair, 1e-6) for pair in pairs)


def _side_lengths(corners: Corners) -> list[float]:
    return [dist(*pair) for pair in pairwise((*corners, corners[0]))]


def _has_glare(picture: Picture, unread: UnreadSymbol) -> bool:
    """Return whether an overexposed area of the code is larger than its white modules explain."""
    inside = np.zeros(picture.shape, np.uint8)
    cv2.fillConvexPoly(inside, np.array(unread.corners, np.int32), (1,))
    module = sum(_side_lengths(unread.corners)) / 4 / (17 + 4 * max(unread.version, 1))
    piece = np.ones((max(2, round(GLARE_MODULES * module)),) * 2, np.uint8)
    overexposed = cv2.morphologyEx((picture >= OVEREXPOSED_LEVEL).astype(np.uint8) * inside, cv2.MORPH_OPEN, piece)
    return float(overexposed.sum()) > OVEREXPOSED_SHARE * max(float(inside.sum()), 1.0)
