"""What a portrait photo has to be like, and what a check found. Standard library only."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from typing import NamedTuple


@dataclass(frozen=True, slots=True)
class PhotoRules:
    """Requirements of a kind of photo. Lengths of the face are pixels of a photo of `width` x `height`.

    `lightness` and its spread are those of LAB, 0 to 255.
    """

    width: int
    height: int
    least_face: int  # width of the face
    largest_face: int
    least_eyes_from_bottom: int
    largest_off_centre: int  # distance of the face from the middle
    face_tolerance: int  # percent, since the width of a face is estimated from the distance of the eyes
    largest_tilt: int  # degrees
    least_background: int  # lightness
    largest_background_spread: int
    least_face_light: int
    largest_face_light: int
    largest_side_difference: int  # lightness of one half of the face against the other
    least_sharpness: int  # in hundredths, see `photo_check`

    def as_json(self) -> str:
        """Return the rules as JSON."""
        return json.dumps(asdict(self))


class PhotoFinding(NamedTuple):
    """A requirement that a photo does not meet: its code, what was measured, and the limit (0 without one)."""

    code: str
    measured: int = 0
    limit: int = 0
