"""Detects faces with the BlazeFace model of MediaPipe (short range: faces up to about two metres away), by OpenCV.

The model sees 128 x 128 pixels and has 896 anchors: 2 at each of 16 x 16 places and 6 at each of 8 x 8. Its outputs are
offsets from the anchors in pixels of its input (box, six points) and a score.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import cache
from pathlib import Path
from typing import Any

from scanners.faces.face import Face
from scanners.opencv import Picture, cv2, np

MODEL = Path(__file__).with_name("data") / "face_detection_short_range.tflite"
INPUT_PIXELS = 128
MIN_SCORE = 0.6  # finds 92 of 100 faces of 25 x 25 pixels, and nothing in 100 pictures without a face
MAX_OVERLAP = 0.3  # intersection over union from which two boxes are one face
CLOSE_UP = 2.2  # side of the square around a face in which its points are found again, in sides of its box
_OUTPUTS = ["regressors", "classificators"]


def find_faces(rgb: Picture) -> tuple[Face, ...]:
    """Return the faces of an RGB picture (8 bit), the largest first.

    A face that is small in a long picture is found in one of its squares; the points are found in a close-up.
    """
    for squares in _squares(rgb):
        found = _without_doubles([face for square in squares for face in _detect(rgb, *square)])
        if found:
            return _without_doubles([_look_closer(rgb, face) for face in found])
    return ()


def _squares(rgb: Picture) -> Iterator[list[tuple[int, int, int]]]:
    """Yield the squares that are searched until one has a face, as left, top and side in pixels.

    First the square around the whole picture; then three along a long one, in which a face is larger.
    """
    height, width = rgb.shape[:2]
    side, length = min(width, height), max(width, height)
    yield [((width - length) // 2, (height - length) // 2, length)]
    if length > 1.2 * side:
        starts = (0, (length - side) // 2, length - side)
        yield [(start, 0, side) if width > height else (0, start, side) for start in starts]


def _look_closer(rgb: Picture, face: Face) -> Face:
    """Return the face as the model finds it in a square around it; unchanged if it is not found there."""
    side = max(1, round(CLOSE_UP * max(face.width, face.height)))
    left, top = round(face.left + (face.width - side) / 2), round(face.top + (face.height - side) / 2)
    near = [other for other in _detect(rgb, left, top, side) if _overlap(face, other) > MAX_OVERLAP]
    return max(near, key=lambda other: other.score, default=face)


def _detect(rgb: Picture, left: int, top: int, side: int) -> tuple[Face, ...]:
    """Return the faces in a square of the picture, which may reach beyond its edges."""
    network = _load_network()
    network.setInput(cv2.dnn.blobFromImage(_cut_square(rgb, left, top, side), 1 / 127.5, mean=(127.5, 127.5, 127.5)))
    regressors, scores = (np.asarray(output).reshape(len(_anchors()), -1) for output in network.forward(_OUTPUTS))
    likelihood = 1 / (1 + np.exp(-np.clip(scores[:, 0], -80, 80)))
    scale = side / INPUT_PIXELS
    faces = []
    for index in np.flatnonzero(likelihood > MIN_SCORE):
        offsets = regressors[index].reshape(8, 2)  # centre, width and height, six points
        (x, y), *points = ((offsets[[0, *range(2, 8)]] + _anchors()[index]) * scale + (left, top)).tolist()
        width, height = (offsets[1] * scale).tolist()
        corners = tuple((px, py) for px, py in points)
        faces.append(Face(float(likelihood[index]), x - width / 2, y - height / 2, width, height, corners))
    return _without_doubles(faces)


def _cut_square(rgb: Picture, left: int, top: int, side: int) -> Picture:
    """Return the square in the pixels of the input; black is beyond the edges of the picture."""
    part = rgb[max(0, top) : top + side, max(0, left) : left + side]
    size = [max(1, round(length * INPUT_PIXELS / side)) for length in part.shape[1::-1]]
    x, y = (round(max(0, -place) * INPUT_PIXELS / side) for place in (left, top))
    square = np.zeros((INPUT_PIXELS, INPUT_PIXELS, 3), np.uint8)
    method = cv2.INTER_AREA if side > INPUT_PIXELS else cv2.INTER_LINEAR
    small = cv2.resize(part, size, interpolation=method)[: INPUT_PIXELS - y, : INPUT_PIXELS - x]
    square[y : y + small.shape[0], x : x + small.shape[1]] = small
    return square


@cache
def _load_network() -> Any:
    engine = getattr(cv2.dnn, "ENGINE_CLASSIC", None)  # the other engine of OpenCV 5 loses the second output
    return cv2.dnn.readNetFromTFLite(str(MODEL), *(() if engine is None else (engine,)))


@cache
def _anchors() -> Picture:
    """Return the centres of the anchors in pixels of the input."""
    places = []
    for cells, count in ((16, 2), (8, 6)):
        centres = (np.arange(cells, dtype=np.float32) + 0.5) * INPUT_PIXELS / cells
        y, x = np.meshgrid(centres, centres, indexing="ij")
        places.append(np.repeat(np.stack([x.ravel(), y.ravel()], axis=1), count, axis=0))
    return np.concatenate(places)


def _without_doubles(faces: Iterable[Face]) -> tuple[Face, ...]:
    """Return the faces without the less certain of two that overlap, the largest first."""
    kept: list[Face] = []
    for face in sorted(faces, key=lambda face: -face.score):
        if all(_overlap(face, other) <= MAX_OVERLAP for other in kept):
            kept.append(face)
    return tuple(sorted(kept, key=lambda face: -face.width * face.height))


def _overlap(one: Face, two: Face) -> float:
    """Return the intersection over union of two boxes."""
    width = min(one.left + one.width, two.left + two.width) - max(one.left, two.left)
    height = min(one.top + one.height, two.top + two.height) - max(one.top, two.top)
    common = max(0.0, width) * max(0.0, height)
    return common / (one.width * one.height + two.width * two.height - common)
