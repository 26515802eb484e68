"""Turns a picture so that a barcode in it lies level: zxing-cpp reads barcodes turned by a few degrees only."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from scanners.opencv import cv2, np

if TYPE_CHECKING:
    from scanners.codes import Corners
    from scanners.opencv import NDArray, Picture

MAX_TURNED_PIXELS = 4_000_000
"""Pixels to which larger pictures are reduced before they are turned."""

MAX_DIRECTIONS = 3
"""Number of directions that are tried; rules, and the edges of paper and desk are directions too."""

_MEASURED_PIXELS = 400_000  # pixels to which a picture is reduced to measure directions
_WINDOW = 15  # side in pixels of the area in which the lines must be parallel
_MIN_COHERENCE = 0.8  # of the directions in such an area; 1 for parallel lines
_MIN_DISTANCE = 8  # degrees between two directions


class TurnedPicture:
    """A picture turned by an angle, and the way back to points of the original."""

    def __init__(self, picture: Picture, degrees: float) -> None:
        factor = min(1.0, (MAX_TURNED_PIXELS / picture.size) ** 0.5)
        if factor < 1:
            picture = cv2.resize(picture, None, fx=factor, fy=factor, interpolation=cv2.INTER_AREA)
        height, width = picture.shape
        matrix = cv2.getRotationMatrix2D((width / 2, height / 2), degrees, 1.0)
        cos, sin = abs(matrix[0, 0]), abs(matrix[0, 1])
        size = (round(height * sin + width * cos), round(height * cos + width * sin))
        matrix[:, 2] += size[0] / 2 - width / 2, size[1] / 2 - height / 2
        self.picture = cv2.warpAffine(picture, matrix, size, flags=cv2.INTER_CUBIC, borderMode=cv2.BORDER_REPLICATE)
        self._back = cv2.invertAffineTransform(matrix) / factor

    def map_back(self, corners: Corners) -> Corners:
        """Return points of the turned picture as points of the original."""
        points = np.array(corners) @ self._back[:, :2].T + self._back[:, 2]
        return tuple((float(x), float(y)) for x, y in points)


def level_bars(picture: Picture) -> Iterator[TurnedPicture]:
    """Yield the grey picture, turned so that a group of parallel lines is vertical, for the strongest groups."""
    for degrees in _line_directions(picture):
        yield TurnedPicture(picture, degrees)


def _line_directions(picture: Picture) -> Iterator[float]:
    """Yield the directions across parallel lines in degrees, the strongest first (structure tensor)."""
    factor = min(1.0, (_MEASURED_PIXELS / picture.size) ** 0.5)
    small = cv2.resize(picture, None, fx=factor, fy=factor, interpolation=cv2.INTER_AREA) if factor < 1 else picture
    smooth = cv2.GaussianBlur(small.astype(np.float32), (0, 0), 1)
    across, down = cv2.Scharr(smooth, cv2.CV_32F, 1, 0), cv2.Scharr(smooth, cv2.CV_32F, 0, 1)
    window = (_WINDOW, _WINDOW)
    xx, yy, xy = (cv2.blur(product, window) for product in (across * across, down * down, across * down))
    energy = xx + yy
    coherence = np.hypot(xx - yy, 2 * xy) / (energy + 1)
    degrees = np.degrees(0.5 * np.arctan2(2 * xy, xx - yy)) % 180
    strong = coherence > _MIN_COHERENCE
    votes, _edges = np.histogram(degrees[strong], bins=180, range=(0, 180), weights=energy[strong])
    votes = np.convolve(np.concatenate((votes[-3:], votes, votes[:3])), np.ones(7), "valid")
    yield from _peaks(votes)


def _peaks(votes: NDArray[np.float64]) -> Iterator[float]:
    for _ in range(MAX_DIRECTIONS):
        best = int(votes.argmax())
        if votes[best] <= 0:
            return
        yield best + 0.5
        nearby = (np.arange(best - _MIN_DISTANCE, best + _MIN_DISTANCE + 1)) % 180
        votes[nearby] = 0
