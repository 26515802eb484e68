"""The camera process shows a face and gives guidance for the comparison; it writes no file."""

from __future__ import annotations

from pathlib import Path

import cv2
import numpy as np
import pytest
from PIL import Image

from scanners import CameraClient
from scanners.camera.face_view import FaceViewer
from scanners.camera.views import View, pack_view, receive_view
from scanners.faces.detector import find_faces
from tests.scanners.faces.portraits import Rgb, noise, portrait, room
from tests.scanners.view_watcher import watch_source

SIZE = (152, 160)


def _view(rgb: Rgb) -> View:
    return FaceViewer("0").build_view(1, cv2.cvtColor(rgb, cv2.COLOR_RGB2BGR), "live", SIZE)


def _preview(view: View) -> Rgb:
    return np.frombuffer(view.rgb, np.uint8).reshape(view.height, view.width, 3)


def test_the_view_is_the_face_upright_at_the_size_asked_for() -> None:
    view = _view(room(("one", 500, (400, 200))))
    assert (view.width, view.height, view.faces, view.guidance) == (*SIZE, 1, "")
    assert len(find_faces(_preview(view))) == 1


def test_without_a_face_the_whole_frame_is_shown() -> None:
    view = _view(noise((640, 360)))
    assert (view.width, view.height, view.faces, view.guidance) == (152, 86, 0, "no face")


@pytest.mark.wide
def test_two_people_and_one_far_away_are_named() -> None:
    assert _view(room(("one", 560, (100, 80)), ("two", 520, (700, 80)))).guidance == "two faces"
    assert _view(room(("one", 190, (600, 300)))).guidance == "nearer"


@pytest.mark.many_cases
@pytest.mark.parametrize("frame", [np.full((40, 40), 90, np.uint8), np.zeros((40, 40, 4), np.uint16)])
def test_grey_and_deep_frames_are_shown(frame: np.ndarray) -> None:
    assert FaceViewer("0").build_view(1, frame, "still", SIZE).guidance == "no face"


def test_a_face_is_shown_by_the_camera_process_and_nothing_is_written(tmp_path: Path) -> None:
    Image.fromarray(portrait()).save(tmp_path / "person.png")
    before = sorted(tmp_path.iterdir())
    with watch_source(str(tmp_path / "person.png"), CameraClient(tmp_path / "log"), want="face", preview=SIZE) as seen:
        view = seen.wait_for(lambda view: view.faces == 1)
    assert (view.width, view.height) == SIZE
    assert sorted(tmp_path.iterdir()) == [tmp_path / "log", *before]
    assert (tmp_path / "log").read_bytes() == b""


def test_the_number_of_faces_travels_in_the_message() -> None:
    import io

    view = View(3, faces=2, guidance="two faces")
    assert receive_view(io.BytesIO(pack_view(view))) == view
