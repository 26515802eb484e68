"""The view of a frame for the comparison of a face: the face upright, or the whole frame if there is none.

Nothing of a frame is kept or written.
"""

from __future__ import annotations

from time import monotonic
from typing import TYPE_CHECKING

from scanners.camera.picture_monitor import PictureMonitor
from scanners.camera.views import View
from scanners.faces.crops import crop_face, find_compared_face, is_frontal
from scanners.opencv import cv2, fit_into, to_rgb

if TYPE_CHECKING:
    from scanners.camera.frames import SourceKind
    from scanners.camera.views import Guidance
    from scanners.faces.face import Face
    from scanners.opencv import Picture

SEARCHED_PIXELS = 1280  # width and height of the picture that is searched
MIN_EYE_PIXELS = 40.0
"""Pixels between the eyes below which a person is too far away: a crop in 58 x 36 cells has as many."""


class FaceViewer:
    """Makes the views of one source, whose `name` contains no credentials."""

    def __init__(self, name: str) -> None:
        self._monitor = PictureMonitor(name)

    def build_view(self, number: int, frame: Picture, kind: SourceKind, size: tuple[int, int]) -> View:
        """Return the view of a frame; `size` is the width and height of the crop in pixels."""
        rgb = to_rgb(fit_into(frame, SEARCHED_PIXELS, SEARCHED_PIXELS))
        face, count = find_compared_face(rgb)
        preview = fit_into(rgb, *size) if face is None else crop_face(rgb, face, *size, evens_light=True)
        grey = cv2.cvtColor(rgb, cv2.COLOR_RGB2GRAY)
        return View(
            number,
            (frame.shape[1], frame.shape[0]),
            width=preview.shape[1],
            height=preview.shape[0],
            rgb=preview.tobytes(),
            faces=count,
            guidance=_advise(face, count),
            trouble=self._monitor.check(grey, monotonic()) if kind == "live" else None,
        )


def _advise(face: Face | None, count: int) -> Guidance:
    if face is None:
        return "no face"
    if count > 1:
        return "two faces"
    if face.eye_distance < MIN_EYE_PIXELS:
        return "nearer"
    return "" if is_frontal(face) else "face the camera"
