"""Prepares pictures of QR symbols that a decoder does not locate: without a quiet zone, or of separate dots.

The functions return a grey picture of the same size, in which the symbol can be located; None if there is none.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from scanners.opencv import cv2, np

if TYPE_CHECKING:
    from scanners.opencv import Picture

MIN_SYMBOL_PIXELS = 40
"""Side of the smallest symbol that is looked for."""

MAX_SIDE_RATIO = 1.25
"""Ratio of the sides of an area that may be a symbol; a tilted symbol is not a square."""

MIN_DOTS = 60
"""Number of separate dots from which a picture may contain a symbol of dots. The smallest symbol has about 200."""

_SQUARE = np.ones((3, 3), np.uint8)  # separates dots that touch


def add_quiet_zone(picture: Picture) -> Picture | None:
    """Whiten the page around a symbol without a quiet zone, on a page in the colour of its dark modules.

    The light modules of such a symbol are surrounded by the page. A light symbol on a light page is inverted first.
    """
    _level, light = cv2.threshold(picture, 0, 255, cv2.THRESH_BINARY | cv2.THRESH_OTSU)
    if _border_share(light) > 0.5:
        picture, light = 255 - picture, 255 - light
    reach = max(3, min(picture.shape) // 24)
    blocks = cv2.morphologyEx(light, cv2.MORPH_CLOSE, np.ones((reach, reach), np.uint8))
    count, labels, boxes, _centres = cv2.connectedComponentsWithStats(blocks)
    inside = np.zeros_like(picture)
    for label in range(1, count):
        if boxes[label, cv2.CC_STAT_AREA] >= MIN_SYMBOL_PIXELS**2:
            points = cv2.findNonZero(((labels == label) & (light > 0)).astype(np.uint8))
            centre, (width, height), angle = cv2.minAreaRect(points)
            if max(width, height) <= MAX_SIDE_RATIO * min(width, height):
                corners = cv2.boxPoints((centre, (width + 1, height + 1), angle))
                cv2.fillConvexPoly(inside, np.round(corners).astype(np.int32), 255)
    return np.where(inside > 0, picture, 255).astype(np.uint8) if inside.any() else None


def join_dots(picture: Picture) -> Picture | None:
    """Blur a symbol whose modules are separate dots, so that neighbouring dots join."""
    _level, light = cv2.threshold(picture, 0, 255, cv2.THRESH_BINARY | cv2.THRESH_OTSU)
    dark = 255 - light
    pitch = max(_dot_pitch(dark), _dot_pitch(light)) or max(
        _dot_pitch(cv2.erode(dark, _SQUARE)), _dot_pitch(cv2.erode(light, _SQUARE))
    )
    return cv2.GaussianBlur(picture, (0, 0), 0.42 * pitch) if pitch else None


def _border_share(light: Picture) -> float:
    """Return the share of light pixels at the border of the picture."""
    border = np.concatenate((light[0], light[-1], light[:, 0], light[:, -1]))
    return float(border.mean()) / 255


def _dot_pitch(mask: Picture) -> float:
    """Return the distance between neighbouring dots of a mask in pixels; 0 if there are no dots of about one size."""
    count, _labels, boxes, centres = cv2.connectedComponentsWithStats(mask, connectivity=4)
    if count <= MIN_DOTS:
        return 0.0
    widths, heights = boxes[1:, cv2.CC_STAT_WIDTH], boxes[1:, cv2.CC_STAT_HEIGHT]
    long, short = np.maximum(widths, heights), np.minimum(widths, heights)
    round_ = (long <= 1.5 * short + 1) & (short >= 2)
    if round_.sum() < MIN_DOTS:
        return 0.0
    usual = float(np.median(long[round_]))
    points = centres[1:][round_ & (np.abs(long - usual) <= 0.3 * usual + 1)]
    return _neighbour_distance(points) if len(points) >= MIN_DOTS else 0.0


def _neighbour_distance(points: Picture) -> float:
    """Return the median distance of each point to its nearest neighbour."""
    sample = points[:: max(1, len(points) // 400)]
    squares = ((sample[:, None, :] - points[None, :, :]) ** 2).sum(axis=2)
    squares[squares == 0] = np.inf
    return float(np.median(np.sqrt(squares.min(axis=1))))
