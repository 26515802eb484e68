"""Crops a face for a comparison by a person: upright, with the eyes at the same place and distance in each crop."""

from __future__ import annotations

from scanners.faces.detector import find_faces
from scanners.faces.face import Face
from scanners.opencv import Picture, cv2, np

EYES_FROM_TOP = 0.43  # of the height of a crop
HEIGHT = 3.4  # of a crop in distances of the eyes: from the hair to below the chin
WIDTH = 2.6  # that a crop has at least: from ear to ear
MIN_FRONTAL = 0.25  # distance of the eyes, in widths of the box, below which a face is turned away

_CLIP_LIMIT, _TILES = 1.5, (4, 4)


def crop_face(rgb: Picture, face: Face, width: int, height: int, *, evens_light: bool = False) -> Picture:
    """Return the face in `width` x `height` pixels. `evens_light`: see `even_light`."""
    (x0, y0), (x1, y1) = face.eyes
    scale = min(height / HEIGHT, width / WIDTH) / max(face.eye_distance, 1.0)
    if scale < 0.5:  # the mean of the pixels first, since a warp takes single ones
        rgb = cv2.resize(rgb, None, fx=2 * scale, fy=2 * scale, interpolation=cv2.INTER_AREA)
        x0, y0, x1, y1 = (2 * scale * place for place in (x0, y0, x1, y1))
        scale = 0.5
    place = cv2.getRotationMatrix2D(((x0 + x1) / 2, (y0 + y1) / 2), face.tilt, scale)
    place[0, 2] += width / 2 - (x0 + x1) / 2
    place[1, 2] += height * EYES_FROM_TOP - (y0 + y1) / 2
    crop = cv2.warpAffine(
        rgb, place, (width, height), flags=cv2.INTER_CUBIC, borderMode=cv2.BORDER_CONSTANT, borderValue=(96, 96, 96)
    )
    return even_light(crop) if evens_light else crop


def even_light(rgb: Picture) -> Picture:
    """Return an RGB picture whose lightness is spread by CLAHE, so that a shadowed half of a face is seen."""
    lab = cv2.cvtColor(rgb, cv2.COLOR_RGB2LAB)
    lab[:, :, 0] = cv2.createCLAHE(_CLIP_LIMIT, _TILES).apply(np.ascontiguousarray(lab[:, :, 0]))
    return cv2.cvtColor(lab, cv2.COLOR_LAB2RGB)


def is_frontal(face: Face) -> bool:
    """Return whether both eyes are seen from the front."""
    return face.eye_distance >= MIN_FRONTAL * face.width


def find_compared_face(rgb: Picture) -> tuple[Face | None, int]:
    """Return the face that is nearest to the camera (None if there is none), and how many faces there are.

    Faces much smaller than it are of people in the background; they do not count.
    """
    faces = find_faces(rgb)
    if not faces:
        return None, 0
    return faces[0], sum(face.width > BACKGROUND * faces[0].width for face in faces)


BACKGROUND = 0.6
"""Width of a face, in widths of the largest, below which it is of somebody in the background."""
