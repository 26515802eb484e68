"""Cuts a page out of a photograph: perspective removed, paper evenly white."""

from __future__ import annotations

from math import log

from scanners.opencv import NDArray, Picture, cv2, fit_into, np
from scanners.papers.pages import Corners

MAX_SIDE = 2400  # pixels: A4 at 205 dots per inch

_PROPORTIONS = (2**0.5, 85.6 / 53.98)  # of A4 and all sheets of ISO 216, and of identity cards
_MAX_DEVIATION = 0.1  # of the logarithm: what the tilt of a camera changes
_WHITE = 250.0
_COLOURED = 16.0  # distance from grey in CIE LAB from which an area is a picture or a stamp, and not shadowed paper
_TINTED = 22.0  # distance from grey of a paper that is coloured, and not white in the light of a lamp


def flatten(picture: Picture, corners: Corners) -> Picture:
    """Return the page with these corners (fractions of the picture), in its proportions.

    The proportions of sheets and cards are restored if the page has about these.
    """
    height, width = picture.shape[:2]
    points = np.array(corners, np.float32) * np.array([width, height], np.float32)
    across, down = _measure_sides(points)
    across, down = _restore_proportions(across, down)
    scale = min(1.0, MAX_SIDE / max(across, down))
    size = (max(1, round(across * scale)), max(1, round(down * scale)))
    flat = np.array([[0, 0], [size[0], 0], [size[0], size[1]], [0, size[1]]], np.float32)
    matrix = cv2.getPerspectiveTransform(points, flat)
    # linear interpolation leaves out pixels when a page is reduced by more than about a half
    return cv2.warpPerspective(picture, matrix, size, flags=cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)


def _measure_sides(points: NDArray[np.float32]) -> tuple[float, float]:
    top, right, bottom, left = (float(np.linalg.norm(points[(i + 1) % 4] - points[i])) for i in range(4))
    return (top + bottom) / 2, (left + right) / 2


def _restore_proportions(across: float, down: float) -> tuple[float, float]:
    ratio = max(across, down) / max(min(across, down), 1.0)
    nearest = min(_PROPORTIONS, key=lambda known: abs(log(ratio / known)))
    if abs(log(ratio / nearest)) > _MAX_DEVIATION:
        return across, down
    longer = max(across, down)
    return (longer, longer / nearest) if across > down else (longer / nearest, longer)


def even_light(page: Picture) -> Picture:
    """Return a page (BGR) without shadows and on white ground; pictures on it and coloured paper keep their colours."""
    height, width = page.shape[:2]
    small = fit_into(page, 400, 400)
    ground = cv2.medianBlur(cv2.dilate(small, np.ones((7, 7), np.uint8)), 21)
    paper = np.percentile(ground.reshape(-1, 3), 85, axis=0).astype(np.float32).clip(1)
    if _distance_from_grey(paper.reshape(1, 1, 3).astype(np.uint8))[0, 0] > _TINTED:
        paper[:] = paper.max()
    balanced = np.clip(ground * (_WHITE / paper), 0, 255).astype(np.uint8)
    light = balanced.max(axis=2).astype(np.float32) / _WHITE
    coloured = cv2.dilate((_distance_from_grey(balanced) > _COLOURED).astype(np.uint8), np.ones((9, 9), np.uint8))
    if coloured.all():
        light[:] = 1
    else:
        light[coloured > 0] = np.median(light[coloured == 0])
    light = cv2.GaussianBlur(light, (0, 0), 2).clip(0.15, 1.05)
    full = cv2.resize(light, (width, height), interpolation=cv2.INTER_LINEAR)
    return cv2.divide(page, cv2.merge([full * float(channel) for channel in paper]), scale=_WHITE, dtype=cv2.CV_8U)


def _distance_from_grey(picture: Picture) -> NDArray[np.float32]:
    lab = cv2.cvtColor(picture, cv2.COLOR_BGR2LAB)
    return np.asarray(np.linalg.norm(lab[:, :, 1:].astype(np.float32) - 128, axis=2), np.float32)
