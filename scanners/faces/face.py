"""A detected face. Uses the standard library only, so that clients can read it from a message."""

from __future__ import annotations

from math import atan2, degrees, hypot
from typing import NamedTuple

Point = tuple[float, float]


class Face(NamedTuple):
    """Box and points of a face, in pixels of the picture.

    The points are those of the model: the eye on the left side of the picture, the other eye, the tip of the nose, the
    mouth, the ear on the left side, the other ear.
    """

    score: float  # 0 to 1
    left: float
    top: float
    width: float
    height: float
    points: tuple[Point, ...]

    @property
    def eyes(self) -> tuple[Point, Point]:
        """The eye on the left side of the picture, and the other one."""
        return self.points[0], self.points[1]

    @property
    def eye_distance(self) -> float:
        """Pixels between the eyes."""
        (x0, y0), (x1, y1) = self.eyes
        return hypot(x1 - x0, y1 - y0)

    @property
    def tilt(self) -> float:
        """Degrees by which the line of the eyes is turned clockwise."""
        (x0, y0), (x1, y1) = self.eyes
        return degrees(atan2(y1 - y0, x1 - x0))
