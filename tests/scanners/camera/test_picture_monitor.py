"""Black and frozen pictures."""

from __future__ import annotations

import numpy as np
from cv2.typing import MatLike as Picture

from scanners.camera.picture_monitor import PictureMonitor
from tests.scanners.pictures import add_noise, scene

DARK = np.full((480, 640), 3, np.uint8)


def troubles_of(pictures: list[Picture], seconds: float = 0.25) -> list[str]:
    faults = PictureMonitor("0")
    troubles = [faults.check(picture, number * seconds) for number, picture in enumerate(pictures)]
    return [str(trouble) for trouble in troubles if trouble]


def test_a_covered_camera_is_reported_and_dark_first_frames_are_not() -> None:
    dark = [add_noise(DARK, 2, seed) for seed in range(12)]
    assert troubles_of(dark[:4]) == []
    assert set(troubles_of(dark)) == {"The picture of 0 is black. Is something in front of the lens?"}


def test_a_dim_room_is_not_black() -> None:
    assert troubles_of([add_noise(np.full((480, 640), 14, np.uint8), 5, seed) for seed in range(12)]) == []


def test_a_frozen_picture_is_reported() -> None:
    picture = scene()[:, :, 0]
    assert set(troubles_of([picture] * 20)) == {"The picture of 0 is frozen. Unplug it and plug it in again."}


def test_a_camera_on_an_empty_desk_is_not_frozen() -> None:
    assert troubles_of([scene(seed=seed)[:, :, 0] for seed in range(20)]) == []


def test_a_picture_that_moves_again_is_not_reported() -> None:
    faults = PictureMonitor("0")
    still = scene()[:, :, 0]
    assert [faults.check(still, now) is None for now in (0.0, 2.9, 3.1)] == [True, True, False]
    assert faults.check(add_noise(still, 3), 3.2) is None
