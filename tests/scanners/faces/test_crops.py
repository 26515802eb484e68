"""Crops of two pictures of a person can be compared: the eyes are at the same place, at the same distance."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from clerk_app.demo.portraits import View
from scanners import CellClient, ScanError
from scanners.faces.crops import EYES_FROM_TOP, HEIGHT, WIDTH, crop_face, find_compared_face
from scanners.faces.detector import find_faces
from scanners.opencv import Picture, cv2, np
from tests.scanners.faces.portraits import noise, portrait, room

MARKS = ((0, 0, 255), (0, 255, 0))  # colours that no portrait has


@settings(max_examples=12, deadline=None)
@given(
    name=st.sampled_from(["one", "two", "three", "four"]),
    tilt=st.integers(-12, 12),
    size=st.sampled_from([(152, 160), (276, 288), (300, 200)]),
)
def test_the_eyes_are_at_the_same_place_of_each_crop(name: str, tilt: int, size: tuple[int, int]) -> None:
    picture = portrait(name, View(tilt=tilt))
    (face,) = find_faces(picture)
    marked = picture.copy()
    for (x, y), colour in zip(face.eyes, MARKS, strict=True):
        cv2.circle(marked, (round(x), round(y)), round(face.eye_distance / 8), colour, cv2.FILLED)
    width, height = size
    crop = crop_face(marked, face, width, height)
    assert crop.shape == (height, width, 3)
    distance = min(height / HEIGHT, width / WIDTH)
    level = height * EYES_FROM_TOP
    for side, colour in zip((-1, 1), MARKS, strict=True):
        assert _centre_of(crop, colour) == pytest.approx((width / 2 + side * distance / 2, level), abs=1.5)


def _centre_of(picture: Picture, colour: tuple[int, int, int]) -> tuple[float, float]:
    """Return x and y of the mean of the pixels with about this colour."""
    rows, columns = np.nonzero(np.abs(picture.astype(int) - colour).max(axis=2) < 60)
    return float(columns.mean()), float(rows.mean())


def test_a_face_far_behind_does_not_count_as_a_second_person() -> None:
    _face, count = find_compared_face(room(("one", 560, (100, 80)), ("two", 220, (900, 60))))
    assert count == 1
    _face, count = find_compared_face(room(("one", 560, (100, 80)), ("two", 520, (700, 80))))
    assert count == 2


def test_the_client_crops_a_face_in_its_child_and_finds_none_where_there_is_none() -> None:
    client = CellClient()
    try:
        picture = portrait()
        crop = client.crop_face(picture.tobytes(), 480, 600, 76, 80)
        assert (crop.faces, crop.width, crop.height, len(crop.rgb)) == (1, 76, 80, 76 * 80 * 3)
        assert crop.eye_pixels == pytest.approx(118, abs=14)
        nothing = noise()
        assert client.crop_face(nothing.tobytes(), 480, 360, 76, 80).width == 0
    finally:
        client.close()


def test_a_crop_of_impossible_size_is_refused() -> None:
    with pytest.raises(ScanError):
        CellClient().crop_face(bytes(12), 2, 2, 0, 10)
    with pytest.raises(ScanError):
        CellClient().crop_face(np.zeros(9, np.uint8).tobytes(), 2, 2, 10, 10)
