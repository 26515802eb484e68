"""Faces are found with their eyes, also small ones, several, and turned ones; nothing is found where there is none."""

from __future__ import annotations

import hashlib

import numpy as np
import pytest

from clerk_app.demo.portraits import View
from scanners.faces.detector import MODEL, find_faces
from tests.scanners.faces.portraits import noise, portrait, room


def test_the_model_is_the_one_that_its_notice_names() -> None:
    notice = MODEL.with_name("NOTICE").read_text()
    assert hashlib.sha256(MODEL.read_bytes()).hexdigest() in notice
    assert "Apache License, Version 2.0" in notice


@pytest.mark.many_cases
@pytest.mark.parametrize("name", ["one", "two", "three", "four", "five", "six"])
def test_the_eyes_of_a_portrait_are_found(name: str) -> None:
    (face,) = find_faces(portrait(name))
    (left, y), (right, _) = face.eyes
    assert left == pytest.approx(240 - 59, abs=14)
    assert right == pytest.approx(240 + 59, abs=14)
    assert y == pytest.approx(270, abs=14)


@pytest.mark.many_cases
@pytest.mark.parametrize("tilt", [-15, -8, 0, 8, 15])
def test_the_tilt_of_a_head_is_measured(tilt: int) -> None:
    (face,) = find_faces(portrait("two", View(tilt=tilt)))
    assert face.tilt == pytest.approx(tilt, abs=4)


def test_a_small_face_at_the_edge_of_a_wide_picture_is_found() -> None:
    (face,) = find_faces(room(("one", 260, (1000, 300))))
    assert 1000 < face.left < face.left + face.width < 1280


def test_of_several_faces_the_largest_comes_first() -> None:
    faces = find_faces(room(("one", 400, (80, 100)), ("two", 520, (700, 100))))
    assert len(faces) == 2
    assert faces[0].left > 600


@pytest.mark.parametrize("picture", [noise(), np.zeros((90, 700, 3), np.uint8), np.full((1, 1, 3), 255, np.uint8)])
def test_no_face_is_found_where_there_is_none(picture: np.ndarray) -> None:
    assert find_faces(picture) == ()
